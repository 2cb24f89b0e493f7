import pickle

import pandas as pd
import pytest

from cxsim.config.errors import CxsimError, UnknownPresetError
from cxsim.config.load import load
from cxsim.sweeps.design import DesignError, as_design, cross, factorial
from cxsim.sweeps.ids import essence
from cxsim.sweeps.scenarios import Composed, Planned

from .conftest import GRID, TINY


def test_each_point_is_what_load_gives():
    composed = Composed(as_design(GRID), TINY, None, {"seed": 5})
    for point, row in enumerate(composed.design):
        words = [f"market.n_firms={row['market.n_firms']}", f"regulator={row['regulator']}", "seed=5"]
        expected = load(*TINY, *words)
        found = composed.scenario(point).config()
        assert essence(found) == essence(expected)
        assert found.seed == 5


def test_presets_are_composed_once_for_each_combination(monkeypatch):
    from cxsim.config import compose

    calls, real = [], compose.compose
    monkeypatch.setattr(compose, "compose", lambda words, folder=None: calls.append(words) or real(words, folder))
    grid = {"firms.insight": [number / 100 for number in range(100)], "regulator": ["none", "cma"]}
    composed = Composed(factorial(grid), TINY)
    for point in range(len(composed)):
        composed.scenario(point)
    assert len(calls) == 2


def test_values_said_in_terms_of_others_follow_them_in_every_point():
    words = [*TINY, "market.population=${market.n_customers}", "market=generic"]
    composed = Composed(factorial({"market.n_customers": [40, 50], "regulator": ["none", "cma"]}), words)
    for point, row in enumerate(composed.design):
        config = pickle.loads(pickle.dumps(composed.scenario(point))).config()
        expected = load(*words, f"market.n_customers={row['market.n_customers']}", f"regulator={row['regulator']}")
        assert essence(config) == essence(expected)
        assert config.market.population == row["market.n_customers"]
    assert composed.bases_digest() != Composed(composed.design, [*words, "market.population=${market.n_firms}"]).bases_digest()


def test_a_point_that_cannot_be_is_told_when_it_is_run_also_where_values_follow_others():
    words = [*TINY, "market.population=${market.n_customers}"]
    composed = Composed(factorial({"market.franchise_months": [None, 12], "market.n_firms": [3]}), words)
    composed.scenario(0).config()
    with pytest.raises(CxsimError, match="franchise_months"):
        pickle.loads(pickle.dumps(composed.scenario(1))).config()


def test_presets_in_a_grid_crossed_with_a_table_are_composed_in_every_combination():
    rows = pd.DataFrame({"regulator": ["none", "cma", "none"], "market.n_firms": [1, 2, 3]})
    composed = Composed(cross({"firms": ["mixed", "imitator"], "seed": [1, 2]}, rows), TINY)
    assert len(composed) == 12
    assert len(composed.bases()) == 4
    for point, row in enumerate(composed.design):
        words = [f"{key}={value}" for key, value in row.items()]
        assert essence(composed.scenario(point).config()) == essence(load(*TINY, *words))


def test_scenarios_travel_light():
    scenario = Composed(as_design(GRID), TINY).scenario(0)
    assert len(pickle.dumps(scenario)) < 8_000
    assert pickle.loads(pickle.dumps(scenario)).config() == scenario.config()


def test_a_mistake_in_every_point_is_an_error_at_once_and_one_in_some_is_not():
    with pytest.raises(UnknownPresetError):
        Composed(factorial({"regulator": ["none", "nobody"]}), TINY)
    with pytest.raises(CxsimError):
        Composed(factorial({"firms.initial_price": [900.0, 950.0], "firms.max_price": [1.0]}), TINY)
    with pytest.raises(DesignError, match="beside"):
        Composed(factorial({"seed": [1, 2]}), TINY, None, {"seed": 1})
    some = Composed(factorial({"market.franchise_months": [None, 12], "market.n_firms": [3]}), TINY)
    with pytest.raises(CxsimError):
        some.scenario(1).config()


def test_planned_scenarios_are_the_configurations_given():
    configs = [load(*TINY, f"seed={seed}") for seed in (1, 2)]
    planned = Planned(factorial({"seed": [1, 2]}), configs)
    assert [planned.scenario(point).config().seed for point in range(2)] == [1, 2]
    other = Planned(factorial({"seed": [1, 2]}), [configs[0], load(*TINY, "seed=2", "months=3")])
    assert planned.bases_digest() != other.bases_digest()
