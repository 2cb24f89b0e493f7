"""Small markets of every kind, for Hypothesis: settings drawn from all over their ranges, the ends included."""

from __future__ import annotations

from hypothesis import strategies as st

from cxsim.config.firms import STRATEGIES

SEGMENT_KEYS = ("attention", "vigilance", "switching_cost", "willingness_to_pay", "complaint", "foresight")


def amount(high, low=0.0):
    """A number of nine decimals from a range, its ends as likely as all between."""
    return st.sampled_from([low, high]) | st.floats(low, high).map(lambda number: round(number, 9))


@st.composite
def segments(draw):
    count = draw(st.integers(1, 3))
    multipliers = st.fixed_dictionaries({name: amount(3.0) for name in SEGMENT_KEYS})
    return [{"name": f"s{k}", "share": 1.0 / count} | draw(multipliers) for k in range(count)]


FREE = {
    "market.reference_price_speed": amount(1.0),
    "market.willingness_to_pay": amount(300.0, 0.01),
    "market.willingness_to_pay_spread": amount(2.0),
    "market.choice_noise": amount(50.0, 0.5),
    "market.outside_option": st.none() | amount(1.0, -2.0),
    "market.switching_cost": amount(500.0),
    "market.switching_cost_spread": st.sampled_from(["lognormal", "uniform", "constant"]),
    "market.switching_cost_lasting": st.booleans(),
    "market.switching_horizon": amount(60.0, 1.0),
    "market.transparency": amount(1.0),
    "market.attention": amount(1.0),
    "market.price_attention": amount(20.0),
    "market.rivals_seen": st.none() | amount(3.0),
    "market.renewal_months": st.sampled_from([0, 1, 12]),
    "market.intro_months": st.sampled_from([1, 3, 12]),
    "market.price_cap": st.none() | amount(80.0),
    "market.ban_price_walking": st.booleans(),
    "market.brand": amount(1.0),
    "market.review_months": st.sampled_from([1, 3, 7]),
    "market.unit_cost": amount(100.0),
    "market.cost_spread": amount(1.0),
    "market.fixed_cost": amount(0.2),
    "market.quality_cost": amount(40.0),
    "market.initial_quality": amount(1.0),
    "market.problem_rate": amount(1.0),
    "market.load_variation": amount(2.0),
    "market.job_circle": st.none() | amount(100.0, 0.01),
    "market.exit_after_months": st.none() | st.sampled_from([1, 3]),
    "market.entry_cost": amount(0.05),
    "customers.spread": amount(1.0),
    "customers.vigilance": amount(1.0),
    "customers.trust_loss": amount(1.0),
    "customers.forgetting": amount(1.0),
    "customers.foresight": amount(1.0),
    "customers.avoidance_cost": st.none() | amount(0.05),
    "customers.backlash": amount(1.0),
    "customers.recovery": amount(1.0),
    "customers.talk_weight": amount(1.0),
    "firms.customer_weight": amount(2.0),
    "firms.value_visibility": amount(1.0),
    "firms.attribution_noise": amount(3.0),
    "firms.patience_months": st.none() | st.sampled_from([1, 4]),
    "firms.silo": amount(1.0),
    "customers.credibility_loss": amount(10.0),
    "market.extra_price": amount(1.0),
    "market.extra_offers": amount(1.0),
    "customers.experience_noise": amount(0.5),
    "customers.loyalty": amount(1.0),
    "customers.dissatisfaction_attention": amount(5.0),
    "firms.horizon_months": amount(1000.0, 1.0),
    "firms.insight": amount(1.0),
    "firms.proxy_bias": amount(1.0),
    "firms.initial_service": amount(3.0),
    "firms.price_step": amount(1.0),
    "firms.prior_detection": amount(1.0),
    "firms.detection_learning": amount(1.0),
    "firms.cartel_cooldown": st.sampled_from([0, 3]),
    "firms.levers": st.sampled_from(
        [
            ["all"],
            ["value"],
            ["price"],
            ["price", "collusion"],
            ["extraction"],
            ["dark_pattern", "disclosure"],
            ["price", "hidden_fee"],
            ["price", "announcement"],
        ]
    ),
    "regulator.annual_funding": amount(1e8),
    "regulator.start_up_funds": amount(1e6),
    "regulator.case_cost": amount(1e6, 1e3),
    "regulator.case_months": st.sampled_from([1, 2, 9]),
    "regulator.staff_cases": st.sampled_from([0, 1, 50]),
    "regulator.targeting": st.sampled_from(["complaints", "random", "severity"]),
    "regulator.detection": amount(1.0),
    "regulator.severity_scale": amount(0.5),
    "regulator.false_positive_rate": amount(1.0),
    "regulator.fine_share_of_turnover": amount(2.0),
    "regulator.fine_multiple_of_gain": amount(10.0),
    "regulator.fine_cap": st.none() | amount(1e7),
    "regulator.fine_cap_share_of_turnover": st.none() | amount(0.5),
    "regulator.self_funding_share": amount(1.0),
    "regulator.publicity": amount(1.0),
    "regulator.redress_share": amount(5.0),
    "regulator.leniency": amount(1.0),
}


@st.composite
def markets(draw):
    """Settings of a market of 50 to 300 customers, 1 to 8 firms and 6 to 15 months, burn-in included."""
    values = draw(st.fixed_dictionaries({}, optional=FREE))
    values["customers.segments"] = draw(segments())
    values["market.n_customers"] = draw(st.integers(50, 300))
    values["months"] = draw(st.integers(6, 12))
    values["burn_in"] = draw(st.sampled_from([0, 1, 3]))
    kind = draw(st.sampled_from(["plain", "plain", "free entry", "named entrants", "franchise", "contest"]))
    values["market.n_firms"] = draw(st.integers(1, 8))
    if kind == "free entry":
        values["market.entry"] = "free"
    elif kind == "named entrants":
        entrant = {"name": "Newcomer", "month": draw(st.integers(0, 5)), "cost_advantage": draw(amount(0.5)), "quality": draw(amount(1.0))}
        values |= {"market.entry": "named", "market.entrants": [entrant]}
    elif kind == "franchise":
        values |= {"market.n_firms": 1, "market.franchise_months": draw(st.integers(1, 6))}
        values |= {"market.franchise_bidders": draw(st.integers(1, 4)), "market.franchise_quality_floor": draw(amount(1.0))}
    elif kind == "contest":
        values["firms.strategy"] = draw(st.lists(st.sampled_from(STRATEGIES), min_size=1, max_size=4))
    return values
