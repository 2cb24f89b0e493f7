"""How much of a difference between two regimes comes through which channel.

Both regimes are simulated with the same luck, and what firms and regulator did is written down. Then the market is played again for every
set of channels: what goes through them follows the second regime's course, all else the first one's. Nobody decides in these replays but
customers, who react as always. With no channel the replay is the first regime and with all of them the second, to the last bit; Shapley's
value shares out what lies between.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.config.errors import BadValueError, ContradictionError, CxsimError, nearest, shown
from cxsim.config.keys import coerce
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.config.start import value_of
from cxsim.decomposition.channels import CHANNELS, LEVERS, QUALITY, Channel, check, keys_of, mixed
from cxsim.decomposition.result import OUTCOMES, Decomposition
from cxsim.decomposition.shapley import shapley, subsets
from cxsim.results.progress import Counter, announce_compiling, reporter
from cxsim.results.provenance import now
from cxsim.results.run import Told, each_replication

if TYPE_CHECKING:
    from cxsim.decomposition.course import Course
    from cxsim.market.model import Market

DEFAULT = ("experience", "consumer_surplus")
_SHARED = ("seed", "months", "burn_in", "market.n_customers", "market.outcomes")


class CourseError(CxsimError):
    """What happened in a market cannot be played again, because something acted on customers that is no lever of a firm."""


def decompose(
    one: Config,
    other: Config,
    *,
    at: int | None = None,
    outcomes: Sequence[str] = DEFAULT,
    channels: Mapping[str, Channel] = CHANNELS,
    replications: int | None = None,
    progress: Told = None,
    command: str | None = None,
) -> Decomposition:
    """Share out the difference between two regimes among the channels through which they reach customers.

    For a set S of channels, v(S) is the outcome of the market in which whatever goes through S (recorded levers, what is made public, the
    values of parameters) is as in ``other`` and all else as in ``one``, with the same luck and with customers free to react. A
    channel's effect is its Shapley value in this game: what it adds, averaged over all orders in which the channels could change over.

    Args:
        one: the first regime.
        other: the second; the two share seed, months, burn-in, number of customers and the names of outcomes.
        at: where the second regime only begins on a day, the first month under it; both share the market until then.
        outcomes: columns of the monthly table; see :data:`~cxsim.decomposition.result.OUTCOMES`.
        channels: what goes through which channel; every lever through exactly one.
        replications: runs with luck of their own; those of ``one`` if not given. Intervals come from them.
        progress: as for :func:`cxsim.simulate`.
        command: the command that asked for it, for the record.

    Returns:
        The effects by channel, whose sum is the difference.

    Raises:
        CxsimError: regimes that cannot be paired, an outcome that does not depend on customers alone, channels that do not partition the
            levers; nothing was simulated then. Or a strategy or policy that acts on customers otherwise than by levers.

    Sources:
        Shapley (1953); for differences Shorrocks (2013); see :mod:`cxsim.decomposition.shapley`.
    """
    for name, regime in (("one", one), ("other", other)):
        if not isinstance(regime, Config):
            raise BadValueError(name, regime, 'a configuration, such as cxsim.load("market=energy", "regulator=gdpr")')
    check(channels)
    for outcome in outcomes:
        if outcome not in OUTCOMES:
            raise BadValueError("outcomes", outcome, ", ".join(OUTCOMES), nearest(str(outcome), OUTCOMES))
    if not outcomes:
        raise BadValueError("outcomes", list(outcomes), f"at least one of {', '.join(OUTCOMES)}")
    if replications is not None:
        number = coerce("replications", replications)
        one, other = (with_values(config, {"replications": number}) for config in (one, other))
    _check_pair(one, other, at)
    started, clock = now(), time.perf_counter()
    keys = keys_of(channels, one, other, started=at is not None)
    most = 2 + 2 ** len(channels)
    since = one.burn_in + one.months if at is None else one.months - at
    before = 0 if at is None else one.burn_in + at
    announce_compiling(progress)
    with reporter(progress, one.name) as report:
        counter = Counter(one.replications * (before + most * since), report)
        work = partial(_replicate, one=one, other=other, at=at, outcomes=tuple(outcomes), channels=channels, keys=keys, counter=counter)
        done = each_replication(one, counter, work)
    effects = {name: np.stack([part[name] for part, _, _ in done]) for name in channels}
    ends = tuple(np.stack([pair[which] for _, pair, _ in done]) for which in (0, 1))
    live = sorted({name for _, _, names in done for name in names}, key=list(channels).index)
    return Decomposition(
        one, other, at, tuple(outcomes), dict(channels), effects, ends[0], ends[1], tuple(live), keys, started,
        time.perf_counter() - clock, command,
    )  # fmt: skip


def _check_pair(one: Config, other: Config, at: int | None) -> None:
    for key in _SHARED:
        if value_of(one, key) != value_of(other, key):
            raise ContradictionError(
                f"{key}: {shown(value_of(one, key))} in one regime and {shown(value_of(other, key))} in the other; regimes can only be "
                "decomposed where they share it."
            )
    names = [[segment["name"] for segment in config.customers.segments] for config in (one, other)]
    shares = [[segment["share"] for segment in config.customers.segments] for config in (one, other)]
    if names[0] != names[1] or shares[0] != shares[1]:
        raise ContradictionError("customers.segments: the regimes have other segments; they can only be decomposed where they share them.")
    whole = isinstance(at, int) and not isinstance(at, bool)
    if at is not None and not (whole and 0 <= at < one.months):
        raise BadValueError("at", at, f"a whole number from 0 to {one.months - 1}, a month of the report")
    if at is not None:
        from cxsim.config.start import check_follows

        check_follows(other, one)


def _replicate(
    number: int, *, one: Config, other: Config, at: int | None, outcomes: tuple[str, ...], channels: Mapping[str, Channel],
    keys: Mapping[str, Sequence[str]], counter: Counter,
) -> tuple[dict[str, np.ndarray], tuple[np.ndarray, np.ndarray], list[str]]:  # fmt: skip
    """For one replication: by channel its effect, shape (outcomes, months); the two regimes' outcomes; the channels that differ."""
    from cxsim.decomposition.course import Recorded
    from cxsim.decomposition.replay import Replay, Score

    begin = _beginning(one, number, at, counter)
    first, second = (_played(begin(config, Recorded), counter) for config in (one, other))
    ends = _outcomes(first, outcomes), _outcomes(second, outcomes)
    live = [name for name in channels if keys[name] or _differs(first.course, second.course, channels, name)]
    values = {frozenset(): ends[0], frozenset(live): ends[1]}
    left = 2 ** len(live) - (0 if not number else len(values))
    counter.skip((2 ** len(channels) - left) * (one.months + (one.burn_in if at is None else -at)))
    for through in subsets(live):
        known = through in values
        if known and number:
            continue
        courses = {name: second.course if name in through else first.course for name in channels}
        market = begin(mixed(one, other, keys, through) if len(through) < len(live) else other, Replay)
        replayed = _outcomes(_played(market.follow(Score(courses, channels)), counter), outcomes)
        if known and not np.array_equal(replayed, values[through], equal_nan=True):
            raise CourseError(
                "firms.strategy, regulator.policy: played again, a market came out otherwise than before, because a strategy or a policy "
                "acts on customers by something else than levers of firms and findings; such a regime cannot be decomposed."
            )
        values[through] = replayed
    found = shapley(live, values)
    nothing = np.zeros_like(ends[0])
    return {name: found.get(name, nothing) for name in channels}, ends, live


def _beginning(one: Config, number: int, at: int | None, counter: Counter) -> Callable[[Config, type[Any]], Any]:
    """What makes a market of some kind that lives under some configuration, as it is when the regimes part."""
    from cxsim.market.model import Market
    from cxsim.market.snapshot import resume, take

    if at is None:
        return lambda config, kind: kind(config, rng=one.seed, replication=number)
    market = Market(one, rng=one.seed, replication=number)
    for _ in range(one.burn_in + at):
        market.step()
        counter.tick()
    snapshot = take(market)
    return lambda config, kind: resume(snapshot, config, kind)


def _played(market: Any, counter: Counter) -> Any:
    for _ in range(market.config.months - market.month):
        market.step()
        counter.tick()
    return market


def _outcomes(market: Market, outcomes: Sequence[str]) -> np.ndarray:
    """Outcomes by month, shape (outcomes, months)."""
    # One table of the four: nobody looks at the others here.
    monthly = market.recorder.history().monthly()
    return np.stack([monthly[outcome].to_numpy(float) for outcome in outcomes])


def _differs(one: Course, other: Course, channels: Mapping[str, Channel], name: str) -> bool:
    """Whether two courses differ in anything that goes through a channel."""
    channel = channels[name]
    if channel.rest and _come_and_go(one) != _come_and_go(other):
        return True
    for month, here in one.moves.items():
        there = other.moves[month]
        if here.names != there.names or not np.array_equal(here.active, there.active):
            return True  # firms that the other does not know: whatever goes through any channel may differ
        if channel.publicity and not (np.array_equal(here.exposed, there.exposed) and np.array_equal(here.redress, there.redress)):
            return True
        columns = [LEVERS.index(lever) for lever in channel.levers if lever != QUALITY]
        if not np.array_equal(here.levers[:, columns], there.levers[:, columns]):
            return True
        if QUALITY in channel.levers and not np.array_equal(here.quality, there.quality):
            return True
    return False


def _come_and_go(course: Course) -> Any:
    return course.handed_over, course.left, {month: [arrival.start for arrival in came] for month, came in course.came.items()}
