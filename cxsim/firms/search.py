"""The search for better levers: one after the other, each by a coarse look at its whole range and parabolas around the best.

What a plan is worth costs far more to work out than anything else here, so no point is tried twice: the plan as it stands is one of the
points, and each parabola starts from points already known (successive parabolic interpolation, Brent 1973, chapter 5).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cxsim.compiled import compiled
from cxsim.firms.equity import BASE, lifetime, live_with, steady_service
from cxsim.firms.table import BARRIER, HIDDEN, PERSONAL, PREMIUM, PRICE, SERVICE

_REFINEMENTS = 5
"""Most points tried after the coarse look."""

_SAME = 1e-9
"""Share of a lever's range within which two points are the same."""

_NEAR = 0.1
"""How near to an end of the range it is looked whether the best lies a little inside, as a share of the grid's step."""

_WORTHWHILE = 1e-8
"""Gain relative to the whole value for which it is still worth looking closer."""

_TIE = 1e-12
"""Gain relative to the whole value below which the plan stays as it is."""


class Draft(NamedTuple):
    """A plan in the making; arrays that change as it improves."""

    levers: np.ndarray  # in the order of the firm table
    quality: np.ndarray  # by outcome
    weights: np.ndarray  # outcomes x members: what a change of each outcome is worth to each member, as the firm believes
    packed: np.ndarray  # the panel, see cxsim.firms.equity.pack; its base quality follows the plan


@compiled()
def value_of(draft, outlook, enforcement):
    """Equity of the draft as it stands (£)."""
    mean, square = np.mean(draft.quality), np.mean(draft.quality * draft.quality)
    backlog, crowding = steady_service(draft.levers[SERVICE], mean, outlook)
    live_with(draft.levers, mean, backlog, crowding, draft.packed, outlook)
    return lifetime(draft.levers, square, backlog, draft.packed, outlook, enforcement)


@compiled()
def _value(lever, at, draft, trial, base, service, price_cap, outlook, enforcement):
    """Equity with one lever (or, from ``len(levers)`` on, one outcome's quality) set to ``at``, all else as drafted.

    What is only a matter of price changes nothing in what customers live through, which is then taken as the panel has it.

    Args:
        trial: scratch for levers; ``base``: the panel's base quality as drafted.
        service: backlog and crowding as drafted; they are worked out anew only for levers that change them.
    """
    count, outcomes = draft.levers.shape[0], draft.quality.shape[0]
    mean, square = np.mean(draft.quality), np.mean(draft.quality * draft.quality)
    backlog, crowding = service
    if lever < count:
        trial[:] = draft.levers
        trial[lever] = at
        if lever == PRICE:  # a cap on the whole bill leaves less for the premium
            trial[PREMIUM] = min(trial[PREMIUM], max(0.0, price_cap - at))
        if lever == SERVICE:
            backlog, crowding = steady_service(at, mean, outlook)
        if not _only_price(lever):
            live_with(trial, mean, backlog, crowding, draft.packed, outlook)
        return lifetime(trial, square, backlog, draft.packed, outlook, enforcement)
    present = draft.quality[lever - count]
    mean += (at - present) / outcomes
    square += (at * at - present * present) / outcomes
    draft.packed[BASE] = base + draft.weights[lever - count] * (at - present)
    backlog, crowding = steady_service(draft.levers[SERVICE], mean, outlook)
    live_with(draft.levers, mean, backlog, crowding, draft.packed, outlook)
    return lifetime(draft.levers, square, backlog, draft.packed, outlook, enforcement)


@compiled()
def appraise(lever, at, draft, trial, base, service, price_cap, outlook, enforcement, credit, silo):
    """What :func:`_value` is to a firm that sees, or whose units count, only part of what a lever brings about.

    Args:
        credit: what the firm takes the return on quality or service by way of customers to be, as a multiple of what it is; one is right.
        silo: share of the effects on other units that the unit in charge leaves out. Of quality these are the problems that it prevents, of
            service what waiting does to customers, of fees and barriers what they do to what customers live through.
    """
    whole = _value(lever, at, draft, trial, base, service, price_cap, outlook, enforcement)
    count, outcomes = draft.levers.shape[0], draft.quality.shape[0]
    if (credit == 1.0 and silo == 0.0) or (lever < count and lever not in (SERVICE, HIDDEN, BARRIER)):
        return whole
    mean, square = np.mean(draft.quality), np.mean(draft.quality * draft.quality)
    if lever < count:  # the customers as they are, the firm's books as they would be
        backlog = steady_service(at, mean, outlook)[0] if lever == SERVICE else service[0]
        live_with(draft.levers, mean, service[0], service[1], draft.packed, outlook)
        blind = lifetime(trial, square, backlog, draft.packed, outlook, enforcement)
        return blind + credit * (1.0 - silo) * (whole - blind)
    present = draft.quality[lever - count]
    dearer = square + (at * at - present * present) / outcomes
    better = mean + (at - present) / outcomes
    live_with(draft.levers, better, service[0], service[1], draft.packed, outlook)
    own = lifetime(draft.levers, dearer, service[0], draft.packed, outlook, enforcement)
    draft.packed[BASE] = base
    live_with(draft.levers, mean, service[0], service[1], draft.packed, outlook)
    backlog = steady_service(draft.levers[SERVICE], better, outlook)[0]
    blind = lifetime(draft.levers, dearer, backlog, draft.packed, outlook, enforcement)
    return blind + credit * ((own - blind) + (1.0 - silo) * (whole - own))


@compiled(inline="always")
def _only_price(lever):
    return lever in (PRICE, PREMIUM, PERSONAL)


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
    """Where to look next, and what gain to expect: the top of a parabola around the best point, or just inside an end of the range."""
    if best == 0 or best == n - 1:
        inner = 1 if best == 0 else n - 2
        gap = tried[inner] - tried[best]
        second = 2 if best == 0 else n - 3
        if n < 3 or abs(gap) > 0.5 * abs(tried[second] - tried[inner]):
            return tried[best] + _NEAR * gap, np.inf
        left, middle, right = (best, inner, second) if best == 0 else (second, inner, best)
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
def climb(lever, low, high, points, top, draft, price_cap, outlook, enforcement, credit=1.0, silo=0.0):
    """Set one lever to the best value found between ``low`` and ``high``; the present value competes.

    Args:
        lever: column of the firm table, or ``len(levers)`` plus the number of an outcome for its quality.
        points: size of the even grid tried first.
        top: equity of the draft as it stands.
        price_cap: highest price plus premium, infinite where there is none.
        credit, silo: how the firm misjudges what the lever brings about, see :func:`appraise`.

    Returns:
        The equity reached, as the firm sees it.
    """
    count = draft.levers.shape[0]
    trial, base = np.empty(count), draft.packed[BASE].copy()
    service = steady_service(draft.levers[SERVICE], np.mean(draft.quality), outlook)
    if _only_price(lever):
        live_with(draft.levers, np.mean(draft.quality), service[0], service[1], draft.packed, outlook)
    present = draft.levers[lever] if lever < count else draft.quality[lever - count]
    tried, values = np.empty(points + 2 + _REFINEMENTS), np.empty(points + 2 + _REFINEMENTS)
    n, best, tie = 0, present, _TIE * abs(top)
    if low <= present <= high:
        tried[0], values[0], n = present, top, 1
    for k in range(points + 1 if lever == HIDDEN and low < outlook.avoidance < high else points):
        at = low + (high - low) * k / (points - 1) if k < points else outlook.avoidance  # the highest fee that nobody avoids
        if abs(at - present) <= _SAME * (high - low):
            continue
        reached = appraise(lever, at, draft, trial, base, service, price_cap, outlook, enforcement, credit, silo)
        if _insert(at, reached, tried, values, n) >= 0:
            n += 1
        if reached > top + tie:
            top, best = reached, at
    for _ in range(_REFINEMENTS):
        at, gain = _look_closer(np.argmax(values[:n]), n, tried, values)
        if gain <= _WORTHWHILE * abs(top):
            break
        reached = appraise(lever, at, draft, trial, base, service, price_cap, outlook, enforcement, credit, silo)
        if _insert(at, reached, tried, values, n) < 0:
            break
        n += 1
        if reached > top + tie:
            top, best = reached, at
    if lever < count:
        draft.levers[lever] = best
        if lever == PRICE:
            draft.levers[PREMIUM] = min(draft.levers[PREMIUM], max(0.0, price_cap - best))
    else:
        draft.packed[BASE] = base + draft.weights[lever - count] * (best - present)
        draft.quality[lever - count] = best
    return top
