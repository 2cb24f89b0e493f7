import numpy as np
import pandas as pd
import pytest

from cxsim import load
from cxsim.config.errors import CxsimError
from cxsim.frontier import path
from cxsim.frontier.path import Path, arranged, design, fate, shares, start


def made(spend, fines=(0,) * 10, noise=0.01, replications=6):
    """A path of ten years from yearly spending and fines (£)."""
    draw = np.random.default_rng(1)

    def months(years):
        grid = np.repeat(np.asarray(years, float) / 12, 12) * np.ones((replications, 1))
        return grid * (1 + draw.normal(0, noise, grid.shape))

    return Path(0, 1.0, {"regulator_spend": months(spend), "fines": months(fines), "regulator_budget": months(spend)})


@pytest.mark.parametrize(
    ("spend", "fines", "verdict"),
    [
        ([1e5] * 10, [0] * 10, path.SMALL),
        ([0, 2e5] * 5, [0] * 10, path.SMALL),  # a case every other year is not growth
        ([1e5, 1e5, *[9e5] * 8], [0, 1e6, *[5e6] * 8], path.GREW),
        ([1e5, 1e5, *[9e5] * 8], [0, 1e6, *[5e6] * 4, *[1e6] * 4], path.RESERVES),
        ([1e5, 1e5, *[9e5] * 4, *[2e5] * 4], [0, 1e6, *[5e6] * 4, *[1e5] * 4], path.STARVED),
    ],
)
def test_growth_and_starvation_are_told_apart(spend, fines, verdict):
    assert fate(made(spend, fines)).verdict == verdict


def test_a_rise_on_which_replications_do_not_agree_is_undecided():
    one = made([1e5] * 10)
    one.months["regulator_spend"][0, 60:] = 1e6
    assert fate(one).verdict == path.UNDECIDED


def test_what_is_told_of_a_path_is_in_pounds_a_year():
    found = fate(made([1e5, 1e5, *[9e5] * 8], [0, 1e6, *[5e6] * 8], noise=0.0))
    assert (found.first, found.best, found.last) == pytest.approx((1e5, 9e5, 9e5))
    assert found.kept_best == pytest.approx(5e6)
    assert found.growth.mean == pytest.approx(8e5)
    assert found.months == (24, 48)


def test_only_the_share_kept_is_income():
    half = Path(0, 0.5, made([1e5] * 10, [4e6] * 10, noise=0.0).months)
    assert fate(half).kept_last == pytest.approx(2e6)


def test_short_runs_have_shorter_periods():
    short = {name: series[:, :30] for name, series in made([1e5] * 10).months.items()}
    assert Path(0, 1.0, short).by_period(short["regulator_spend"])[0] == 10
    assert fate(Path(0, 1.0, short)).verdict == path.SMALL


def test_paths_start_poor_and_uncapped(grid):
    base = load("market=generic", "regulator=stylised_continental")
    assert start(base, grid) == {"regulator.annual_funding": 1e5, "regulator.fine_cap": None}


def test_series_land_on_their_paths(grid):
    points = design(grid, (0.0, 1.0))
    assert [point["regulator.self_funding_share"] for point in points] == [0.0, 1.0, 0.0, 1.0]
    rows = [
        {"point": point, "replication": r, "month": m, **dict.fromkeys(path.SERIES, 100 * point + 10 * r + m)}
        for point in range(4) for r in range(2) for m in range(3)
    ]  # fmt: skip
    found = arranged(pd.DataFrame(rows).sample(frac=1, random_state=2), points)
    assert [(one.panel, one.share) for one in found] == [(0, 0.0), (0, 1.0), (1, 0.0), (1, 1.0)]
    assert found[3].months["cases"].tolist() == [[300, 301, 302], [310, 311, 312]]


def test_shares_as_typed():
    assert shares("1,0,0.5,0.5") == (0.0, 0.5, 1.0)
    for wrong in ("2", "x", "", "-0.1"):
        with pytest.raises(CxsimError):
            shares(wrong)
