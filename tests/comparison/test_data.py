import numpy as np
import pytest

from cxsim.comparison.data import BY_SEGMENT, METRIC_NAMES, read, read_metric, read_monthly, width_of
from cxsim.config.errors import BadValueError, ResultsError
from cxsim.results.columns import CONDUCTS
from cxsim.results.run import run_config


@pytest.fixture(scope="module")
def runs(small):
    """The same runs, each made by itself with all its tables."""
    import dataclasses

    return [run_config(dataclasses.replace(regime.config, replications=4), progress=False) for regime in small.regimes]


@pytest.mark.parametrize("width", [12, 2])
def test_arrays_hold_what_single_runs_give(small, folder, runs, width):
    data = read(folder / "sweep", 3, 4, 12, width)
    for place, run in enumerate(runs):
        late = run.monthly[run.monthly["month"] >= 12 - width]
        for name in METRIC_NAMES:
            series = run.monthly.set_index(["replication", "month"])[name].unstack().to_numpy(float)
            assert np.array_equal(data.monthly[name][:, place], series), name
            assert data.mean(name)[:, place] == pytest.approx(late.groupby("replication")[name].mean().to_numpy(float), rel=1e-12)
        segments = run.segments[run.segments["month"] >= 12 - width].astype({"segment": str})
        for name in BY_SEGMENT:
            means = segments.groupby(["replication", "segment"])[name].mean().unstack()[list(data.segment_names)]
            assert data.segments[name][:, place] == pytest.approx(means.to_numpy(), rel=1e-12), name
        firms = run.firms[run.firms["month"] >= 12 - width].astype({"firm": str})
        profit = firms.groupby(["replication", "firm"])["profit"].sum().unstack()[list(data.firm_names)] / width
        assert data.firms["profit"][:, place] == pytest.approx(profit.to_numpy(), rel=1e-12)


@pytest.mark.parametrize("width", [12, 2])
def test_flows_are_those_of_the_ledger(small, folder, runs, width):
    data = read(folder / "sweep", 3, 4, 12, width)
    for place, run in enumerate(runs):
        ledger = run.ledger[run.ledger["month"] >= 12 - width].astype({"conduct": str, "segment": str})
        for conduct in CONDUCTS:
            rows = ledger[ledger["conduct"] == conduct]
            sums = rows.groupby("replication")["amount"].sum().reindex(range(4), fill_value=0.0)
            assert data.flow(conduct)[:, place] == pytest.approx(12 * sums.to_numpy() / width, rel=1e-9), conduct
            for number, segment in enumerate((*data.segment_names, "")):
                some = rows[rows["segment"] == segment].groupby("replication")["amount"].sum().reindex(range(4), fill_value=0.0)
                assert data.ledger[conduct][:, place, number] == pytest.approx(some.to_numpy() / width, rel=1e-9)
    assert data.flow("hidden_fee", "loyalty_premium") == pytest.approx(data.flow("hidden_fee") + data.flow("loyalty_premium"))


def test_the_small_market_has_something_to_look_at(small):
    assert small.data.flow("hidden_fee")[:, 0].min() > 0
    assert small.data.flow("enforcement")[:, 1].max() > 0
    assert (small.data.flow("hidden_fee")[:, 2] == 0).all()


def test_fewer_replications_are_the_first_ones(small, folder):
    some = read(folder / "sweep", 3, 2, 12, 12)
    assert len(some) == 2
    for name in METRIC_NAMES:
        assert np.array_equal(some.monthly[name], small.data.monthly[name][:2])


def test_less_can_be_read_and_is_the_same(small, folder):
    monthly = read_monthly(folder / "sweep", 3, 4, 12, 12)
    assert np.array_equal(monthly.mean("experience"), small.data.mean("experience"))
    one = read_metric(folder / "sweep", 3, 4, 12, 12, "trust")
    assert list(one.monthly) == ["trust"]
    money = read_metric(folder / "sweep", 3, 4, 12, 12, "total")
    assert np.array_equal(money.flow("redress", "bill"), small.data.flow("redress", "bill"))


def test_a_replication_that_one_regime_did_not_finish_is_left_out_of_all(tmp_path, own_code):
    from cxsim.comparison.api import compare

    from .conftest import QUIET, TINY

    lines = "if market.streams.replication == 1 and market.config.market.ban_price_walking: raise RuntimeError('by design')"
    spec = own_code("fails_at_times", lines)
    found = compare(
        {"market.ban_price_walking": [False, True]}, *TINY, f"firms.strategy={spec}", "allow_user_code=true", "market.review_months=1",
        replications=3, folder=tmp_path / "c", **QUIET,
    )  # fmt: skip
    assert found.data.replications.tolist() == [0, 2]
    assert found.data.failed == 1
    assert found.findings[-1].startswith("1 replications were left out because a run failed")
    with pytest.raises(ResultsError, match="--failures"):
        compare(
            {"market.n_firms": [2, 3]}, *TINY, f"firms.strategy={own_code('fails_always', 'raise RuntimeError')}", "allow_user_code=true",
            "market.review_months=1", replications=2, folder=tmp_path / "d", **QUIET,
        )  # fmt: skip


def test_a_firm_that_is_not_there_earns_nothing(tmp_path):
    from cxsim.comparison.api import compare

    from .conftest import QUIET, TINY

    found = compare({"market.n_firms": [2, 4]}, *(word for word in TINY if "n_firms" not in word), replications=2, **QUIET)
    assert found.data.firms["profit"].shape == (2, 2, 4)
    assert (found.data.firms["profit"][:, 0, 2:] == 0).all()
    assert (found.data.firms["share"][:, 1] > 0).all()


@pytest.mark.parametrize(("window", "width"), [("run", 120), (12, 12), (120, 120), (1, 1)])
def test_a_window_is_the_whole_run_or_its_last_months(window, width):
    assert width_of(window, 120) == width


@pytest.mark.parametrize("window", [0, 121, -3, 1.5, "year", True, None])
def test_another_window_is_refused(window):
    with pytest.raises(BadValueError, match="window"):
        width_of(window, 120)
