"""The population: columns for every customer, drawn once from keyed streams, and the constants of their behaviour."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any

import numpy as np
from scipy.special import gammaincinv

from cxsim.compiled import Standing
from cxsim.config.run import Config
from cxsim.customers import month as compiled_month
from cxsim.customers.deal import draw_over, places
from cxsim.customers.tables import CHUNK, MAX_TENURE, SUMS, Behaviour, Chunks, Offers, State, Traits
from cxsim.randomness.streams import Purpose, Streams

_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


@dataclasses.dataclass(frozen=True)
class Profiles:
    """What matters to whom: each profile is a variant of a job with weights over the outcomes.

    Attributes:
        weights: shape (profiles, outcomes), rows sum to 1.
        job: index of the job of each profile.
        share: share of customers with each profile, sums to 1.
        position: place on the circle (0 to 1) where jobs are placed on one, else ``None``.
    """

    weights: np.ndarray
    job: np.ndarray
    share: np.ndarray
    position: np.ndarray | None


def draw_profiles(config: Config, streams: Streams) -> Profiles:
    """Variants of each job by a Dirichlet around the job's weights (latent classes: Greene and Hensher 2003)."""
    market = config.market
    variants, jobs, outcomes = market.job_variants, market.jobs, market.outcomes
    base = np.array([[float(job["weights"].get(name, 0.0)) for name in outcomes] for job in jobs])
    base /= base.sum(axis=1, keepdims=True)
    weights = np.repeat(base, variants, axis=0)
    count = len(jobs) * variants
    if variants > 1:
        draws = streams.uniforms_by_second(Purpose.PROFILES, 0, count, range(len(outcomes)))[..., 0].T
        wanted, gamma = weights > 0, np.zeros_like(weights)
        gamma[wanted] = gammaincinv(np.maximum(weights[wanted] * market.job_concentration, 1e-3), draws[wanted])
        sums = gamma.sum(axis=1, keepdims=True)
        weights = np.where(sums > 0, gamma / np.where(sums > 0, sums, 1.0), weights)
    share = np.repeat(np.array([float(job["share"]) for job in jobs]), variants) / variants
    position = (np.arange(count) + 0.5) / count if market.job_circle is not None else None
    return Profiles(weights, np.repeat(np.arange(len(jobs)), variants), share / share.sum(), position)


class Population:
    """All customers as columns, and the compiled month that moves them.

    Attributes:
        n: number of simulated customers.
        columns: attribute name to array, one row per customer (see :mod:`cxsim.customers.tables`).
        profiles: what matters to whom.
        segment_names: names of the segments, in the order of the ``segment`` column.
        scale: real customers per simulated one.
        threads: among which the month is divided.
        chunks: who is worked through together, see :class:`~cxsim.customers.tables.Chunks`.
    """

    def __init__(self, config: Config, streams: Streams):
        self.n = config.market.n_customers
        self.scale = config.market.population / self.n
        self.profiles = draw_profiles(config, streams)
        self.segment_names = [str(segment["name"]) for segment in config.customers.segments]
        self._streams = streams
        self._key = tuple(np.uint64(word) for word in streams.key)
        self.threads = config.threads
        self._serial = Standing(compiled_month.month_serial)
        self.columns = self._draw_columns(config, streams)
        self._chunks(config)
        self.rules = _behaviour(config, self.n)
        named = self.columns
        self.traits = Traits(*(named[field] for field in Traits._fields))
        before = (named["supplier"].copy(), named["satisfaction"].copy())
        self.state = State(*(named[field] for field in State._fields[:-2]), *before)

    def _draw_columns(self, config: Config, streams: Streams) -> dict[str, np.ndarray]:
        n, market, customers = self.n, config.market, config.customers
        segments, counts = customers.segments, _shares(customers.segments, self.n)
        means = {
            "willingness_to_pay": market.willingness_to_pay, "attention": market.attention, "vigilance": customers.vigilance,
            "switching_cost": market.switching_cost, "foresight": customers.foresight,
        }  # fmt: skip
        by_segment = [[mean * float(part.get(name, 1.0)) for part in segments] for name, mean in means.items()]
        value, attention, vigilance, mean_switching, foresight = np.repeat(np.array(by_segment), counts, axis=1)
        luck = streams.uniforms(Purpose.TRAITS_A, 0, n)
        kind = market.switching_cost_spread
        normal = streams.normals(Purpose.TRAITS_B, 0, n, words=4 if kind == "lognormal" else 3)
        attention *= lognormal(normal[:, 1], customers.spread)
        vigilance *= lognormal(normal[:, 2], customers.spread)
        switching = mean_switching * _spread(kind, luck[:, 1], normal[:, -1])
        self._redrawn = None if market.switching_cost_lasting else (mean_switching.copy(), kind)
        single = np.float32
        return {
            "profile": places(np.cumsum(self.profiles.share)[:-1], luck[:, 0]),
            "segment": np.repeat(np.arange(len(segments), dtype=np.uint8), counts),
            "willingness_to_pay": (value * lognormal(normal[:, 0], market.willingness_to_pay_spread)).astype(single),
            "choice_noise": np.full(n, market.choice_noise, single),
            "vigilance": np.minimum(np.maximum(vigilance, 0.0), 1.0).astype(single),
            "attention": np.minimum(np.maximum(attention, 0.0), 1.0).astype(single),
            "switching_cost": switching.astype(single),
            "foresees": (luck[:, 3] < foresight).astype(np.uint8),
            "wants_extra": (luck[:, 2] < customers.enrolment_plain).astype(np.uint8),
            "supplier": np.zeros(n, np.int16),
            "tenure": np.zeros(n, np.int16),
            "satisfaction": np.zeros(n, single),
            "expectation": np.zeros(n, single),
            "trust": np.zeros(n, single),
            "experience": np.zeros(n, single),
            "aware": np.zeros(n, np.uint8),
            "problem": np.zeros(n, np.uint8),
            "extra": np.zeros(n, np.uint8),
        }

    def _chunks(self, config: Config) -> None:
        edges = np.searchsorted(self.columns["segment"], np.arange(len(self.segment_names) + 1)).tolist()
        starts = sorted({*range(0, self.n, CHUNK), *(low for low, high in itertools.pairwise(edges) if low < high)})
        pieces = [*(piece for piece, start in enumerate(starts) if start % CHUNK == 0), len(starts)]
        readiness = np.array([float(part.get("complaint", 1.0)) for part in config.customers.segments], np.float32)
        segments = self.columns["segment"][starts].astype(np.int64)
        self.chunks = Chunks(np.array(pieces), np.array(starts), np.array([*starts[1:], self.n]), segments, readiness)

    def settle_in(self, log_share: np.ndarray, firm_keys: np.ndarray, quality: np.ndarray, initial_trust: float) -> None:
        """Deal customers to firms at the start, by the given shares whatever the firms' order.

        Args:
            log_share: log of each slot's share, shape (slots,); slot 0 is minus infinity where nobody starts without.
            firm_keys: lasting key of each slot.
            quality: what each profile gets in each slot, shape (profiles, slots).
        """
        supplier = self.columns["supplier"]
        best = np.full(self.n, -np.inf)
        for slot in range(len(log_share)):
            if np.isfinite(log_share[slot]):
                luck = self._streams.uniforms(Purpose.START, 0, self.n, second=int(firm_keys[slot]))[:, 0]
                taste = log_share[slot] - np.log(-np.log(luck))
                draw_over(taste, slot, best, supplier)
        months = self._streams.uniforms(Purpose.START, 1, self.n)[:, 0]
        held = supplier > 0
        self.columns["tenure"][:] = np.where(held, np.minimum(-36.0 * np.log(months), 600), 0)
        felt = np.where(held, np.minimum(np.maximum(quality[self.columns["profile"], supplier], 0.0), 1.0), 0.0)
        self.columns["satisfaction"][:] = felt
        self.columns["expectation"][:] = felt
        self.columns["experience"][:] = felt
        self.columns["trust"][:] = np.where(held, initial_trust, 0.0)

    def live_month(self, month: int, offers: Offers) -> np.ndarray:
        """One month of choosing and living.

        Returns:
            Sums by segment, slot and :data:`SUMS`, float64, in simulated customers.
        """
        total, partial = self.room_for_sums(len(offers.price)), self.room_for_pieces(len(offers.price))
        work = self._serial
        if self.threads > 1 and self.n > CHUNK:
            work = _with_threads(self.threads)
        work(self.chunks, *self.luck(month), self.traits, self.state, offers, self.rules, partial, total)
        return total

    def luck(self, month: int) -> tuple[Any, ...]:
        """Month and key of the draws, as the compiled month takes them."""
        return month & 0xFFFFFFFF, *self._key

    def room_for_sums(self, slots: int) -> np.ndarray:
        """Room for the sums of a month."""
        return np.empty((len(self.segment_names), slots, len(SUMS)))

    def room_for_pieces(self, slots: int) -> np.ndarray:
        """Scratch for the sums of each piece."""
        return np.empty((len(self.chunks.starts), slots, len(SUMS)))

    def begin_month(self, month: int) -> None:
        """What changes in customers before anybody acts: switching costs that are drawn anew each month."""
        if self._redrawn is None:
            return
        mean, spread = self._redrawn
        uniform = self._streams.uniforms(Purpose.SWITCHING, month, self.n)[:, 0]
        normal = self._streams.normals(Purpose.SWITCHING, month, self.n, second=1)[:, 0] if spread == "lognormal" else uniform
        self.columns["switching_cost"][:] = mean * _spread(spread, uniform, normal)

    def displace(self, slot: int) -> int:
        """A supplier has gone: its customers are without one and must look around at once. Returns how many."""
        stranded = self.columns["supplier"] == slot
        for name, value in (("supplier", 0), ("tenure", -1), ("aware", 0), ("problem", 0), ("extra", 0), ("trust", 0.0)):
            self.columns[name][stranded] = value
        return int(stranded.sum())

    def transfer(self, old: int, new: int, initial_trust: float) -> int:
        """All customers of one slot pass to another (a franchise changes hands). Returns how many."""
        moved = self.columns["supplier"] == old
        self.columns["supplier"][moved] = new
        self.columns["aware"][moved] = 0
        self.columns["trust"][moved] = initial_trust
        return int(moved.sum())

    def state_bytes(self) -> int:
        """Bytes of state that one customer takes."""
        arrays = [*self.columns.values(), self.state.supplier_before, self.state.satisfaction_before]
        return sum(array.itemsize for array in arrays)


def lognormal(normal: np.ndarray, variation: float) -> np.ndarray:
    """Lognormal draws of mean 1 and the given coefficient of variation, from standard normals."""
    sigma = math.sqrt(math.log1p(variation**2))
    return np.exp(sigma * normal - 0.5 * sigma**2)


def _spread(kind: str, uniform: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Multipliers of mean 1 in the way that ``market.switching_cost_spread`` names."""
    if kind == "lognormal":
        return lognormal(normal, 0.5)
    return 2.0 * uniform if kind == "uniform" else np.ones(len(uniform))


def _shares(parts: list[dict[str, Any]], n: int) -> np.ndarray:
    """Whole numbers in proportion to the parts' shares that sum to ``n`` (largest remainders)."""
    share = np.array([float(part["share"]) for part in parts])
    exact = share / share.sum() * n
    whole = np.floor(exact).astype(int)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: n - whole.sum()]] += 1
    return whole


def _with_threads(threads: int) -> Any:
    import numba

    numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
    return compiled_month.month_parallel


def _behaviour(config: Config, n: int) -> Behaviour:
    market, customers = config.market, config.customers
    renewal = np.zeros(MAX_TENURE + 1, np.float32)
    if market.renewal_months > 0:
        renewal[market.renewal_months :: market.renewal_months] = market.renewal_attention
        renewal[MAX_TENURE] = market.renewal_attention / market.renewal_months  # tenure stops counting: dates become a rate
    stride = mixing_stride(n)
    steps = [sign * step * stride % n for step in (1, 2, 3, 4) for sign in (1, -1)]
    single = np.float32
    return Behaviour(
        transparency=single(market.transparency),
        outside=single(market.outside_option if market.outside_option is not None else 0.0),
        seen=single(2.0),  # replaced each month by the chance that a given rival is seen
        inverse_horizon=single(1.0 / market.switching_horizon),
        intro=np.int32(market.intro_months),
        reference=single(market.reference_price),
        dissatisfaction=single(customers.dissatisfaction_attention),
        price_attention=single(market.price_attention),
        shock=single(customers.price_shock_attention),
        loyalty=single(customers.loyalty),
        initial_trust=single(customers.initial_trust),
        trust_speed=single(customers.trust_speed),
        forgetting=single(customers.forgetting),
        harm=single(customers.harm_weight),
        hassle=single(customers.hassle_weight),
        problem=single(customers.problem_weight),
        noise=single(customers.experience_noise),
        disconfirmation=single(customers.disconfirmation_weight),
        loss_aversion=single(customers.loss_aversion),
        satisfaction_speed=single(customers.satisfaction_speed),
        expectation_speed=single(customers.expectation_speed),
        promise_weight=single(customers.promise_weight),
        word_of_mouth=single(customers.word_of_mouth),
        friend_weight=single(customers.friend_weight),
        complaint=single(customers.complaint_rate),
        complaint_threshold=single(customers.complaint_threshold),
        to_regulator=single(customers.complaint_to_regulator),
        extra_price=single(market.extra_price * market.reference_price),
        extra_offers=single(market.extra_offers),
        extra_noticing=single(1.0 - math.exp(-market.extra_price / customers.notice_scale)),
        recovery=single(customers.recovery),
        can_do_without=np.bool_(market.outside_option is not None),
        long_links=single(customers.long_links),
        renewal=renewal,
        near=np.array(steps, np.uint32),
    )


def mixing_stride(n: int) -> int:
    """A step along the ring that mixes segments: near the golden section of ``n`` and without a common divisor."""
    stride = max(1, round(n * _GOLDEN))
    while math.gcd(stride, n) > 1:
        stride += 1
    return stride
