"""The best price of one firm while all others keep theirs, compiled: what a cartel's members ask many thousand times a run.

What does not depend on the price asked for (rivals' terms of the logit, how soon rivals' customers look around) is worked out once, so
that a price costs one exponential a customer. The search goes over a grid first, since sharp demand has several humps, and ends
with Brent's (1973) minimisation without derivatives around the best of them.
"""

from __future__ import annotations

import numpy as np

from cxsim.compiled import compiled
from cxsim.customers.fastmath import exp64

_GOLDEN = 0.5 * (3.0 - np.sqrt(5.0))
_ROOT_EPSILON = np.sqrt(np.finfo(float).eps)
_STEPS = 500


@compiled(makes_arrays=True)
def best_price(slot, prices, among, worth, own, habit, markup, months, low, high, points):
    """The price of ``slot`` between ``low`` and ``high`` at which the slots in ``among`` earn most together.

    Args:
        slot: who asks.
        prices: by slot, in pounds; that of ``slot`` has no say.
        among: by slot, whether its profit counts.
        worth, own, habit: see :func:`cxsim.firms.cartel.expected_customers`.
        markup: by slot, margin per customer beyond the price itself, in pounds.
        months: time that customers have had to react.
        low, high: bounds of the price; ``high`` is taken where it is not above ``low``.
        points: prices tried before the best of them is refined.
    """
    if high <= low:
        return high
    fixed = _fixed(slot, prices, among, worth, own, habit, markup, months)
    theirs = np.flatnonzero(own == slot)
    terms = np.empty(worth.shape[0])
    counts = among[slot]
    step = (high - low) / (points - 1)
    best, most = 0, -np.inf
    for place in range(points):
        price = high if place == points - 1 else low + place * step
        earned = _earned(price, slot, counts, habit, markup, months, fixed, theirs, terms)
        if earned > most:
            best, most = place, earned
    at = high if best == points - 1 else low + best * step
    near = (low + max(best - 1, 0) * step, high if best + 1 >= points - 1 else low + (best + 1) * step)
    found = _peak(near, 1e-6 * (high - low), slot, counts, habit, markup, months, fixed, theirs, terms)
    return found if _earned(found, slot, counts, habit, markup, months, fixed, theirs, terms) >= most else at


@compiled(makes_arrays=True)
def _fixed(slot, prices, among, worth, own, habit, markup, months):
    """By customer what the price of ``slot`` does not change; rows: see `_earned`."""
    count, slots = worth.shape
    fixed = np.zeros((5, count))
    odds = np.empty(slots)
    for i in range(count):
        top = -np.inf
        for k in range(slots):
            odds[k] = -np.inf if k == slot else (worth[i, k] - prices[k]) / habit.noise[i]
            top = max(top, odds[k])
        total = gained = 0.0
        for k in range(slots):
            if odds[k] - top > -700.0:
                term = exp64(odds[k] - top)
                total += term
                gained += term * (prices[k] + markup[k]) if among[k] else 0.0
        once = habit.attention[i]
        if own[i] > 0 and own[i] != slot:
            excess = max(0.0, (prices[own[i]] + habit.extra[i]) / habit.reference - 1.0)
            once = min(1.0, once + habit.eagerness * excess * excess)
        fixed[0, i] = worth[i, slot] / habit.noise[i] - top
        fixed[1, i] = total
        fixed[2, i] = gained
        fixed[3, i] = 1.0 - (1.0 - once) ** months
        fixed[4, i] = prices[own[i]] + markup[own[i]] if among[own[i]] and own[i] != slot else 0.0
    return fixed


@compiled()
def _earned(price, slot, counts, habit, markup, months, fixed, theirs, terms):
    """What the slots that count earn together at a price of ``slot``, in pounds a month and sampled customer.

    Args:
        counts: whether the profit of ``slot`` itself counts.
        fixed: rows: by how much the odds of ``slot``, were it free, exceed the best rival's; the sum of rivals' terms of the logit relative
            to that rival's; the same weighted by what those that count earn with a customer; the chance that she looks around; what
            those that count earn with her if she does not. The last two of customers of ``slot`` are written here.
        theirs: customers of ``slot``, whose bill the price is.
        terms: working room, a number a customer.
    """
    margin = price + markup[slot] if counts else 0.0
    for i in theirs:
        excess = max(0.0, (price + habit.extra[i]) / habit.reference - 1.0)
        once = min(1.0, habit.attention[i] + habit.eagerness * excess * excess)
        fixed[3, i] = 1.0 - (1.0 - once) ** months
        fixed[4, i] = margin
    _each(price, margin, habit.noise, fixed[0], fixed[1], fixed[2], fixed[3], fixed[4], terms)
    earned = 0.0
    for term in terms:
        earned += term
    return earned / terms.size


@compiled(disjoint=True)
def _each(price, margin, noise, lead, total, gained, look, stay, terms):
    """By customer what those that count earn with her; one short loop without branches, so that it is vectorised."""
    for i in range(terms.size):
        ahead = lead[i] - price / noise[i]
        small = exp64(-abs(ahead))
        first = ahead > 0.0
        own = 1.0 if first else small
        rest = small if first else 1.0
        looking = (own * margin + rest * gained[i]) / (own + rest * total[i])
        terms[i] = look[i] * looking + (1.0 - look[i]) * stay[i]


@compiled()
def _peak(bounds, tolerance, slot, counts, habit, markup, months, fixed, theirs, terms):
    """The price between bounds that earns most: golden sections and parabolas (Brent 1973, chapter 5).

    It takes the steps of `scipy.optimize.minimize_scalar` with ``method="bounded"`` without leaving compiled code.
    """
    a, b = bounds
    x = w = v = a + _GOLDEN * (b - a)
    fx = fw = fv = -_earned(x, slot, counts, habit, markup, months, fixed, theirs, terms)
    step = before = 0.0
    for _ in range(_STEPS):
        middle = 0.5 * (a + b)
        near = _ROOT_EPSILON * abs(x) + tolerance / 3.0
        if abs(x - middle) <= 2.0 * near - 0.5 * (b - a):
            break
        golden = True
        if abs(before) > near:
            r, q = (x - w) * (fx - fv), (x - v) * (fx - fw)
            p, q = (x - v) * q - (x - w) * r, 2.0 * (q - r)
            p, q = (-p, q) if q > 0.0 else (p, -q)
            last, before = before, step
            if abs(p) < abs(0.5 * q * last) and p > q * (a - x) and p < q * (b - x):
                golden = False
                step = p / q
                if x + step - a < 2.0 * near or b - (x + step) < 2.0 * near:
                    step = near if middle >= x else -near
        if golden:
            before = (a - x) if x >= middle else (b - x)
            step = _GOLDEN * before
        u = x + (step if abs(step) >= near else near if step >= 0.0 else -near)
        fu = -_earned(u, slot, counts, habit, markup, months, fixed, theirs, terms)
        if fu <= fx:
            a, b = (x, b) if u >= x else (a, x)
            v, fv, w, fw, x, fx = w, fw, x, fx, u, fu
        else:
            a, b = (u, b) if u < x else (a, u)
            if fu <= fw or w == x:
                v, fv, w, fw = w, fw, u, fu
            elif fu <= fv or v in (x, w):
                v, fv = u, fu
    return x
