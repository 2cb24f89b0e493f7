"""One review in compiled code: the survey, what the firm reckons with, the search for better levers, and the limits to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from cxsim.compiled import compiled
from cxsim.customers.jobs import JobTerms, rise_in_worth
from cxsim.customers.tables import State, Traits, behaviour_of, offers_of
from cxsim.firms.breach import Enforcement
from cxsim.firms.desk import Desk
from cxsim.firms.equity import BASE, copy_into, pack
from cxsim.firms.limits import comply, take_over
from cxsim.firms.operations import practice_cost, practice_of, productivity, solved_share
from cxsim.firms.panel import panel_on, pick, survey
from cxsim.firms.search import MOST_POINTS, Draft, climb, move_base, room_for_trials, value_of
from cxsim.firms.table import (
    ANNOUNCEMENT,
    BARRIER,
    DARK,
    HIDDEN,
    NUMBER,
    OVERPROMISE,
    PERSONAL,
    PREMIUM,
    PRICE,
    SERVICE,
)
from cxsim.randomness.philox import philox
from cxsim.randomness.streams import Purpose

POINTS = MOST_POINTS
"""Points of the even grid on which a lever with a wide range is first tried."""

FEW_POINTS = 3
"""The same where the range is narrow; where its half is no more than a taste scale, what a firm is worth has one hump."""

QUALITY = -1
"""Stands for the quality of every outcome that the firm knows, in a list of levers to try."""

SMALLEST_PANEL = 32

_PANEL = np.uint64(int(Purpose.PANEL))
_UNIT_COST, _APPEAL, _PROXY_BIAS, _HORIZON = (NUMBER[name] for name in ("unit_cost", "appeal", "proxy_bias", "horizon"))
_MORALE, _FRONTIER, _DETECTION = NUMBER["morale"], NUMBER["frontier"], NUMBER["perceived_detection"]
_CUSTOMERS, _REVENUE, _COST, _YEAR = NUMBER["customers"], NUMBER["revenue"], NUMBER["cost"], NUMBER["annual_revenue"]
_BUT_FOR, _CREDIBILITY = NUMBER["but_for_price"], NUMBER["credibility"]
OWN_TERMS = ("investigation", "but_for_price", "customers", "turnover")
"""What of an :class:`~cxsim.firms.breach.Enforcement` is a firm's own."""

_INVESTIGATION, _BUT_FOR_PRICE, _SERVED, _TURNOVER = (Enforcement._fields.index(name) for name in OWN_TERMS)


class Firms(NamedTuple):
    """Columns of the firm table that a review reads, see :class:`~cxsim.firms.table.FirmTable`."""

    levers: np.ndarray
    quality: np.ndarray
    known: np.ndarray
    key: np.ndarray
    cartel: np.ndarray
    numbers: np.ndarray


class Setting(NamedTuple):
    """What a review reads beside people, offers and firms: first the day's numbers, then what does not change."""

    reference: float  # normal price, £
    seen: float  # chance that a rival enters a comparison
    renewal: float  # mean added chance per month of reconsidering from renewal dates
    months_left: float  # of a franchise, infinite where there is none
    payment: float  # of a franchisee per customer and month, £
    month: int
    price_cap: float
    quality_floor: float
    quality_step: float
    key0: int
    key1: int
    stride: int
    scale: float  # real customers per simulated one
    start_reference: float  # normal price at the start, £, which costs are shares of
    service_cost: float  # of service capacity equal to the arrival of problems, £
    noise: float  # taste scale, £/month


@compiled()
def ask(slot, traits, state, offers, rules, firms, setting, jobs, desk):
    """Survey a fresh panel, of the size of the desk; returns how many of it count. What is left of the desk holds members of no weight."""
    n, wanted, numbers = state.supplier.shape[0], desk.rows.shape[0], firms.numbers
    own_count = int(np.rint(numbers[_CUSTOMERS, slot] / setting.scale))
    own_wanted = min(own_count, max(wanted // 2, wanted - (n - own_count)))
    else_wanted = min(wanted - own_wanted, n - own_count)
    month, key0, key1 = np.uint64(setting.month), np.uint64(setting.key0), np.uint64(setting.key1)
    luck, _, _, _ = philox(np.uint64(firms.key[slot]), month, _PANEL, np.uint64(0), key0, key1)
    start = min(int((luck + 0.5) * 2.0**-32 * n), n - 1)
    own, others = pick(state.supplier, slot, start, setting.stride, own_wanted, else_wanted, desk.rows)
    for m in range(own + others, wanted):
        desk.rows[m] = start
    own_share = (own_count / n if others > 0 else 1.0) if own > 0 else 0.0
    for k in range(desk.margins.shape[0]):
        fellow, customers = firms.cartel[slot] and firms.cartel[k] and k != slot, numbers[_CUSTOMERS, k]
        earned = (numbers[_REVENUE, k] - numbers[_COST, k]) / customers if customers > 0.0 else 0.0
        desk.margins[k] = np.float32(earned if fellow else 0.0)
    copy_into(firms.quality[slot], desk.present)
    rise_in_worth(desk.present, jobs.weights, jobs.exponent, jobs.basics, jobs.threshold, desk.bend)
    survey(slot, own, others, own_share, setting.seen, setting.renewal, traits, state, offers, rules, firms.known[slot], jobs.weights, desk)
    return own + others


class Sheet(NamedTuple):
    """Numbers that a firm reckons with, laid out twice over the same memory: a record reads them by name, a row writes them by place."""

    row: np.ndarray  # float64
    record: np.ndarray  # one record


def sheet(numbers: Sequence[float], kind: np.dtype[Any]) -> Sheet:
    """A sheet with these numbers; ``kind``: a record of as many float64."""
    row = np.array(numbers, np.float64)
    return Sheet(row, row.view(kind))


@compiled()
def own_outlook(slot, firms, setting, service):
    """A firm's own numbers of an :class:`~cxsim.firms.outlook.Outlook`: its cost, horizon, bias and ways of serving."""
    levers, numbers = firms.levers[slot], firms.numbers
    practice = practice_of(levers)
    horizon = numbers[_HORIZON, slot]
    if setting.months_left < np.inf:
        horizon = max(1.0, min(horizon, setting.months_left))
    return (
        1.0 - 1.0 / horizon, horizon, numbers[_UNIT_COST, slot] + setting.payment, numbers[_APPEAL, slot], numbers[_PROXY_BIAS, slot],
        setting.reference, setting.seen, productivity(practice, numbers[_MORALE, slot], service), solved_share(practice, service),
        practice_cost(practice, service, setting.service_cost, setting.start_reference), numbers[_CREDIBILITY, slot],
    )  # fmt: skip


@compiled()
def believe_in_enforcement(slot, firms, terms):
    """Write what the firm believes it faces into ``terms``: the regulator's settings in the order of its :class:`Enforcement`."""
    numbers = firms.numbers
    terms[_INVESTIGATION] = numbers[_DETECTION, slot]
    terms[_BUT_FOR_PRICE] = numbers[_BUT_FOR, slot] if firms.cartel[slot] else 0.0
    terms[_SERVED], terms[_TURNOVER] = numbers[_CUSTOMERS, slot], numbers[_YEAR, slot]


@compiled()
def improve(order, limits, setting, frontier, known, draft, trial, outlook, enforcement, credit, silo):
    """Try each lever of ``order`` in turn, within its limits and the steps of one review; returns the equity reached.

    Args:
        credit, silo: how returns are misjudged, see :func:`~cxsim.firms.search.appraise`; ``credit`` by outcome, then for service.
    """
    low, high, step = limits
    before, count, cap = trial.before, draft.levers.shape[0], setting.price_cap
    slanted = silo != 0.0
    for place in range(credit.shape[0]):
        slanted = slanted or credit[place] != 1.0
    copy_into(draft.levers, before)
    top = value_of(draft, outlook, enforcement)
    for k in range(order.shape[0]):
        lever = order[k]
        if lever == QUALITY:
            for outcome in range(known.shape[0]):
                present = draft.quality[outcome]
                least = min(max(setting.quality_floor, present - setting.quality_step), present)
                most = min(frontier, present + setting.quality_step)
                if known[outcome] and most > least:
                    top = climb(
                        count + outcome, least, most, FEW_POINTS, top, draft, trial, cap, outlook, enforcement, credit[outcome], silo
                    )  # fmt: skip
                    top = value_of(draft, outlook, enforcement) if slanted else top
            continue
        least, most = reach(lever, before[lever], low[lever], high[lever], step[lever], cap, draft.levers)
        if most > least:
            points = points_for(lever, most - least, setting.noise, outlook)
            believed = credit[known.shape[0]] if lever == SERVICE else 1.0
            top = climb(lever, least, most, points, top, draft, trial, cap, outlook, enforcement, believed, silo)
            top = value_of(draft, outlook, enforcement) if slanted else top
    return top


@compiled()
def reach(lever, present, low, high, step, price_cap, levers):
    """Least and most that a review may set a lever to."""
    if lever == PRICE:
        most = min(high, price_cap)
        return min(max(0.0, present - step), most), min(present + step, most)
    if lever == PREMIUM:  # what the price leaves of the cap
        high = min(high, max(0.0, price_cap - levers[PRICE]))
    # Conduct can be stopped at once, and is taken up in steps.
    if lever in (PREMIUM, HIDDEN, BARRIER, OVERPROMISE, PERSONAL, DARK, ANNOUNCEMENT):
        return low, min(high, max(present, 0.0) + step)
    return max(low, present - step), min(high, present + step)


@compiled()
def points_for(lever, width, noise, outlook):
    """On how many points a lever is first tried, for the width of its reach and the taste scale (£/month)."""
    if lever in (PERSONAL, DARK, ANNOUNCEMENT):
        return POINTS
    if lever == BARRIER:
        width *= outlook.inverse_horizon
    return POINTS if lever in (PRICE, PREMIUM, HIDDEN, BARRIER) and width > 2.0 * noise else FEW_POINTS


@compiled()
def plan(
    slots, order, traits, state, offers, rules, firms, today, still, service, jobs, outlook, terms, limits, levers, quality, credit, silo,
    desk, acts,
):  # fmt: skip
    """The whole reviews of some firms; all arguments that are named tuples elsewhere come as plain ones, which are quicker to hand over.

    Args:
        slots: of the firms, which all see the market as it is.
        order: columns of the levers to try, in turn; :data:`QUALITY` for quality.
        offers: see :class:`~cxsim.customers.tables.Offered`.
        rules: see :meth:`cxsim.customers.tables.Behaviour.in_arrays`.
        service: :class:`~cxsim.firms.operations.Service` as a record.
        today, still: the two parts of a :class:`Setting`, the day's and the rest.
        outlook, terms: sheets of the outlook and of the regulator's settings; the firm's own numbers in them are overwritten.
        limits: lowest and highest value and longest step, each by lever.
        levers, quality: firms x levers and firms x outcomes as planned so far, overwritten with what they plan.
        credit, silo: how each misjudges returns, see :func:`improve`.
        desk: where the work is done, of the size of their panels.
        acts: whether they start from their levers as they are and, once all have planned, do what they planned.

    Returns:
        The slot of the first whose plan cannot be done because it is not finite; those before it have done theirs. 0 where all can.
    """
    fields, active, key, worth = offers
    numbers, renewal, near = rules
    traits, state = Traits(*traits), State(*state)
    offers, rules = offers_of(fields, active, key, worth), behaviour_of(numbers, renewal, near)
    firms, setting, service, desk = Firms(*firms), Setting(*(today + still)), service[0], Desk(*desk)
    jobs = JobTerms(*jobs)
    for k in range(slots.shape[0]):
        if acts:
            copy_into(firms.levers[slots[k]], levers[k])
            copy_into(firms.quality[slots[k]], quality[k])
        ask(slots[k], traits, state, offers, rules, firms, setting, jobs, desk)
        for place, number in enumerate(own_outlook(slots[k], firms, setting, service)):
            outlook[0][place] = number
        believe_in_enforcement(slots[k], firms, terms[0])
        decide(slots[k], order, limits, setting, firms, outlook[1][0], terms[1][0], levers[k], quality[k], credit[k], silo, desk)
    if acts:
        low, high, _ = limits
        for k in range(slots.shape[0]):
            done = take_over(
                levers[k], quality[k], low, high, setting.price_cap, setting.quality_floor, slots[k], firms.levers, firms.quality,
                firms.numbers,
            )  # fmt: skip
            if not done:
                return slots[k]
    return 0


@compiled()
def decide(slot, order, limits, setting, firms, outlook, enforcement, levers, quality, credit, silo, desk):
    """The search of one firm whose survey lies on the desk, with what it reckons with at hand."""
    packed = desk.packed
    pack(panel_on(desk), packed)
    draft, trial = Draft(levers, quality, desk.service[0], desk.weights, packed), room_for_trials(desk)
    for outcome in range(quality.shape[0]):  # what was planned before, where a plan is made step by step
        moved = quality[outcome] - firms.quality[slot, outcome]
        if moved != 0.0:
            move_base(packed[BASE], draft.weights[outcome], moved, packed[BASE])
    frontier, known = firms.numbers[_FRONTIER, slot], firms.known[slot]
    improve(order, limits, setting, frontier, known, draft, trial, outlook, enforcement, credit, silo)
    comply(levers, limits[0], limits[1], setting.price_cap)
