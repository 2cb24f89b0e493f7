import itertools
import math

import numpy as np
import pandas as pd
import pytest

from cxsim.config.errors import BadValueError, ContradictionError, CxsimError, TableError, UnknownKeyError
from cxsim.sweeps.design import DesignError, as_design, cross, factorial, table


def test_a_factorial_is_every_combination_the_last_one_fastest():
    grid = {"market.n_firms": [1, 2, 4], "regulator": ["none", "cma"], "firms.insight": np.array([0.0, 0.5])}
    expected = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    design = factorial(grid)
    assert len(design) == len(expected) == 12
    assert list(design) == expected
    assert type(design[0]["firms.insight"]) is float


def test_a_design_of_a_hundred_million_points_is_made_on_demand():
    keys = ["firms.insight", "market.attention", "market.transparency", "customers.vigilance"]
    design = factorial(dict.fromkeys(keys, np.linspace(0, 1, 100)))
    assert len(design) == 10**8
    assert design[10**8 - 1] == dict.fromkeys(keys, 1.0)
    assert design[99 * 100] == {keys[0]: 0.0, keys[1]: 0.0, keys[2]: 1.0, keys[3]: 0.0}


def test_a_grid_crossed_with_points_is_every_combination_the_points_fastest():
    grid, points = {"regulator": ["none", "cma"], "seed": [1, 2, 3]}, pd.DataFrame({"firms.insight": [0.1, 0.9], "market.n_firms": [4, 7]})
    design = cross(grid, points)
    assert list(design) == [{**one, **other} for one in factorial(grid) for other in table(points)]
    assert (len(design), design.crossed_columns) == (12, ("regulator", "seed"))
    assert design.described()["levels"] == grid
    assert list(cross({}, points)) == list(table(points))
    assert list(cross(grid, {})) == list(factorial(grid))
    assert list(cross({"months": [3, 4]}, design)) == [{"months": months, **row} for months in (3, 4) for row in design]
    assert len({design.digest, factorial(grid).digest, cross(grid, points[::-1]).digest, cross({"seed": [1]}, points).digest}) == 4
    for wrong in ((points, grid), ({"firms.insight": [1.0]}, points)):
        with pytest.raises(DesignError, match=r"first|twice"):
            cross(*wrong)


def test_a_single_value_and_an_empty_grid_are_one_point():
    assert list(factorial({"regulator": "none", "seed": 3})) == [{"regulator": "none", "seed": 3}]
    assert list(factorial({})) == [{}]


def test_a_table_is_its_rows(tmp_path):
    frame = pd.DataFrame({"market.n_firms": [1, 3], "regulator": ["none", "cma"], "firms.insight": [0.25, 1.0]})
    rows = frame.to_dict("records")
    frame.to_csv(tmp_path / "points.csv", index=False)
    frame.to_parquet(tmp_path / "points.parquet")
    for given in (frame, tmp_path / "points.csv", str(tmp_path / "points.parquet")):
        design = as_design(given)
        assert list(design) == rows
        assert design.digest == table(frame).digest


def test_cells_spell_null_lists_and_numbers(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text('regulator.fine_cap,regulator,firms.levers\n50000,none,"[""price""]"\nnull,cma,"[""price"", ""quality""]"\n')
    assert list(table(path)) == [
        {"regulator.fine_cap": 50000, "regulator": "none", "firms.levers": ["price"]},
        {"regulator.fine_cap": None, "regulator": "cma", "firms.levers": ["price", "quality"]},
    ]


def test_the_record_lists_few_levels_and_says_how_many_there_are_of_many():
    said = factorial({"seed": range(5_000), "market.n_firms": [1, 2]}).described()
    assert said["levels"] == {"seed": {"first": 0, "last": 4_999, "values": 5_000}, "market.n_firms": [1, 2]}
    assert said["points"] == 10_000


def test_designs_beyond_all_bounds_are_a_clear_error():
    keys = ["firms.insight", "market.attention", "market.transparency", "customers.vigilance"]
    with pytest.raises(DesignError, match="at most 1,000,000,000 are possible"):
        factorial(dict.fromkeys(keys, np.linspace(0, 1, 10**5)))


def test_digests_tell_designs_apart():
    grids = [{"seed": [1, 2]}, {"seed": [2, 1]}, {"seed": [1, 2, 3]}, {"months": [1, 2]}]
    assert len({factorial(grid).digest for grid in grids}) == 4
    assert factorial(grids[0]).digest == factorial({"seed": np.array([1, 2])}).digest


@pytest.mark.parametrize(("given", "error", "said"), [
    ({"market.n_frims": [1]}, UnknownKeyError, "Did you mean market.n_firms"),
    ({"n_firms": [1]}, UnknownKeyError, "Did you mean market.n_firms"),
    ({"market.n_firms": []}, DesignError, "no points"), ({"market.n_firms": [2, 3, 2]}, ContradictionError, "2 is given twice"),
    ({"market.n_firms": [1, 1000]}, BadValueError, "1 to 200"),
    ({"market.n_firms": [1, 2.5]}, BadValueError, "whole number"),
    ({"market.n_firms": np.array([1, 2.5])}, BadValueError, "whole number"),
    ({"firms.insight": [0.5, math.nan]}, DesignError, "firms.insight"),
    ({"firms.insight": np.array([0.5, np.nan])}, DesignError, "point 1"),
    ({"firms.insight": np.array([0.5, np.inf])}, DesignError, "point 1"),
    ({"firms.insight": np.ones((2, 2))}, DesignError, "one dimension"),
    ({"regulator": [1]}, BadValueError, "preset"),
    ({"name": ["a", "b"]}, DesignError, "whole sweep"),
    ({"replications": [1, 2]}, DesignError, "whole sweep"),
    ({"names": ["firms.insight"], "bounds": [[0, 1]]}, DesignError, "salib"),
    (pd.DataFrame({"market.n_firms": []}), DesignError, "no rows"),
    (pd.DataFrame(), DesignError, "no columns"),
    (pd.DataFrame({"firms.insight": [0.1, None]}), DesignError, "point 1"),
    (pd.DataFrame({"regulator": ["none", None]}), DesignError, "row 1"),
    (pd.DataFrame([[1, 2]], columns=["seed", "seed"]), DesignError, "twice"),
    ("nowhere.csv", TableError, "no such table"),
    (7, DesignError, "allowed"),
    ([1, 2], DesignError, "allowed"),
    (None, DesignError, "allowed"),
])  # fmt: skip
def test_what_is_no_design_is_one_clear_error(given, error, said):
    with pytest.raises(error, match=said) as caught:
        as_design(given)
    assert isinstance(caught.value, CxsimError)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b'"unclosed\n1', b"market.n_firms\n1,2,3\n4,5\n"])
def test_a_file_that_is_no_table_is_a_clear_error(tmp_path, content):
    for name in ("points.csv", "points.parquet"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CxsimError):
            table(tmp_path / name)
