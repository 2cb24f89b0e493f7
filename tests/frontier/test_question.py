import pytest

from cxsim.config.errors import CxsimError
from cxsim.frontier import deterrence
from cxsim.frontier.question import SPENDING, question

BASE = ["market=generic", "regulator=stylised_continental"]


def test_what_is_left_out_is_worked_out_from_the_market():
    asked = question(BASE)
    assert (asked.grid.x.key, asked.grid.y.key, asked.grid.panels.levels) == ("regulator.annual_funding", "regulator.fine_cap", (2, 5, 8))
    assert asked.config.market.n_customers == 1000
    assert asked.cost is SPENDING
    assert asked.aim.metric.name == "experience"
    assert asked.kept == (0.0, 0.5, 1.0)
    assert asked.runs == (6 * 6 * 3 * 6, 3 * 3 * 6)


def test_theory_s_line_lies_within_the_levels_it_chooses():
    for overrides in (BASE, ["market=rail", "regulator=orr"], ["market=energy", "regulator=ofgem"]):
        asked = question(overrides)
        for panel in range(asked.grid.shape[0]):
            from cxsim.config.load import with_values

            market = with_values(asked.config, {**asked.grid.settings(panel), "regulator.fine_cap": None})
            cap, money = deterrence.least_cap(market), deterrence.least_funding(market)
            if cap < float("inf"):
                assert asked.grid.y.numbers[0] < cap < 1.5 * asked.grid.y.numbers[-1]
                assert asked.grid.x.numbers[0] < money <= 1.1 * asked.grid.x.numbers[-1]


def test_own_values_and_experiments_go_before_the_defaults():
    assert question([*BASE, "market.n_customers=77", "replications=3"]).config.market.n_customers == 77
    assert question(BASE, values={"replications": 9}).config.replications == 9
    assert question(["experiment=funding_and_cap", "replications=4"]).config.market.n_customers == 5000


def test_other_levers_need_no_fine_and_have_no_path():
    asked = question(["market=generic", "regulator=none"], x="market.transparency=0:1:3", y="market.attention=0.01,0.1", panels="none")
    assert (asked.grid.shape, asked.kept) == ((1, 2, 3), ())


def test_the_path_starts_at_the_regulator_s_first_month():
    config = question([*BASE, "months=30", "burn_in=10"]).path_base().config
    assert (config.months, config.burn_in, config.regulator.fine_cap) == (40, 0, None)


@pytest.mark.parametrize(
    ("overrides", "options", "words"),
    [
        (["market=generic", "regulator=none"], {}, "it imposes no fine"),
        ([*BASE, "firms.levers=[price]"], {}, "no conduct that brings firms money"),
        ([*BASE, "replications=1"], {}, "replications: given 1; allowed: 2 or more"),
        (BASE, {"x": "market.n_firms=1:4"}, "asked for twice"),
        (BASE, {"metrics": "experience,experience"}, "each metric once"),
        (BASE, {"metrics": "expereince"}, "Did you mean experience"),
        (BASE, {"metrics": ""}, "--metrics"),
        (BASE, {"aim": "profit"}, "--target"),
        (BASE, {"cost": "money"}, "--cost"),
        (BASE, {"margin": 0.0}, "--margin"),
        (BASE, {"measures": ["spending={column: trust}"]}, "--measure"),
        (BASE, {"measures": ["x={column: joy}"]}, "--measure"),
        (BASE, {"resamples": 5}, "--resamples"),
        (BASE, {"kept": "0,2"}, "self_funding_share"),
        (BASE, {"panels": "market.n_firms"}, "--panels"),
        (BASE, {"panels": "market.n_firms=1:300"}, "1 to 200"),
        (BASE, {"x": "regulator.annual_funding=1:1e6:200", "y": "regulator.fine_cap=1:1e6:200"}, "at most"),
        (["market=rail", "regulator=orr"], {"panels": "market.n_firms=1,2"}, "n_firms"),
        ([*BASE, "market.n_firms=2,3"], {}, "one value"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_runs(overrides, options, words):
    with pytest.raises(CxsimError, match=words):
        question(overrides, **options)
