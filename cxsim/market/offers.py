"""What each firm is to customers this month, worked out from levers and standing once for all customers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from cxsim.compiled import compiled, record
from cxsim.config.run import Config
from cxsim.customers.jobs import JobTerms, do_job, job_terms
from cxsim.customers.population import Profiles, lognormal
from cxsim.customers.tables import OFFERED, Offered
from cxsim.firms.announcement import believed
from cxsim.firms.breach import NO_LIMIT
from cxsim.firms.dark_pattern import anger, pressed
from cxsim.firms.operations import practice_of, productivity, service_settings, solved_share
from cxsim.firms.table import (
    ANNOUNCEMENT,
    BARRIER,
    DARK,
    DISCLOSURE,
    DISCRETION,
    HIDDEN,
    INSIGHT,
    NUMBER,
    OVERPROMISE,
    PERSONAL,
    PREMIUM,
    PRICE,
    SERVICE,
    FirmTable,
)
from cxsim.randomness.streams import Purpose, Streams

_SINGLE = np.float32
_FAR = 1e6  # a job so far off that nobody would take the offer

_REPUTATION, _OUTCOME, _APPEAL, _MORALE = (NUMBER[name] for name in ("reputation", "job_outcome", "appeal", "morale"))
_CUSTOMERS, _PROBLEMS = NUMBER["customers"], NUMBER["open_problems"]
_PRICE_LAST, _PREMIUM_LAST = NUMBER["price_last"], NUMBER["premium_last"]
_EXPOSED, _HEARD, _LOSS = NUMBER["exposed"], NUMBER["news_heard"], NUMBER["news_loss"]
_CREDIBILITY, _POSITION = NUMBER["credibility"], NUMBER["position"]
_YEAR = 12  # months drawn at a time


class OfferTerms(NamedTuple):
    """The settings that turn levers into offers; amounts in pounds."""

    problem_rate: float
    problem_slope: float
    crowding_weight: float
    crowding_limit: float
    credulity: float
    data_headroom: float
    avoidance: float
    notice_scale: float
    sludge_scale: float
    trust_loss: float
    disclosure_relief: float
    enrolment_plain: float
    enrolment_mild: float
    enrolment_aggressive: float
    backlash: float
    talk_weight: float


def offer_terms(config: Config) -> OfferTerms:
    """The settings of a configuration."""
    market, customers, reference = config.market, config.customers, config.market.reference_price
    return OfferTerms(
        market.problem_rate, market.problem_quality_slope, customers.crowding_weight, customers.crowding_limit, customers.credulity,
        customers.data_headroom, NO_LIMIT if customers.avoidance_cost is None else customers.avoidance_cost * reference,
        customers.notice_scale * reference, customers.sludge_scale * reference, customers.trust_loss, customers.disclosure_relief,
        customers.enrolment_plain, customers.enrolment_mild, customers.enrolment_aggressive, customers.backlash,
        customers.talk_weight,
    )  # fmt: skip


def quality_by_profile(config: Config, profiles: Profiles, table: FirmTable) -> np.ndarray:
    """What each profile gets from each firm: weights times quality, less the distance where jobs lie on a circle.

    Returns:
        float32, shape (profiles, slots).
    """
    worth = np.empty((len(profiles.share), len(table)), _SINGLE)
    do_all_jobs(table.quality, table.numbers, job_terms(config, profiles), worth)
    return worth


@compiled()
def do_all_jobs(quality, numbers, jobs, worth):
    """:func:`quality_by_profile`, written into ``worth``."""
    for slot in range(worth.shape[1]):
        for profile in range(worth.shape[0]):
            done = do_job(quality[slot], jobs.weights[profile], jobs.exponent, jobs.basics, jobs.threshold) if slot > 0 else 0.0
            if slot > 0 and jobs.place.shape[0] > 0:
                apart = abs(jobs.place[profile] - numbers[_POSITION, slot])
                done = max(done - jobs.per_distance * min(apart, 1.0 - apart), -_FAR)
            worth[profile, slot] = done


class Swings:
    """Each firm's luck with its service load, a year drawn at a time; a copy starts with none drawn.

    Args:
        config: the configuration.
        streams: the market's luck.
    """

    def __init__(self, config: Config, streams: Streams):
        self._config, self._streams = config, streams
        self._key, self._since = np.zeros(0, np.uint32), 0
        self._drawn = np.zeros((0, 0))

    def of(self, month: int, table: FirmTable) -> np.ndarray:
        """This month's factor by slot: lognormal with mean 1, keyed by firm."""
        place = month - self._since
        if table.key is not self._key or not 0 <= place < len(self._drawn):
            self._key, self._since, place = table.key, month, 0
            self._drawn = load_swings(self._config, table, self._streams, month, _YEAR)
        return self._drawn[place]  # type: ignore[no-any-return]

    def __reduce__(self) -> tuple[type[Swings], tuple[Config, Streams]]:
        return Swings, (self._config, self._streams)


def load_swings(config: Config, table: FirmTable, streams: Streams, first: int, months: int) -> np.ndarray:
    """The factors on each firm's service load for so many months from a first one, months x slots; see :class:`Swings`."""
    variation = config.market.load_variation
    if variation <= 0.0:
        return np.ones((months, len(table)))
    return lognormal(ndtri(streams.uniforms_by_key_for(Purpose.LOAD, first, months, table.key)[..., 0]), variation)


@compiled()
def problem_rate(quality, terms):
    """Monthly chance of a new problem at a firm with this quality of outcomes: better quality prevents problems."""
    return min(terms.problem_rate * max(0.0, 1.0 + terms.problem_slope * (0.5 - np.mean(quality))), 1.0)


@compiled()
def service_state(levers, customers, waiting, morale, rate, swing, terms, service):
    """Chance that a problem is resolved this month, and the loss from crowding, at one firm.

    Load is what was carried over plus expected new problems (a customer has at most one open), times the month's swing; capacity is
    planned for the customers that the firm has, and stretched or shrunk by how service is run. Handled is min(1, capacity / load), of which
    a share is solved.
    """
    load = (waiting + rate * max(customers - waiting, 0.0)) * swing
    practice = practice_of(levers)
    solving = solved_share(practice, service)
    if load <= 0.0:
        return solving, 0.0
    capacity = levers[SERVICE] * terms.problem_rate * customers * productivity(practice, morale, service)
    over = load / capacity - 1.0 if capacity > 0.0 else np.inf
    return min(1.0, capacity / load) * solving, terms.crowding_weight * min(max(over, 0.0), terms.crowding_limit)


@compiled()
def offer(slot, levers, quality, numbers, swing, reference_price, terms, service):
    """What one firm is to customers: the fields of :class:`~cxsim.customers.tables.Offers` up to ``active``, in their order."""
    price, premium, hidden, barrier, disclosure = levers[PRICE], levers[PREMIUM], levers[HIDDEN], levers[BARRIER], levers[DISCLOSURE]
    rate = problem_rate(quality, terms) if slot > 0 else 0.0
    resolved, crowding = service_state(
        levers, numbers[_CUSTOMERS, slot], numbers[_PROBLEMS, slot], numbers[_MORALE, slot], rate, swing, terms, service
    )  # fmt: skip
    promise = min(max(numbers[_OUTCOME, slot] + levers[OVERPROMISE], 0.0), 1.0)
    hearsay = (1.0 - terms.credulity) * numbers[_REPUTATION, slot] + terms.credulity * promise
    if terms.talk_weight > 0.0:
        hearsay = believed(hearsay, levers[ANNOUNCEMENT], numbers[_CREDIBILITY, slot], terms.talk_weight)
    lost = terms.trust_loss * (1.0 - terms.disclosure_relief * disclosure)
    before = numbers[_PRICE_LAST, slot]
    return (
        price,
        numbers[_APPEAL, slot],
        premium,
        levers[PERSONAL] * levers[INSIGHT] * terms.data_headroom,
        hidden,
        min(hidden, terms.avoidance),
        barrier,
        promise,
        hearsay,
        1.0 - np.exp(-hidden / terms.notice_scale),
        disclosure if hidden > 0.0 else 0.0,
        max(numbers[_EXPOSED, slot], numbers[_HEARD, slot]),
        1.0 - max(lost, numbers[_LOSS, slot]),
        np.exp(-barrier / terms.sludge_scale),
        rate,
        resolved,
        crowding,
        max(0.0, price - before) / reference_price,
        max(0.0, price + premium - (before + numbers[_PREMIUM_LAST, slot])) / reference_price,
        pressed(levers[DARK], terms.enrolment_plain, terms.enrolment_mild, terms.enrolment_aggressive),
        anger(levers[DARK], terms.backlash),
        disclosure,
        levers[DISCRETION],
    )


@compiled()
def offer_all(levers, quality, numbers, swings, reference_price, terms, service, jobs, offered, worth):
    """:func:`offer` for every slot, and what each profile gets there.

    Args:
        terms, service: :class:`OfferTerms` and :class:`~cxsim.firms.operations.Service` as records.
        offered: float32, fields x slots, overwritten.
        worth: float32, profiles x slots, overwritten.
    """
    terms, service = terms[0], service[0]
    for slot in range(levers.shape[0]):
        what = offer(slot, levers[slot], quality[slot], numbers, swings[slot], reference_price, terms, service)
        for field in range(offered.shape[0]):
            offered[field, slot] = what[field]
    do_all_jobs(quality, numbers, JobTerms(*jobs), worth)


def room_for_offers(table: FirmTable, profiles: Profiles) -> Offered:
    """Room for what firms offer, with those that are in the market."""
    slots = len(table)
    fields, quality = np.empty((len(OFFERED), slots), _SINGLE), np.empty((len(profiles.share), slots), _SINGLE)
    return Offered(fields, table.active.copy(), table.key, quality)


def prepare(
    config: Config, profiles: Profiles, table: FirmTable, reference_price: float, swings: np.ndarray | None = None,
    settings: tuple[Any, ...] | None = None, fill: Any = offer_all,
) -> Offered:  # fmt: skip
    """The tables that the compiled month reads.

    Args:
        swings: this month's, by slot; ``None`` for a month in which load is as expected.
        settings: of offers and of service as records and of jobs as a plain tuple, where at hand; ``None`` takes them from ``config``.
        fill: :func:`offer_all`, or a :class:`~cxsim.compiled.Standing` one.
    """
    settings = settings or (record(offer_terms(config)), record(service_settings(config)), tuple(job_terms(config, profiles)))
    offered = room_for_offers(table, profiles)
    swings = np.ones(len(table)) if swings is None else swings
    fill(table.levers, table.quality, table.numbers, swings, float(reference_price), *settings, offered.fields, offered.quality)
    return offered
