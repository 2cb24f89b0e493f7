"""What a set of levers is worth to a firm: expected discounted profit from its panel of customers, less expected fines.

Customer equity with switching both ways (Rust, Lemon and Zeithaml 2004) and Becker's (1968) expected fine. For each panel member the firm
sees three states: new here, established here, elsewhere. With monthly chances of leaving ``a_new`` and ``a_old``, of being won back
``b``, of graduating ``g`` and the discount ``d = 1 - 1/horizon``:

    V_else = (m_else + d b V_new) / (1 - d (1-b))
    V_old  = (m_old + d a_old V_else) / (1 - d (1-a_old))
    V_new  = m_new + d [ (1-g)((1-a_new) V_new + a_new V_else) + g ((1-a_old) V_old + a_old V_else) ]

``m_else`` is what fellow cartel members earn on her while she is elsewhere, zero for a firm on its own. Value is taken after this month's
choice, so that a firm with a horizon of one month plays the static game. Rivals' terms of the logit do not depend on the firm's own levers:
they are summed once per member, and a candidate costs the size of the panel, whatever the number of firms.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from cxsim.compiled import compiled
from cxsim.customers.fastmath import exp32
from cxsim.firms.announcement import believed, expected_credibility
from cxsim.firms.breach import expected_penalty
from cxsim.firms.dark_pattern import anger, holding, pressed
from cxsim.firms.desk import PACKED_ROWS
from cxsim.firms.outlook import Outlook
from cxsim.firms.service import overload, waiting_share
from cxsim.firms.table import (
    ANNOUNCEMENT,
    BARRIER,
    DARK,
    DISCLOSURE,
    GAMING,
    HIDDEN,
    INSIGHT,
    OVERPROMISE,
    PERSONAL,
    PREMIUM,
    PRICE,
    SERVICE,
)


class Panel(NamedTuple):
    """What a firm knows of the customers it surveyed; one row per member, float32 unless said. Utilities are £/month."""

    weight: np.ndarray  # share of the market that the member stands for; sums to 1
    status: np.ndarray  # int8: 0 new here, 1 established here, 2 elsewhere
    value: np.ndarray  # willingness to pay
    noise: np.ndarray  # scale of the taste shock
    vigilance: np.ndarray
    foresees: np.ndarray  # 1 for who foresees hidden fees, else 0
    attention: np.ndarray  # baseline chance of reconsidering when here
    attention_elsewhere: np.ndarray  # chance of reconsidering where she is when elsewhere
    entry_cost: np.ndarray  # cost of coming here, spread over the horizon
    rest_here: np.ndarray  # log-sum (in taste scales) of all other options when here
    rest_elsewhere: np.ndarray  # log-sum of all other options when elsewhere
    fellow_margin: np.ndarray  # expected margin of fellow cartel members on her when elsewhere
    base: np.ndarray  # quality she gets at the firm's present levers
    weights: np.ndarray  # members x outcomes: what the firm believes a change of each outcome is worth to her


@compiled(inline="always")
def serving_cost(levers, mean_square, backlog, outlook):
    """Cost of serving one customer for a month (£)."""
    cost = outlook.unit_cost + outlook.quality_cost * mean_square + outlook.service_cost * levers[SERVICE]
    cost += outlook.contact_cost * backlog + outlook.barrier_cost * levers[BARRIER]
    cost += outlook.insight_cost * levers[INSIGHT] ** 2 + outlook.gaming_cost * levers[GAMING] ** 2
    cost += outlook.disclosure_cost * levers[DISCLOSURE] + outlook.practice_cost
    return cost + outlook.announcement_cost * levers[ANNOUNCEMENT]


@compiled()
def steady_service(service, mean_quality, outlook, guess=0.0):
    """Share of customers with an open problem, and the loss from crowding, where service has settled; ``guess``: of that share."""
    arrivals = outlook.problem_rate * max(0.0, 1.0 + outlook.problem_slope * (0.5 - mean_quality))
    capacity = service * outlook.problem_rate * outlook.productivity
    backlog = waiting_share(arrivals, capacity, outlook.load_sigma, outlook.solving, guess)
    load = backlog + arrivals * (1.0 - backlog)
    crowd = min(outlook.crowding_limit, overload(capacity, load, outlook.load_sigma))
    return backlog, outlook.crowding * crowd


# Rows of a packed panel: one array instead of many, so that LLVM can prove that nothing overlaps and vectorises the loop over members.
_WEIGHT_NEW, _WEIGHT_OLD, _WEIGHT_ELSE, _VALUE, _PER_VALUE, _PER_NOISE, _VIGILANCE, _ATTENTION, _ATTENTION_ELSE = range(9)
_ENTRY_COST, _REST_HERE, _REST_ELSE, _FELLOW, BASE, _FORESEES = range(9, 15)
# Worked out anew for each plan:
_EXTRA_EARNED, _EXTRA_HURT, _EXTRA_SHOCKS, _EXTRA_HELD, _KNOWS, _LIKING, _OFFER, _WORTH, _SCORE = range(15, 24)
_MORE, _STAYS_NEW, _STAYS_OLD, _COMES = range(24, 28)
_AWAY = 3
"""Rows from a chance that the firm is preferred to the chance that it is not."""

_F = np.float32
_ZERO, _ONE = _F(0.0), _F(1.0)
_LEAST_VALUE = _F(1e-20)


@compiled()
def pack(panel, packed):
    """Write a panel into one array (:data:`PACKED_ROWS` x members, float32) with what is used again and again worked out once.

    Single precision, because a survey of some hundred customers is good to a percent, and what a plan is worth to seven digits.
    """
    for i in range(panel.weight.shape[0]):
        weight, status, value = panel.weight[i], panel.status[i], panel.value[i]
        packed[_WEIGHT_NEW, i] = weight if status == 0 else _ZERO
        packed[_WEIGHT_OLD, i] = weight if status == 1 else _ZERO
        packed[_WEIGHT_ELSE, i] = weight if status == 2 else _ZERO
        packed[_VALUE, i] = value
        packed[_PER_VALUE, i] = _ONE / max(value, _LEAST_VALUE)
        packed[_PER_NOISE, i] = _ONE / panel.noise[i]
    copy_into(panel.vigilance, packed[_VIGILANCE])
    copy_into(panel.attention, packed[_ATTENTION])
    copy_into(panel.attention_elsewhere, packed[_ATTENTION_ELSE])
    copy_into(panel.entry_cost, packed[_ENTRY_COST])
    copy_into(panel.rest_here, packed[_REST_HERE])
    copy_into(panel.rest_elsewhere, packed[_REST_ELSE])
    copy_into(panel.fellow_margin, packed[_FELLOW])
    copy_into(panel.base, packed[BASE])
    copy_into(panel.foresees, packed[_FORESEES])
    packed[_EXTRA_EARNED], packed[_EXTRA_HURT], packed[_EXTRA_SHOCKS] = _ZERO, _ZERO, _ZERO


@compiled(inline="always")
def copy_into(source, target):
    """Copy one row into another."""
    for i in range(source.shape[0]):
        target[i] = source[i]


def packed_panel(panel: Panel) -> np.ndarray:
    """A panel as :func:`pack` writes it."""
    packed = np.empty((PACKED_ROWS, len(panel.weight)), _F)
    pack(panel, packed)
    return packed


def equity(
    levers: np.ndarray, mean_quality: float, mean_square: float, base: np.ndarray, panel: Panel, outlook: Outlook, enforcement: Any
) -> float:
    """Expected discounted profit (£, real population) of holding ``levers`` from now on, and of value to customers as far as it is minded.

    Args:
        levers: in the order of the firm table.
        mean_quality, mean_square: of the outcomes' quality and of its square.
        base: quality that each member would get (shape members), as the firm believes.
        panel: whom it asked.
        outlook, enforcement: what it reckons with.
    """
    packed = packed_panel(panel)
    packed[BASE] = base
    backlog, crowding = steady_service(levers[SERVICE], mean_quality, outlook)
    live_with(levers, mean_quality, backlog, crowding, packed, outlook)
    return float(lifetime(levers, mean_square, backlog, packed, outlook, enforcement))


@compiled(finite=True)
def live_with(levers, mean_quality, backlog, crowding, packed, outlook):
    """What each member lives through and hopes for at the firm: its worth to her before its price, when here and when elsewhere.

    Price, loyalty premium and personal prices play no part in it: for a plan that changes only those, it holds as it is.
    """
    hidden, barrier = levers[HIDDEN], levers[BARRIER]
    felt_fee = _F(min(hidden, outlook.avoidance))
    noticing = _F(1.0 - np.exp(-hidden / outlook.notice_scale))
    untold = _F(1.0 - levers[DISCLOSURE] if hidden > 0.0 else 1.0)
    trust_loss = _F(outlook.trust_loss * (1.0 - outlook.disclosure_relief * levers[DISCLOSURE]))
    felt = _F(_felt(levers, outlook))
    for i in range(packed.shape[1]):
        packed[_WORTH, i] = (packed[_WEIGHT_NEW, i] + packed[_WEIGHT_OLD, i] + packed[_WEIGHT_ELSE, i]) * packed[BASE, i]
    promise = _F(levers[OVERPROMISE] + _sum(packed[_WORTH]))
    harm, hassle, waiting = _F(outlook.harm) * felt_fee, _F(outlook.hassle * barrier), _F(backlog)
    lost_always = _F(outlook.problem * backlog + crowding)
    gaming = _F(mean_quality + outlook.gaming_gain * levers[GAMING])
    bias, credulity, transparency = _F(outlook.proxy_bias), _F(outlook.credulity), _F(outlook.transparency)
    forgetting, healing = _F(max(outlook.forgetting, 1e-12)), _F(max(outlook.trust_speed, 1e-12))
    loyalty, appeal = _F(outlook.loyalty), _F(outlook.appeal)
    if outlook.extra_price > 0.0:
        reckon_with_extras(levers, packed, outlook)
    for i in range(packed.shape[1]):
        value, base, foresees = packed[_VALUE, i], packed[BASE, i], packed[_FORESEES, i]
        discover = (_ONE - (_ONE - packed[_VIGILANCE, i] * noticing) * untold) * (_ONE - foresees)
        aware = discover / (discover + forgetting)
        knows = aware + foresees
        lived = base - lost_always - aware * harm * packed[_PER_VALUE, i] - packed[_EXTRA_HURT, i]
        lived -= hassle * packed[_PER_VALUE, i] * min(_ONE, packed[_ATTENTION, i] + waiting)
        score = lived + bias * (gaming - base)
        shocks = trust_loss * discover * (_ONE - aware) + trust_loss * packed[_EXTRA_SHOCKS, i]
        trust = lived * healing / (healing + shocks)
        satisfied = min(_ONE, score + felt)
        hearsay = (_ONE - credulity) * score + credulity * promise
        belief = transparency * (base + score - lived) + (_ONE - transparency) * hearsay
        packed[_KNOWS, i] = knows
        packed[_LIKING, i] = value * (satisfied + loyalty * trust) + appeal - knows * felt_fee
        packed[_OFFER, i] = value * belief + appeal - foresees * felt_fee - packed[_ENTRY_COST, i]
        packed[_SCORE, i] = score
    if outlook.customer_weight > 0.0:
        mind_customers(felt_fee, hidden, packed, outlook)
    if outlook.talk_weight > 0.0 and levers[ANNOUNCEMENT] > 0.0:
        add_talk(levers[ANNOUNCEMENT], promise, packed, outlook)


@compiled()
def mind_customers(felt_fee, hidden, packed, outlook):
    """Add what a month at the firm is worth to each member, its price aside, to what it earns, as far as the firm minds.

    The worth is that of what she lives through above doing without, less fees paid or avoided and the price of an extra not wanted.
    """
    for i in range(packed.shape[1]):
        worth = packed[_VALUE, i] * (packed[_SCORE, i] - outlook.outside) + outlook.appeal
        worth -= hidden - packed[_KNOWS, i] * (hidden - felt_fee)
        earned = 0.0
        if outlook.extra_price > 0.0:
            earned = packed[_EXTRA_EARNED, i]
            worth -= outlook.extra_price * packed[_EXTRA_HELD, i]
        packed[_EXTRA_EARNED, i] = earned + outlook.customer_weight * worth


@compiled()
def add_talk(announced, promise, packed, outlook):
    """Add to what members who are elsewhere hope for what an announcement makes them believe.

    The firm reckons with what becomes of its credibility if it goes on announcing this, given what it believes that customers experience.
    """
    for i in range(packed.shape[1]):
        packed[_WORTH, i] = (packed[_WEIGHT_NEW, i] + packed[_WEIGHT_OLD, i] + packed[_WEIGHT_ELSE, i]) * packed[_SCORE, i]
    experienced = min(max(_sum(packed[_WORTH]), 0.0), 1.0)
    credibility = expected_credibility(
        outlook.credibility, announced, experienced, outlook.credibility_loss, outlook.credibility_recovery, outlook.discount
    )
    for i in range(packed.shape[1]):
        heard = (1.0 - outlook.credulity) * packed[_SCORE, i] + outlook.credulity * promise
        lifted = believed(heard, announced, credibility, outlook.talk_weight) - heard
        packed[_OFFER, i] += packed[_VALUE, i] * (1.0 - outlook.transparency) * lifted


@compiled(inline="always")
def _felt(levers, outlook):
    """What a promise above or below what is delivered does to satisfaction, where hopes have settled."""
    surprise = -outlook.promise_pull * levers[OVERPROMISE]
    return outlook.disconfirmation * (surprise if surprise > 0.0 else outlook.loss_aversion * surprise)


@compiled()
def lifetime(levers, mean_square, backlog, packed, outlook, enforcement):
    """What members are worth to the firm (£), given what :func:`live_with` left in the panel: chances, margins and the chain of states."""
    cost = serving_cost(levers, mean_square, backlog, outlook)
    avoided = levers[HIDDEN] if levers[HIDDEN] > outlook.avoidance else 0.0
    compare(levers, packed, outlook)
    choose(packed)
    chain_up(levers, cost, avoided, packed, outlook)
    total = _sum(packed[_WORTH])
    paying = 1.0 - share_of_own(packed[_KNOWS], packed) if avoided > 0.0 else 1.0
    trapped = share_of_own(packed[_EXTRA_HELD], packed) if outlook.extra_price > 0.0 else 0.0
    return total * outlook.population - outlook.horizon * expected_penalty(levers, enforcement, paying, trapped)


@compiled()
def compare(levers, packed, outlook):
    """By how much, in taste scales, each member likes all else better than the firm: when new, when established, and when elsewhere."""
    price, premium = _F(levers[PRICE]), _F(levers[PREMIUM])
    personal = _F(levers[PERSONAL] * outlook.data_headroom * levers[INSIGHT])
    fence = _F(levers[BARRIER] * outlook.inverse_horizon)
    for i in range(packed.shape[1]):
        per_noise = packed[_PER_NOISE, i]
        more = premium + personal * packed[_VALUE, i] * (_ONE - packed[_VIGILANCE, i])
        pull = packed[_REST_HERE, i] + (price - packed[_LIKING, i] - fence) * per_noise
        packed[_MORE, i] = more
        packed[_STAYS_NEW, i] = pull
        packed[_STAYS_OLD, i] = pull + more * per_noise
        packed[_COMES, i] = packed[_REST_ELSE, i] + (price - packed[_OFFER, i]) * per_noise


@compiled(finite=True)
def choose(packed):
    """Turn what :func:`compare` left into chances that a member who looks prefers the firm, and that she prefers something else."""
    for row in range(_STAYS_NEW, _COMES + 1):
        for i in range(packed.shape[1]):
            odds = exp32(packed[row, i])
            prefers = _ONE / (_ONE + odds)
            packed[row, i], packed[row + _AWAY, i] = prefers, odds * prefers


@compiled(finite=True)
def chain_up(levers, cost, avoided, packed, outlook):
    """What each member is worth to the firm, times her weight, from her chances and margins in the three states.

    The chain is solved with positive terms only, so that a patient firm, to whom little is lost from month to month, loses no digits:
    with ``k = 1 - d``, ``P = k + d b``, ``S = k + d a_old``, ``L = d ((1-g) a_new + g a_old)`` and ``E = d g (1 - a_old)``,
    ``V_new = (m_new P S + L m_else S + E (m_old P + d a_old m_else)) / (k (P S + L S + E (P + S - k)))``.
    Its divisions share one reciprocal.
    """
    own = _F(1.0 - outlook.customer_weight)  # what of a pound of price counts: customers lose what the firm gains
    paid_by_all = _F((1.0 - outlook.customer_weight) * levers[PRICE] + levers[HIDDEN] - cost)
    price, fee = _F(levers[PRICE]), _F(avoided)
    disappointment = _F(outlook.dissatisfaction * max(0.0, outlook.promise_pull * levers[OVERPROMISE] - _felt(levers, outlook)))
    per_reference, eagerness = _F(1.0 / outlook.reference), _F(outlook.price_attention)
    dear_new = max(price * per_reference - _ONE, _ZERO)
    alarm_new = eagerness * dear_new * dear_new
    seen, d, k, g = _F(outlook.seen), _F(outlook.discount), _F(1.0 - outlook.discount), _F(outlook.graduation)
    for i in range(packed.shape[1]):
        more = packed[_MORE, i]
        dear_old = max((price + more) * per_reference - _ONE, _ZERO)
        look = packed[_ATTENTION, i] + disappointment
        look_new = min(_ONE, look + alarm_new)
        look_old = min(_ONE, look + eagerness * dear_old * dear_old)
        a_new, a_old = look_new * packed[_STAYS_NEW + _AWAY, i], look_old * packed[_STAYS_OLD + _AWAY, i]
        stays_new = (_ONE - look_new) + look_new * packed[_STAYS_NEW, i]  # not 1 - a, which has no digits left where hardly anybody stays
        stays_old = (_ONE - look_old) + look_old * packed[_STAYS_OLD, i]
        b = packed[_ATTENTION_ELSE, i] * seen * packed[_COMES, i]

        m_new = paid_by_all - packed[_KNOWS, i] * fee + packed[_EXTRA_EARNED, i]
        m_old, m_else = m_new + own * more, packed[_FELLOW, i]
        won, left_old = d * b, d * a_old
        patience_else, patience_old = k + won, k + left_old
        left = d * ((_ONE - g) * a_new + g * a_old)
        grown = d * g * stays_old
        both = patience_else * patience_old
        flow = m_new * both + left * m_else * patience_old + grown * (m_old * patience_else + left_old * m_else)
        drain = k * (both + left * patience_old + grown * (patience_else + left_old))
        per_each = _ONE / (both * drain)
        v_new = flow * (both * per_each)
        v_else = (m_else + won * v_new) * (patience_old * drain * per_each)
        v_old = (m_old + left_old * v_else) * (patience_else * drain * per_each)
        packed[_WORTH, i] = (
            packed[_WEIGHT_NEW, i] * (stays_new * v_new + a_new * v_else)
            + packed[_WEIGHT_OLD, i] * (stays_old * v_old + a_old * v_else)
            + packed[_WEIGHT_ELSE, i] * (b * v_new + (_ONE - b) * v_else)
        )


@compiled()
def share_of_own(values, packed):
    """Mean of a row over the members who are the firm's own customers, zero where there are none."""
    total, whole = 0.0, 0.0
    for i in range(values.shape[0]):
        weight = np.float64(packed[_WEIGHT_NEW, i] + packed[_WEIGHT_OLD, i])
        total += weight * values[i]
        whole += weight
    return total / whole if whole > 0.0 else 0.0


@compiled()
def reckon_with_extras(levers, packed, outlook):
    """What the extra earns and does per member where it has settled.

    Writes the expected payment (£/month), the expected loss of experience, the chance per month of a discovery, and the chance that she
    holds it unwanted.
    """
    plain = outlook.enrolment_plain
    chance = pressed(levers[DARK], plain, outlook.enrolment_mild, outlook.enrolment_aggressive)
    angered = anger(levers[DARK], outlook.backlash) * outlook.extra_offers
    salience = 1.0 - np.exp(-outlook.extra_price / outlook.notice_scale)
    for i in range(packed.shape[1]):
        noticing = 1.0 - (1.0 - packed[_VIGILANCE, i] * salience) * (1.0 - levers[DISCLOSURE])
        held = (1.0 - plain) * holding(outlook.extra_offers, chance, noticing)
        packed[_EXTRA_EARNED, i] = outlook.extra_price * (plain + held)
        packed[_EXTRA_SHOCKS, i] = held * noticing
        hurt = outlook.harm * outlook.extra_price * packed[_PER_VALUE, i]
        packed[_EXTRA_HURT, i] = angered * (1.0 - plain - held) + min(1.0, hurt) * held * noticing
        packed[_EXTRA_HELD, i] = held


@compiled(free_order=True)
def _sum(values):
    """Sum in double precision, in lanes."""
    total = 0.0
    for i in range(values.shape[0]):
        total += values[i]
    return total
