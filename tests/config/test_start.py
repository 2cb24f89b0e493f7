import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.config.errors import BadValueError, ContradictionError, UnknownKeyError
from cxsim.config.essence import PROSE
from cxsim.config.keys import index
from cxsim.config.load import from_mapping, load, resolved, with_values
from cxsim.config.run import Config
from cxsim.config.start import check_follows, differing, may_change, of_the_run, settled_at_start, taking_over, value_of

STARTS = {"loyalty_premium": 10.0, "hidden_fee": 2.0, "exit_barrier": 20.0, "overpromise": 0.2}
EXTRACTING = with_values(Config(), {"firms.initial_levers": STARTS, "firms.initial_price": 60.0})


def test_every_parameter_is_settled_may_change_belongs_to_the_run_or_is_prose():
    prose = {key for key in index() if key.rpartition(".")[2] in PROSE}
    parts = [set(settled_at_start()) - set(of_the_run()), set(may_change()), set(of_the_run()), prose]
    assert set.union(*parts) == set(index())
    assert sum(map(len, parts)) == len(index())


def test_what_only_shapes_the_start_is_marked_and_what_reforms_are_made_of_is_not():
    assert {"market.n_customers", "market.jobs", "seed", "burn_in", "firms.initial_levers", "market.population"} <= set(settled_at_start())
    reforms = {"regulator.fine_cap", "market.price_cap", "market.ban_price_walking", "market.switching_cost", "firms.strategy"}
    assert reforms <= set(may_change())


def test_differences_are_named_in_full():
    other = with_values(Config(), {"market.n_firms": 4, "regulator.fine_cap": 1.0, "name": "x"})
    assert differing(Config(), other) == ["market.n_firms", "regulator.fine_cap", "name"]
    assert differing(other, other) == []
    assert value_of(other, "regulator.fine_cap") == 1.0
    assert value_of(other, "name") == "x"


@given(st.fixed_dictionaries({}, optional={
    "market.ban_price_walking": st.booleans(),
    "regulator.ban_hidden_fees": st.booleans(),
    "regulator.ban_exit_barriers": st.booleans(),
    "market.max_loyalty_premium": st.floats(0, 1),
    "market.max_hidden_fee": st.floats(0, 1),
    "market.max_exit_barrier": st.floats(0, 1),
    "firms.max_overpromise": st.floats(0, 1),
    "firms.max_price": st.floats(0, 3),
}))  # fmt: skip
def test_a_reform_may_forbid_what_firms_start_with(values):
    later = taking_over(EXTRACTING, values)
    assert from_mapping(resolved(later)) == later
    for key, value in values.items():
        assert value_of(later, key) == value
    for lever, start in EXTRACTING.firms.initial_levers.items():
        assert 0 <= later.firms.initial_levers[lever] <= start
    allowed = {key for key in differing(EXTRACTING, later) if key not in values}
    assert allowed <= {"firms.initial_levers", "firms.initial_price"}
    check_follows(later, EXTRACTING)


def test_start_values_that_stay_allowed_stay():
    later = taking_over(EXTRACTING, {"regulator.ban_hidden_fees": True})
    assert later.firms.initial_levers == EXTRACTING.firms.initial_levers | {"hidden_fee": 0.0}
    assert later.firms.initial_price == 60.0


@pytest.mark.parametrize(("values", "error", "told"), [
    ({"market.n_customers": 7}, ContradictionError, r"^market\.n_customers: given 7, and it is 5000; that is settled when a run starts"),
    ({"seed": 7}, ContradictionError, r"^seed: given 7, and it is 1;"),
    ({"firms.initial_levers": {"hidden_fee": 1.0}}, ContradictionError, r"^firms\.initial_levers: given "),
    ({"customers.segments.0.share": 0.5}, ContradictionError, "sum to 1"),
    ({"customers.segments.0.name": "x"}, ContradictionError, r"^customers\.segments: .*the names and shares of segments are settled"),
    ({"market.entry": "named"}, ContradictionError, r"^market\.entry: given 'named'"),
    ({"regulator.fine_cap": -1}, BadValueError, r"^regulator\.fine_cap"),
    ({"regulator.fine_cp": 1}, UnknownKeyError, r"regulator\.fine_cap"),
])  # fmt: skip
def test_what_cannot_change_is_refused_by_its_key(values, error, told):
    with pytest.raises(error, match=told):
        taking_over(Config(), values)


def test_segments_may_change_in_what_they_do():
    later = taking_over(Config(), {"customers.segments.0.attention": 0.5, "customers.segments.2.complaint": 4.0})
    assert (later.customers.segments[0]["attention"], later.customers.segments[2]["complaint"]) == (0.5, 4.0)


@pytest.mark.parametrize("market", ["energy", "home_insurance", "rail"])
def test_no_change_is_no_change_in_every_preset(market):
    config = load(f"market={market}")
    assert taking_over(config, {}) == config
