"""What must change nothing but names or units: relabelling, other money, a larger population.

In binary floating point a pound of 128 units is exact, so money may be counted in 128ths of a pound to the last bit. With pence, roundings
differ, and one customer's choice on the edge changes what firms see; rules of thumb do not look that closely, so that markets of those
agree to single precision.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cxsim.config.load import with_values
from cxsim.config.parameter import parameters
from cxsim.config.run import Config
from cxsim.market.model import Market
from cxsim.results.columns import TABLES

LABELS = ("firm", "strategy", "segment", "payer", "payee", "conduct")
REGULATED = {
    "firms.levers": ["all"], "regulator.annual_funding": 1e6, "regulator.fine_share_of_turnover": 0.1, "regulator.case_cost": 1e5,
    "regulator.fine_cap": 1e6, "regulator.redress_share": 0.5, "regulator.self_funding_share": 0.5, "regulator.case_months": 3,
}  # fmt: skip
CASES = {
    "planners": {},
    "regulated, every lever": REGULATED,
    "cap, entry, exit": {
        "market.price_cap": 48.0, "market.entry": "free", "market.entry_cost": 0.001, "market.exit_after_months": 6,
        "market.fixed_cost": 0.02,
    },
    "franchise": {"market.n_firms": 1, "market.franchise_months": 7},
    "circle, brands": {"market.job_circle": 20.0, "market.brand": 1.0},
    "start values": {"firms.initial_levers": {"hidden_fee": 2.0, "loyalty_premium": 4.0, "exit_barrier": 9.0}, "firms.initial_price": 45.0},
    "contest": {"firms.strategy": ["price_walker", "imitator", "hidden_fee_seller", "lock_in", "superior_product", "cartelist"]},
}  # fmt: skip


def play(values, seed=3):
    config = with_values(Config(), {"market.n_customers": 300, "months": 30, "burn_in": 3} | values)
    market = Market(config, rng=seed)
    while market.running:
        market.step()
    return market


def in_other_money(values, factor):
    """The same settings with every amount of money multiplied."""
    config = with_values(Config(), values)
    money = [parameter for parameter in parameters(Config) if "£" in parameter.spec.unit]
    changed = {}
    for parameter in money:
        part: object = config
        for name in parameter.key.split("."):
            part = getattr(part, name)
        if part is not None:
            changed[parameter.key] = part * factor
    levers = {
        name: value * (factor if name in ("hidden_fee", "loyalty_premium", "exit_barrier") else 1)
        for name, value in config.firms.initial_levers.items()
    }
    return values | changed | {"firms.initial_levers": levers}


def compare(one, two, scales, exact, ignoring=(), rel=0.0):
    """Compare all tables; ``scales`` gives the factor of a column from its unit and name."""
    for name, columns in TABLES.items():
        a, b = one.frames()[name], two.frames()[name]
        assert len(a) == len(b), name
        for column in columns:
            if column.name == "replication" or column.name in ignoring:
                continue
            if column.name in LABELS:
                assert (a[column.name] == b[column.name]).all()
                continue
            expected = a[column.name].to_numpy(float) * scales(name, column)
            found = b[column.name].to_numpy(float)
            if exact:
                assert np.array_equal(found, expected), (name, column.name)
            else:
                assert np.abs(found - expected).max(initial=0) <= rel * max(1e-6, np.abs(expected).max(initial=0)), (name, column.name)


def test_money_is_what_its_unit_says():
    """Guards the list of amounts that the tests below multiply."""
    money = {parameter.key for parameter in parameters(Config) if "£" in parameter.spec.unit}
    assert {"market.reference_price", "market.switching_cost", "market.price_cap", "firms.initial_price", "regulator.case_cost"} <= money
    assert not {"market.population", "firms.price_step", "regulator.fine_share_of_turnover"} & money


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("factor", [128.0, 2.0**-7])
def test_money_in_other_units_changes_nothing_but_units_to_the_last_bit(case, factor):
    def scales(table, column):
        return factor if "£" in column.unit else 1.0

    values = CASES[case]
    compare(play(values), play(in_other_money(values, factor)), scales, exact=True)


def test_pence_for_pounds_change_nothing_but_units():
    values = CASES["contest"] | {
        "firms.strategy": ["price_walker", "hidden_fee_seller", "lock_in", "superior_product", "low_price"], "months": 24,
        "regulator.annual_funding": 1e6, "regulator.fine_share_of_turnover": 0.1, "regulator.fine_cap": 2e5,
    }  # fmt: skip

    def scales(table, column):
        return 100.0 if "£" in column.unit else 1.0

    compare(play(values), play(in_other_money(values, 100.0)), scales, exact=False, rel=2e-5)


@pytest.mark.parametrize("case", ["planners", "contest", "circle, brands", "cap, entry, exit"])
def test_a_larger_population_changes_totals_and_no_mean(case):
    """Eight times as many people, each simulated customer standing for eight times as many: totals are eightfold, to the last bit."""
    totals = {"profit", "fines", "redress", "regulator_budget", "regulator_spend"}
    firm_totals = {"customers", "joiners", "leavers", "revenue", "cost", "profit", "cash", "fines", "redress"}

    def scales(table, column):
        is_total = column.name in {"monthly": totals, "firms": firm_totals, "segments": {"customers"}, "ledger": {"amount"}}[table]
        return 8.0 if is_total else 1.0

    values = CASES[case]
    compare(play(values), play(values | {"market.population": 8e6}), scales, exact=True)


def test_a_larger_population_needs_a_larger_regulator():
    money = ("regulator.annual_funding", "regulator.case_cost", "regulator.fine_cap")
    one = play(REGULATED)
    ten = play(REGULATED | {"market.population": 8e6} | {name: 8 * REGULATED[name] for name in money})
    a, b = one.frames()["monthly"], ten.frames()["monthly"]
    for name in ("experience", "price", "hidden_fees", "violations", "detection_perceived", "consumer_surplus"):
        assert np.array_equal(a[name], b[name]), name
    assert np.array_equal(8 * a["fines"], b["fines"])


# --- relabelling -------------------------------------------------------------------------------------------------------

ROWS = ["Alpha,0.4,52,0.08,0.62", "Beta,0.3,49,0.05,0.6", "Gamma,0.2,47,,0.55", "Delta,0.1,,0.02,"]


def from_table(tmp_path, rows, seed=3, **values):
    path = tmp_path / f"{abs(hash(tuple(rows)))}.csv"
    path.write_text("name,share,price,margin,satisfaction\n" + "\n".join(rows) + "\n")
    return play({"market.firms_table": str(path), "market.n_firms": None, "market.n_customers": 2000} | values, seed)


@pytest.mark.parametrize("order", [[3, 2, 1, 0], [1, 3, 0, 2]])
@pytest.mark.parametrize("values", [{"firms.strategy": "superior_product"}, {"firms.levers": ["disclosure"], "firms.disclosure_cost": 1.0}])
def test_the_order_of_firms_decides_nothing_where_they_follow_rules(tmp_path, order, values):
    one, two = from_table(tmp_path, ROWS, **values), from_table(tmp_path, [ROWS[k] for k in order], **values)
    a = one.frames()["firms"].set_index(["month", "firm"]).sort_index().drop(columns="strategy").astype(float)
    b = two.frames()["firms"].set_index(["month", "firm"]).sort_index().drop(columns="strategy").astype(float)
    assert list(a.index) == list(b.index)
    # Sums over firms and customers run in another order: single precision in the sums of a block.
    assert np.allclose(a, b, rtol=2e-5, atol=1e-6)
    names = [np.array([firm.name if firm else "" for firm in market.by_slot]) for market in (one, two)]
    suppliers = [names[k][market.population.columns["supplier"]] for k, market in enumerate((one, two))]
    assert np.array_equal(*suppliers)


def test_the_order_of_planners_decides_nothing_but_roundings(tmp_path):
    """Planners search for optima, where sums in another order may tip a balance: a year in, prices agree to a penny."""
    one, two = (from_table(tmp_path, rows, months=9, burn_in=0) for rows in (ROWS, ROWS[::-1]))
    for firm in one.firms:
        twin = next(other for other in two.firms if other.name == firm.name)
        assert twin.price == pytest.approx(firm.price, abs=0.01)
        assert twin.customers == pytest.approx(firm.customers, rel=0.02)


def test_other_names_mean_other_luck_and_the_same_market(tmp_path):
    """Names are keys of luck: renamed firms draw anew, and over seeds the market's mean price is the same."""
    renamed = [row.replace("a,", "us,") for row in ROWS]
    means = []
    for rows in (ROWS, renamed):
        runs = [from_table(tmp_path, rows, seed, months=12, burn_in=0).frames()["monthly"]["price"].mean() for seed in range(8)]
        means.append((np.mean(runs), np.std(runs) / np.sqrt(8)))
    assert means[0][0] != means[1][0]
    assert abs(means[0][0] - means[1][0]) < 4 * np.hypot(means[0][1], means[1][1])


def test_segments_of_one_kind_are_one_segment():
    """Splitting a segment in two equal halves changes sums by segment and nothing else."""
    part = {"attention": 1.0, "vigilance": 1.0, "switching_cost": 1.0, "willingness_to_pay": 1.0, "complaint": 1.0}
    whole = play({"customers.segments": [{"name": "all", "share": 1.0} | part]})
    halves = play({"customers.segments": [{"name": name, "share": 0.5} | part for name in ("left", "right")]})
    for name, column in whole.population.columns.items():
        if name != "segment":
            assert np.allclose(column, halves.population.columns[name], atol=1e-3), name
    a, b = whole.frames()["monthly"], halves.frames()["monthly"]
    assert np.allclose(a.drop(columns="profit"), b.drop(columns="profit"), rtol=1e-3, atol=1e-3)
    by_half = halves.frames()["segments"].groupby("month")["customers"].sum()
    assert np.allclose(by_half, 1e6)


def test_amounts_that_presets_may_hold_are_covered():
    """Every parameter of money is a number or null, so that multiplying reaches it."""
    for parameter in parameters(Config):
        if "£" in parameter.spec.unit:
            assert parameter.default is None or isinstance(parameter.default, float | int), parameter.key
    assert dataclasses.is_dataclass(Config)
