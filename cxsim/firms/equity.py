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

from typing import NamedTuple

import numpy as np

from cxsim.compiled import compiled
from cxsim.customers.fastmath import exp64
from cxsim.firms.breach import expected_penalty
from cxsim.firms.table import BARRIER, DISCLOSURE, GAMING, HIDDEN, INSIGHT, OVERPROMISE, PERSONAL, PREMIUM, PRICE, SERVICE


class Panel(NamedTuple):
    """What a firm knows of the customers it surveyed; one row per member, float64 unless said. Utilities are £/month."""

    weight: np.ndarray  # share of the market that the member stands for; sums to 1
    status: np.ndarray  # int8: 0 new here, 1 established here, 2 elsewhere
    value: np.ndarray  # willingness to pay
    noise: np.ndarray  # scale of the taste shock
    vigilance: np.ndarray
    attention: np.ndarray  # baseline chance of reconsidering when here
    attention_elsewhere: np.ndarray  # chance of reconsidering where she is when elsewhere
    entry_cost: np.ndarray  # cost of coming here, spread over the horizon
    rest_here: np.ndarray  # log-sum (in taste scales) of all other options when here
    rest_elsewhere: np.ndarray  # log-sum of all other options when elsewhere
    fellow_margin: np.ndarray  # expected margin of fellow cartel members on her when elsewhere
    base: np.ndarray  # quality she gets at the firm's present levers
    weights: np.ndarray  # members x outcomes: what the firm believes a change of each outcome is worth to her


class Outlook(NamedTuple):
    """The numbers that a firm reckons with (float64)."""

    discount: float
    horizon: float
    graduation: float
    population: float
    transparency: float
    credulity: float
    inverse_horizon: float
    reference: float
    dissatisfaction: float
    price_attention: float
    loyalty: float
    trust_speed: float
    trust_loss: float
    disclosure_relief: float
    notice_scale: float
    forgetting: float
    harm: float
    hassle: float
    problem: float
    crowding: float
    crowding_limit: float
    disconfirmation: float
    loss_aversion: float
    promise_pull: float
    problem_rate: float
    problem_slope: float
    seen: float
    data_headroom: float
    unit_cost: float
    quality_cost: float
    service_cost: float
    contact_cost: float
    insight_cost: float
    gaming_cost: float
    gaming_gain: float
    disclosure_cost: float
    barrier_cost: float
    proxy_bias: float


@compiled(inline="always")
def serving_cost(levers, mean_square, backlog, outlook):
    """Cost of serving one customer for a month (£)."""
    cost = outlook.unit_cost + outlook.quality_cost * mean_square + outlook.service_cost * levers[SERVICE]
    cost += outlook.contact_cost * backlog + outlook.barrier_cost * levers[BARRIER]
    cost += outlook.insight_cost * levers[INSIGHT] ** 2 + outlook.gaming_cost * levers[GAMING] ** 2
    return cost + outlook.disclosure_cost * levers[DISCLOSURE]


@compiled(inline="always")
def steady_service(service, mean_quality, outlook):
    """Share of customers with an open problem, and the loss from crowding, where service has settled.

    A customer has at most one open problem, so arrivals are r (1 - o) and, with too little capacity c, settle at o = 1 - c / r.
    """
    arrivals = outlook.problem_rate * max(0.0, 1.0 + outlook.problem_slope * (0.5 - mean_quality))
    capacity = service * outlook.problem_rate
    if arrivals <= capacity:
        return 0.0, 0.0
    backlog = 1.0 - capacity / arrivals
    if capacity <= 0.0:
        return backlog, outlook.crowding * outlook.crowding_limit
    load = backlog + arrivals * (1.0 - backlog)
    return backlog, outlook.crowding * min(outlook.crowding_limit, load / capacity - 1.0)


@compiled()
def equity(levers, mean_quality, mean_square, base, panel, outlook, enforcement):
    """Expected discounted profit (£, real population) of holding ``levers`` from now on.

    Args:
        levers: in the order of the firm table.
        mean_quality, mean_square: of the outcomes' quality and of its square.
        base: quality that each member would get (shape members), as the firm believes.
    """
    hidden, barrier, personal = levers[HIDDEN], levers[BARRIER], levers[PERSONAL]
    backlog, crowding = steady_service(levers[SERVICE], mean_quality, outlook)
    cost = serving_cost(levers, mean_square, backlog, outlook)
    margin_new = levers[PRICE] + hidden - cost
    noticing = 1.0 - np.exp(-hidden / outlook.notice_scale)
    told = levers[DISCLOSURE] if hidden > 0.0 else 0.0
    trust_loss = outlook.trust_loss * (1.0 - outlook.disclosure_relief * levers[DISCLOSURE])
    surprise = -outlook.promise_pull * levers[OVERPROMISE]
    felt = outlook.disconfirmation * (surprise if surprise > 0.0 else outlook.loss_aversion * surprise)
    disappointment = outlook.dissatisfaction * max(0.0, -surprise - felt)
    promise = levers[OVERPROMISE] + np.sum(panel.weight * base)
    d, g = outlook.discount, outlook.graduation
    total = 0.0
    for i in range(panel.weight.shape[0]):
        value, noise = panel.value[i], panel.noise[i]
        discover = 1.0 - (1.0 - panel.vigilance[i] * noticing) * (1.0 - told)
        aware = discover / (discover + outlook.forgetting) if discover > 0.0 else 0.0
        lived = base[i] - outlook.problem * backlog - crowding - aware * outlook.harm * hidden / max(value, 1e-20)
        lived -= outlook.hassle * barrier / max(value, 1e-20) * min(1.0, panel.attention[i] + backlog)
        score = lived + outlook.proxy_bias * (mean_quality - base[i] + outlook.gaming_gain * levers[GAMING])
        shocks = trust_loss * discover * (1.0 - aware)
        trust = lived * outlook.trust_speed / (outlook.trust_speed + shocks) if outlook.trust_speed > 0.0 else lived
        satisfied = min(1.0, score + felt)

        extra = levers[PREMIUM] + personal * outlook.data_headroom * levers[INSIGHT] * value * (1.0 - panel.vigilance[i])
        here_new = value * (satisfied + outlook.loyalty * trust) - levers[PRICE] - aware * hidden
        here_old = here_new - extra
        dear_new = max(levers[PRICE] / outlook.reference - 1.0, 0.0)
        dear_old = max((levers[PRICE] + extra) / outlook.reference - 1.0, 0.0)
        look = panel.attention[i] + disappointment
        look_new = min(1.0, look + outlook.price_attention * dear_new * dear_new)
        look_old = min(1.0, look + outlook.price_attention * dear_old * dear_old)
        pull = panel.rest_here[i] - barrier * outlook.inverse_horizon / noise
        odds_new = exp64(pull - here_new / noise)
        odds_old = exp64(pull - here_old / noise)
        a_new = look_new * odds_new / (1.0 + odds_new)
        a_old = look_old * odds_old / (1.0 + odds_old)
        hearsay = (1.0 - outlook.credulity) * score + outlook.credulity * promise
        belief = outlook.transparency * (base[i] + score - lived) + (1.0 - outlook.transparency) * hearsay
        offer = value * belief - levers[PRICE] - panel.entry_cost[i]
        b = panel.attention_elsewhere[i] * outlook.seen / (1.0 + exp64(panel.rest_elsewhere[i] - offer / noise))

        margin_old = margin_new + extra
        patience = 1.0 - d * (1.0 - b)
        else_alone, else_new = panel.fellow_margin[i] / patience, d * b / patience
        staying = 1.0 - d * (1.0 - a_old)
        lost = (1.0 - g) * a_new + g * a_old
        kept_old = g * (1.0 - a_old)
        constant = margin_new + d * (lost * else_alone + kept_old * (margin_old + d * a_old * else_alone) / staying)
        returning = d * ((1.0 - g) * (1.0 - a_new) + lost * else_new + kept_old * d * a_old * else_new / staying)
        v_new = constant / (1.0 - returning)
        v_else = else_alone + else_new * v_new
        v_old = (margin_old + d * a_old * v_else) / staying
        if panel.status[i] == 0:
            worth = (1.0 - a_new) * v_new + a_new * v_else
        elif panel.status[i] == 1:
            worth = (1.0 - a_old) * v_old + a_old * v_else
        else:
            worth = b * v_new + (1.0 - b) * v_else
        total += panel.weight[i] * worth
    return total * outlook.population - outlook.horizon * expected_penalty(levers, enforcement)


@compiled(inline="always")
def _value(lever, at, levers, quality, base, panel, outlook, enforcement, trial, scratch):
    """Equity with one lever (or, from ``len(levers)`` on, one outcome's quality) set to ``at``, all else as planned."""
    count = levers.shape[0]
    outcomes = quality.shape[0]
    mean = np.sum(quality) / outcomes
    square = np.sum(quality * quality) / outcomes
    if lever < count:
        trial[:] = levers
        trial[lever] = at
        return equity(trial, mean, square, base, panel, outlook, enforcement)
    outcome = lever - count
    change = at - quality[outcome]
    for i in range(base.shape[0]):
        scratch[i] = base[i] + panel.weights[i, outcome] * change
    mean += change / outcomes
    square += (at * at - quality[outcome] * quality[outcome]) / outcomes
    return equity(levers, mean, square, scratch, panel, outlook, enforcement)


@compiled()
def improve(lever, low, high, points, levers, quality, base, panel, outlook, enforcement):
    """Set one lever to the best of an even grid between ``low`` and ``high``, refined by parabolas; present value and zero compete.

    Changes ``levers``, ``quality`` and ``base`` in place.

    Returns:
        The equity reached.
    """
    count = levers.shape[0]
    trial = np.empty(count)
    scratch = np.empty(base.shape[0])
    present = levers[lever] if lever < count else quality[lever - count]
    best = present
    top = _value(lever, present, levers, quality, base, panel, outlook, enforcement, trial, scratch)
    margin = 1e-12 * abs(top)
    if high > low:
        step = (high - low) / (points - 1)
        for k in range(points):
            at = low + k * step
            reached = _value(lever, at, levers, quality, base, panel, outlook, enforcement, trial, scratch)
            if reached > top + margin:
                top, best = reached, at
        for _ in range(2):  # each pass fits a parabola through the best point and its neighbours, then looks closer
            left, right = max(low, best - step), min(high, best + step)
            middle = 0.5 * (left + right)
            f_left = _value(lever, left, levers, quality, base, panel, outlook, enforcement, trial, scratch)
            f_middle = _value(lever, middle, levers, quality, base, panel, outlook, enforcement, trial, scratch)
            f_right = _value(lever, right, levers, quality, base, panel, outlook, enforcement, trial, scratch)
            bend = f_left - 2.0 * f_middle + f_right
            if bend < 0.0:
                at = middle + 0.25 * (right - left) * (f_left - f_right) / bend
                at = min(max(at, left), right)
                reached = _value(lever, at, levers, quality, base, panel, outlook, enforcement, trial, scratch)
                if reached > top + margin:
                    top, best = reached, at
            if f_middle > top + margin:
                top, best = f_middle, middle
            step *= 0.15
    if lever < count:
        levers[lever] = best
    else:
        outcome = lever - count
        for i in range(base.shape[0]):
            base[i] += panel.weights[i, outcome] * (best - quality[outcome])
        quality[outcome] = best
    return top
