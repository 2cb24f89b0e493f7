import pytest

from cxsim.claims.conditions import check_arms, conditions, configs, known_of
from cxsim.config.errors import BadValueError
from cxsim.config.load import load
from cxsim.firms.start import starting_firms

from . import made

FIRMS_OF_ENERGY = starting_firms(load("market=energy"))


def test_each_market_is_tried_as_it_is_and_with_one_thing_varied_and_guesses_in_the_first_alone():
    labels = [(c.market, c.key, c.level) for c in conditions(made.claim())]
    assert labels == [
        ("generic", "", None), ("generic", "market.attention", 0.01), ("generic", "market.attention", "x2"),
        ("generic", "customers.loyalty", "x0.5"), ("few", "", None), ("few", "market.attention", 0.01), ("few", "market.attention", "x2"),
    ]  # fmt: skip


def test_each_condition_has_a_configuration_an_arm():
    claim = made.claim()
    found = {(c.market, c.key, c.level, arm): config for c, arm, config in configs(claim)}
    assert len(found) == len(conditions(claim)) * 2
    assert found["generic", "market.attention", 0.01, "control"].market.attention == 0.01
    assert found["generic", "market.attention", "x2", "control"].market.attention == pytest.approx(0.06)
    assert found["few", "", None, "treatment"].firms.initial_price == 60
    assert found["few", "market.attention", "x2", "treatment"].market.n_firms == 2
    assert {config.replications for config in found.values()} == {4}
    assert {config.replications for _, _, config in configs(claim, quick=True)} == {2}


def test_a_multiple_of_a_whole_number_is_whole():
    claim = made.claim(conditions={"markets": {"a": ["market.n_firms=5"]}, "vary": {"market.n_firms": ["x0.5", "x0.01"]}})
    assert [config.market.n_firms for c, arm, config in configs(claim) if arm == "control" and c.key == "market.n_firms"] == [2, 1]


def test_an_arm_may_be_a_multiple_of_what_each_market_has():
    arms = {
        "control": {"title": "usual", "overrides": []},
        "treatment": {"title": "twice as many, who look more", "overrides": [], "times": {"market.n_firms": 2, "market.attention": 3}},
    }
    markets = {"generic": ["market.n_firms=4"], "energy": ["market=energy", "market.attention=0.1"]}
    claim = made.claim(arms=arms, conditions={"markets": markets})
    found = {(c.market, arm): config.market for c, arm, config in configs(claim) if not c.key}
    assert found["generic", "treatment"].n_firms == 8
    assert found["energy", "treatment"].n_firms == 2 * len(FIRMS_OF_ENERGY)
    assert found["energy", "treatment"].attention == pytest.approx(0.3)
    assert found["energy", "control"].attention == pytest.approx(0.1)
    assert claim.arms["treatment"].said == "market.n_firms=x2 market.attention=x3"


def test_what_cannot_be_simulated_is_told_with_its_condition_and_arm():
    claim = made.claim(conditions={"markets": {"a": []}, "vary": {"market.attention": [7]}})
    with pytest.raises(BadValueError, match=r"a, market.attention=7, arm control.*0 to 1"):
        list(configs(claim))
    claim = made.claim(conditions={"markets": {"a": []}, "vary": {"market.title": ["x2"]}})
    with pytest.raises(BadValueError, match="multiples"):
        list(configs(claim))


def test_an_arm_must_not_set_what_a_condition_varies():
    claim = made.claim(conditions={"markets": {"a": []}, "vary": {"firms.initial_price": [55]}})
    with pytest.raises(BadValueError, match=r"arms.treatment"):
        check_arms(claim)
    times = {"title": "dear", "times": {"market.attention": 2}}
    with pytest.raises(BadValueError, match=r"arms.treatment.*market.attention"):
        check_arms(made.claim(arms={"control": {"title": "usual"}, "treatment": times}))


def test_a_condition_is_known_by_its_market_and_the_values_varied():
    claim = made.claim()
    for condition, _, config in configs(claim):
        assert known_of(claim, condition, config) == {"market": condition.market, "market.attention": config.market.attention}
