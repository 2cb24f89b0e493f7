"""The search for better levers: one after the other, each by a coarse look at its whole range and parabolas around the best.

What a plan is worth costs far more to work out than anything else here, so no point is tried twice: the plan as it stands is one of the
points, and each parabola starts from points already known (successive parabolic interpolation, Brent 1973, chapter 5).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cxsim.compiled import compiled
from cxsim.firms.equity import BASE, copy_into, lifetime, live_with, steady_service
from cxsim.firms.table import BARRIER, HIDDEN, PERSONAL, PREMIUM, PRICE, SERVICE

MOST_POINTS = 5
"""Most points of the even grid on which a lever is first tried."""

_REFINEMENTS = 5
"""Most points tried after the coarse look."""

_DISTINCT = 100.0
"""How many times rounding the worst point tried must fall short of the best for the top of a cubic to mean anything."""

_MOST_IN_VAIN = 2
"""Most points tried one after the other that are no better: the best lies at a kink, which parabolas only creep up to."""

_SAME = 1e-9
"""Share of a lever's range within which two points are the same."""

_NEAR = 0.1
"""How near to an end of the range it is looked whether the best lies a little inside, as a share of the grid's step."""

_WORTHWHILE = 1e-5
"""Gain relative to the whole value for which it is still worth looking closer; for less, the top of the cubic is the last point tried."""

_APART = 0.2
"""Least distance of a new point from the best so far, as a share of the gap to the next: nearer ones differ by rounding only."""

_TIE = 5e-7
"""Difference relative to the whole value that may be rounding. Points tried at random must be better by more than that, the top of a cubic
must not be worse by more: levers that pull together (price and quality) move far by gains too small to be seen in single precision."""


class Draft(NamedTuple):
    """A plan in the making; arrays that change as it improves."""

    levers: np.ndarray  # in the order of the firm table
    quality: np.ndarray  # by outcome
    service: np.ndarray  # share of customers who wait and loss from crowding, where service has settled
    weights: np.ndarray  # outcomes x members: what a change of each outcome is worth to each member, as the firm believes
    packed: np.ndarray  # the panel, see cxsim.firms.equity.packed_panel; its base quality follows the plan


class Trial(NamedTuple):
    """Scratch for what is tried: one lever of the draft set to something else."""

    before: np.ndarray  # levers as they were before the review
    levers: np.ndarray
    service: np.ndarray
    found: np.ndarray  # service at the best point so far
    base: np.ndarray  # the panel's base quality as drafted
    tried: np.ndarray  # points tried of the lever, ascending
    values: np.ndarray  # the equity reached at each


@compiled(inline="always")
def room_for_trials(desk):
    """The places on a desk where a search notes what it tries."""
    return Trial(desk.levers[0], desk.levers[1], desk.service[1], desk.service[2], desk.base, desk.tried[0], desk.tried[1])


@compiled()
def settle_service(capacity, mean_quality, outlook, service, guess):
    """Write what :func:`~cxsim.firms.equity.steady_service` says into ``service``."""
    service[0], service[1] = steady_service(capacity, mean_quality, outlook, guess)


@compiled()
def move_base(base, weights, change, out):
    """What members get once an outcome's quality has moved by ``change``; ``weights``: what that is worth to each."""
    for i in range(base.shape[0]):
        out[i] = base[i] + weights[i] * np.float32(change)


@compiled(inline="always")
def mean_and_square(quality):
    """Mean of the outcomes' quality and of its square."""
    total = squares = 0.0
    for outcome in range(quality.shape[0]):
        total += quality[outcome]
        squares += quality[outcome] * quality[outcome]
    return total / quality.shape[0], squares / quality.shape[0]


@compiled()
def value_of(draft, outlook, enforcement):
    """Equity of the draft as it stands (£); works out its service."""
    mean, square = mean_and_square(draft.quality)
    settle_service(draft.levers[SERVICE], mean, outlook, draft.service, 0.0)
    live_with(draft.levers, mean, draft.service[0], draft.service[1], draft.packed, outlook)
    return lifetime(draft.levers, square, draft.service[0], draft.packed, outlook, enforcement)


@compiled(inline="always")
def _value(lever, at, draft, trial, price_cap, outlook, enforcement):
    """Equity with one lever (or, from ``len(levers)`` on, one outcome's quality) set to ``at``, all else as drafted.

    What is only a matter of price changes nothing in what customers live through, which is then taken as the panel has it, and service is
    worked out anew only for what changes it.
    """
    count, outcomes = draft.levers.shape[0], draft.quality.shape[0]
    mean, square = mean_and_square(draft.quality)
    copy_into(draft.levers, trial.levers)
    if lever >= count:
        present = draft.quality[lever - count]
        mean += (at - present) / outcomes
        square += (at * at - present * present) / outcomes
        move_base(trial.base, draft.weights[lever - count], at - present, draft.packed[BASE])
    else:
        trial.levers[lever] = at
        if lever == PRICE:  # a cap on the whole bill leaves less for the premium
            trial.levers[PREMIUM] = min(trial.levers[PREMIUM], max(0.0, price_cap - at))
    if lever == SERVICE or lever >= count:
        settle_service(trial.levers[SERVICE], mean, outlook, trial.service, draft.service[0])
    if not _only_price(lever):
        live_with(trial.levers, mean, trial.service[0], trial.service[1], draft.packed, outlook)
    return lifetime(trial.levers, square, trial.service[0], draft.packed, outlook, enforcement)


@compiled(inline="always")
def appraise(lever, at, draft, trial, price_cap, outlook, enforcement, credit, silo):
    """What :func:`_value` is to a firm that sees, or whose units count, only part of what a lever brings about.

    Args:
        credit: what the firm takes the return on quality or service by way of customers to be, as a multiple of what it is; one is right.
        silo: share of the effects on other units that the unit in charge leaves out. Of quality these are the problems that it prevents, of
            service what waiting does to customers, of fees and barriers what they do to what customers live through.
    """
    whole = _value(lever, at, draft, trial, price_cap, outlook, enforcement)
    count, outcomes = draft.levers.shape[0], draft.quality.shape[0]
    if (credit == 1.0 and silo == 0.0) or (lever < count and lever not in (SERVICE, HIDDEN, BARRIER)):
        return whole
    mean, square = mean_and_square(draft.quality)
    backlog, crowding = draft.service[0], draft.service[1]
    if lever < count:  # the customers as they are, the firm's books as they would be
        live_with(draft.levers, mean, backlog, crowding, draft.packed, outlook)
        blind = lifetime(trial.levers, square, trial.service[0], draft.packed, outlook, enforcement)
        return blind + credit * (1.0 - silo) * (whole - blind)
    present = draft.quality[lever - count]
    dearer = square + (at * at - present * present) / outcomes
    better = mean + (at - present) / outcomes
    live_with(draft.levers, better, backlog, crowding, draft.packed, outlook)
    own = lifetime(draft.levers, dearer, backlog, draft.packed, outlook, enforcement)
    copy_into(trial.base, draft.packed[BASE])
    live_with(draft.levers, mean, backlog, crowding, draft.packed, outlook)
    blind = lifetime(draft.levers, dearer, trial.service[0], draft.packed, outlook, enforcement)
    return blind + credit * ((own - blind) + (1.0 - silo) * (whole - own))


@compiled(inline="always")
def _only_price(lever):
    return lever in (PRICE, PREMIUM, PERSONAL)


@compiled()
def _place_of_best(values, n):
    """Place of the first of the highest of ``n`` values."""
    place = 0
    for k in range(1, n):
        place = k if values[k] > values[place] else place
    return place


@compiled()
def _least(values, n):
    """The lowest of the first ``n`` values."""
    least = values[0]
    for k in range(1, n):
        least = min(least, values[k])
    return least


@compiled()
def _insert(at, reached, tried, values, n):
    """Keep the points tried in order; returns the place of the new one, or -1 where there is one already."""
    k = n
    while k > 0 and tried[k - 1] > at:
        k -= 1
    close = _SAME * (tried[n - 1] - tried[0]) if n > 1 else 0.0
    if (k > 0 and at - tried[k - 1] <= close) or (k < n and tried[k] - at <= close):
        return -1
    for j in range(n, k, -1):
        tried[j], values[j] = tried[j - 1], values[j - 1]
    tried[k], values[k] = at, reached
    return k


@compiled()
def _look_closer(best, n, tried, values):
    """Where to look next, and what gain to expect: the top of a parabola around the best point, or just inside an end of the range.

    At an end it is not looked inside where the nearest points bend as at a top that lies beyond the end.
    """
    if best == 0 or best == n - 1:
        inner = 1 if best == 0 else n - 2
        gap = tried[inner] - tried[best]
        if n < 3:
            return tried[best] + _NEAR * gap, np.inf
        second = 2 if best == 0 else n - 3
        fall, next_fall = (values[best] - values[inner]) / abs(gap), (values[inner] - values[second]) / abs(tried[second] - tried[inner])
        if next_fall >= fall >= (next_fall - fall) * gap / (tried[second] - tried[best]):
            return tried[best], 0.0
        if abs(gap) > 0.5 * abs(tried[second] - tried[inner]):
            return tried[best] + _NEAR * gap, np.inf
        left, middle, right = (best, inner, second) if best == 0 else (second, inner, best)
    elif n > 3:
        return _top_of_cubic(best, n, tried, values)
    else:
        left, middle, right = best - 1, best, best + 1
    slope_left = (values[middle] - values[left]) / (tried[middle] - tried[left])
    slope_right = (values[right] - values[middle]) / (tried[right] - tried[middle])
    if slope_right >= slope_left:
        return tried[best], 0.0
    bend = (slope_left - slope_right) / (tried[right] - tried[left])
    at = 0.5 * (tried[left] + tried[middle]) + 0.5 * slope_left / bend
    at = min(max(at, tried[left]), tried[right])
    return at, bend * (at - tried[best]) ** 2


@compiled()
def _top_of_cubic(best, n, tried, values):
    """Top of the cubic through the best point, which has neighbours on both sides, and the three points nearest to it in order."""
    first = min(max(best - 1 if tried[best + 1] - tried[best] > tried[best] - tried[best - 1] else best - 2, 0), n - 4)
    if best == first or best == first + 3:
        first = best - 1 if best == first else best - 2
    a, b, c = best - 1, best + 1, first if first < best - 1 else first + 3
    ua, ub, uc = tried[a] - tried[best], tried[b] - tried[best], tried[c] - tried[best]
    sa, sb, sc = (values[a] - values[best]) / ua, (values[b] - values[best]) / ub, (values[c] - values[best]) / uc
    sab, sac = (sb - sa) / (ub - ua), (sc - sa) / (uc - ua)  # mean slopes from the best point are slope + bend u + twist u^2
    twist = (sac - sab) / (uc - ub)
    bend = sab - twist * (ua + ub)
    slope = sa - bend * ua - twist * ua * ua
    inner = bend * bend - 3.0 * slope * twist
    if inner < 0.0 or np.sqrt(inner) <= bend:
        return tried[best], 0.0
    u = min(max(slope / (np.sqrt(inner) - bend), ua), ub)
    return tried[best] + u, u * (slope + u * (bend + u * twist))


@compiled()
def climb(lever, low, high, points, top, draft, trial, price_cap, outlook, enforcement, credit=1.0, silo=0.0):
    """Set one lever to the best value found between ``low`` and ``high``; the present value competes.

    Args:
        lever: column of the firm table, or ``len(levers)`` plus the number of an outcome for its quality.
        points: size of the even grid tried first, at most :data:`MOST_POINTS`.
        top: equity of the draft as it stands.
        trial: see :func:`room_for_trials`.
        price_cap: highest price plus premium, infinite where there is none.
        credit, silo: how the firm misjudges what the lever brings about, see :func:`appraise`.

    Returns:
        The equity reached, as the firm sees it.
    """
    count = draft.levers.shape[0]
    copy_into(draft.service, trial.service)
    copy_into(draft.service, trial.found)
    copy_into(draft.packed[BASE], trial.base)
    if _only_price(lever):
        live_with(draft.levers, mean_and_square(draft.quality)[0], draft.service[0], draft.service[1], draft.packed, outlook)
    present = draft.levers[lever] if lever < count else draft.quality[lever - count]
    tried, values = trial.tried, trial.values
    n, best, tie = 0, present, _TIE * abs(top)
    if low <= present <= high:
        tried[0], values[0], n = present, top, 1
    grid, vain, last = points + 1 if lever == HIDDEN and low < outlook.avoidance < high else points, 0, False
    for k in range(grid + _REFINEMENTS):
        better = tie
        if k < grid:
            at = low + (high - low) * k / (points - 1) if k < points else outlook.avoidance  # the highest fee that nobody avoids
            if abs(at - present) <= _SAME * (high - low):
                continue
        else:
            place = _place_of_best(values, n)
            at, gain = _look_closer(place, n, tried, values)
            inside = 0 < place < n - 1
            small = gain <= _WORTHWHILE * abs(top)
            if gain <= 0.0 or vain == _MOST_IN_VAIN or (small and not inside):
                break
            last = inside and n > 3 and small
            if inside and small and not last:  # a point so near would say nothing new
                side = place + 1 if at > tried[place] else place - 1
                least = _APART * (tried[side] - tried[place])
                at = tried[place] + (max(at - tried[place], least) if least > 0.0 else min(at - tried[place], least))
            vain += 1
            better = -tie if last and values[place] - _least(values, n) > _DISTINCT * tie else tie
        reached = appraise(lever, at, draft, trial, price_cap, outlook, enforcement, credit, silo)
        if reached > top + better:
            top, best, vain = reached, at, 0
            copy_into(trial.service, trial.found)
        fresh = not last and _insert(at, reached, tried, values, n) >= 0
        if fresh:
            n += 1
        elif k >= grid:
            break
    copy_into(trial.found, draft.service)
    if lever < count:
        draft.levers[lever] = best
        if lever == PRICE:
            draft.levers[PREMIUM] = min(draft.levers[PREMIUM], max(0.0, price_cap - best))
    else:
        move_base(trial.base, draft.weights[lever - count], best - present, draft.packed[BASE])
        draft.quality[lever - count] = best
    return top
