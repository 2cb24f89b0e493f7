import numpy as np
import pandas as pd
import pytest

from cxsim import load
from cxsim.frontier.axes import axis
from cxsim.frontier.maps import Grid, arranged, theory


def test_a_table_lands_in_the_cells_that_its_points_have(grid):
    design = grid.design()
    rows = []
    for point, values in enumerate(design):
        cap = values["regulator.fine_cap"] or 0.0
        told = values["market.n_firms"] * 1e12 + cap * 10 + values["regulator.annual_funding"] / 1e6
        rows += [{"point": point, "replication": r, "told": told + r} for r in range(2)]
    shuffled = pd.DataFrame(rows).sample(frac=1, random_state=1)
    maps = arranged(shuffled, grid, ["told"])
    assert maps.values["told"].shape == (*grid.shape, 2)
    assert maps.values["told"][1, 0, 2, 1] == pytest.approx(5e12 + 1e6 + 1.0 + 1)
    assert maps.values["told"][0, 2, 0, 0] == pytest.approx(2e12 + 0.1)


def test_differences_from_the_first_cell_leave_shared_luck_out(maps):
    apart, levels = maps.apart("hidden_fees"), maps.interval("hidden_fees")
    assert (levels.high - levels.low).min() > 3
    assert (apart.high - apart.low).max() < 0.1
    np.testing.assert_allclose(apart.mean[:, 1:, 1:], -2, atol=0.05)


def test_maps_are_named_by_their_level(grid):
    assert [grid.panel_name(place) for place in (0, 1)] == ["2 firms", "5 firms"]
    assert grid.settings(1) == {"market.n_firms": 5}
    unitless = Grid(grid.x, grid.y, axis("market.transparency=0,1", "--panels"))
    assert unitless.panel_name(1) == "transparency 1"
    alone = Grid(grid.x, grid.y)
    assert (alone.shape, alone.panel_name(0), alone.settings(0)) == ((1, 3, 3), "", {})


def test_theory_grows_with_funding_and_cap_and_equals_the_ratio_on_a_level(grid):
    from cxsim.config.load import with_values
    from cxsim.frontier.deterrence import deterrence

    base = load("market=generic", "regulator=stylised_continental")
    across, _, found = theory(base, grid, per_cell=3)
    assert across[1] == 0.0
    for ratio in found:
        assert (np.diff(ratio, axis=0) >= -1e-9).all()
        assert (np.diff(ratio, axis=1) >= -1e-9).all()
    here = {"market.n_firms": 5, "regulator.annual_funding": grid.x.levels[1], "regulator.fine_cap": grid.y.levels[1]}
    assert found[1][4, 4] == pytest.approx(deterrence(with_values(base, here)))
    nothing = theory(with_values(base, {"regulator.ban_hidden_fees": True}), grid, per_cell=1)[2]
    assert np.isnan(nothing).all()


def test_whole_number_levers_are_drawn_between_levels_too():
    base = load("market=generic", "regulator=stylised_continental")
    _, _, found = theory(base, Grid(axis("market.n_firms=2,4", "--x"), axis("regulator.annual_funding=1e5,1e6", "--y")), per_cell=3)
    assert np.isfinite(found).all()
