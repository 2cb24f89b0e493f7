import ast
import json
import os

import numpy as np
import pandas as pd
import pytest

import cxsim
from cxsim.config.errors import CxsimError
from cxsim.results.run import simulate
from cxsim.results.window import window
from cxsim.sweeps import latin_hypercube

from .conftest import GRID, RUNS, TINY, assert_same


def test_a_sweep_is_a_table_of_all_runs_in_order(reference):
    found = cxsim.sweep(GRID, *TINY, replications=2, progress=False)
    pd.testing.assert_frame_equal(found, reference)
    assert found["point"].tolist() == sorted([*range(6), *range(6)])
    assert found["replication"].tolist() == [0, 1] * 6
    assert found["market.n_firms"].tolist() == [1] * 4 + [2] * 4 + [3] * 4
    assert found["id"].is_unique
    assert found["error"].isna().all()


def test_a_run_of_a_sweep_is_the_run_that_simulate_makes():
    words = ["market=generic", "market.n_customers=40", "months=14", "burn_in=1"]
    found = cxsim.sweep({"market.n_firms": [2, 4], "seed": [3, 5]}, *words, replications=2, progress=False)
    for _, row in found.iterrows():
        run = simulate(*words, f"market.n_firms={row['market.n_firms']}", seed=row["seed"], replications=2, progress=False)
        month = run.monthly[(run.monthly["replication"] == row["replication"]) & (run.monthly["month"] >= 14 - window(14))]
        for name in ("experience", "price_paid", "hhi", "churn", "profit"):
            assert row[name] == np.mean(month[name].to_numpy())


def test_scenarios_share_their_luck_and_replications_do_not():
    # Presets that cannot matter: without money both regulators do nothing, so equal luck means equal runs.
    grid = {"regulator": ["none", "cma"], "regulator.annual_funding": [0.0], "regulator.start_up_funds": [0.0]}
    fixed = {"regulator.rules": [], "regulator.ban_hidden_fees": False, "regulator.ban_exit_barriers": False}
    found = cxsim.sweep(grid, *TINY, "months=6", replications=3, progress=False, **fixed)
    values = found.pivot(index="replication", columns="point", values="experience")
    assert (values[0] == values[1]).all()
    assert values[0].nunique() == 3


def test_a_folder_is_kept_and_gone_on_with(tmp_path, reference):
    told = []
    for _ in range(2):
        found = cxsim.sweep(GRID, *TINY, replications=2, folder=tmp_path / "mine", progress=lambda done, total: told.append(done))
        assert_same(found, reference)
    assert told[-1] == RUNS
    assert told == sorted(set(told))


def test_the_record_has_the_call_that_makes_it_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = {"replications": 2, "market.attention": 0.5}
    first = cxsim.sweep({"market.n_firms": np.arange(1, 4)}, *TINY, folder="a", progress=False, **given)
    record = json.loads((tmp_path / "a" / "sweep.json").read_text())
    call = ast.parse(record["command"], mode="eval").body
    assert ast.unparse(call.func) == "cxsim.sweep"
    named = [{key.arg: ast.literal_eval(key.value)} if key.arg else ast.literal_eval(key.value) for key in call.keywords]
    again = cxsim.sweep(*map(ast.literal_eval, call.args), progress=False, **{key: value for part in named for key, value in part.items()})
    assert_same(again, first)
    assert record["overrides"] == list(TINY)
    cxsim.sweep(latin_hypercube({"market.attention": (0.1, 0.9)}, n=5), *TINY, folder="b", progress=False)
    assert "<latin hypercube of 5 points, " in json.loads((tmp_path / "b" / "sweep.json").read_text())["command"]


def test_without_a_folder_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    cxsim.sweep({"seed": [1]}, *TINY, progress=False)
    assert os.listdir(tmp_path) == []


def test_a_failing_point_is_a_row_and_does_not_stop_the_sweep():
    found = cxsim.sweep({"market.n_firms": [3, 2], "market.franchise_months": [None, 12]}, *TINY, progress=False)
    assert found["error"].isna().tolist() == [True, False, True, False]
    assert found["experience"].isna().tolist() == [False, True, False, True]
    assert found["market.n_firms"].tolist() == [3, 3, 2, 2]


def test_when_every_run_fails_the_columns_are_the_same(own_code):
    spec = own_code("always_fails", "raise RuntimeError('by design')")
    words = [*TINY, f"firms.strategy={spec}", "allow_user_code=true", "market.review_months=1"]
    found = cxsim.sweep({"market.n_firms": [1, 2]}, *words, progress=False)
    assert found["message"].tolist() == ["by design"] * 2
    assert found["experience"].isna().all()


def test_samples_tables_and_files_go_in_too(tmp_path):
    design = latin_hypercube({"market.attention": (0.1, 0.9), "market.n_firms": (1, 4)}, n=5, seed=2)
    frame = pd.DataFrame(list(design))
    frame.to_csv(tmp_path / "points.csv", index=False)
    found = [cxsim.sweep(given, *TINY, progress=False) for given in (design, frame, tmp_path / "points.csv")]
    assert found[0].equals(found[1])
    assert found[0].equals(found[2])


def test_a_dataset_opens_elsewhere_by_one_line_each(tmp_path):
    folder = tmp_path / "mine"
    found = cxsim.sweep(GRID, *TINY, replications=2, folder=folder, progress=False)
    assert pd.read_parquet(folder / "runs")["experience"].sum() == pytest.approx(found["experience"].sum())
    polars, duckdb = pytest.importorskip("polars"), pytest.importorskip("duckdb")
    assert polars.read_parquet(folder / "runs/*.parquet").height == RUNS
    assert duckdb.sql(f"SELECT count(*) FROM '{folder}/runs/*.parquet'").fetchall() == [(RUNS,)]


@pytest.mark.parametrize("given", [
    {"replications": 0}, {"replications": "x"}, {"replications": 1.5}, {"seed": -1}, {"seed": "x"}, {"executor": "procs"}, {"workers": 0},
    {"workers": "x"}, {"address": "tcp://x:1"}, {"monthly": True}, {"months": 0}, {"nothing": 1}, {"regulator": "nobody"},
    {"config_dir": "nowhere"}, {"market.n_firms": 3},
])  # fmt: skip
def test_what_cannot_be_is_an_error_and_nothing_is_written(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = {"folder": "mine", **given} if "monthly" not in given else given
    with pytest.raises(CxsimError):
        cxsim.sweep({"market.n_firms": [1, 2]}, *TINY, progress=False, **given)
    assert os.listdir(tmp_path) == []


def test_a_malformed_override_is_an_error():
    for word in ("x", "market.n_frims=3", "regulator=nobody", "seed=1,2"):
        with pytest.raises(CxsimError):
            cxsim.sweep({"market.n_firms": [1, 2]}, word, progress=False)


MEASURES = {
    "premium_share": {"table": "ledger", "column": "amount", "where": {"conduct": "loyalty_premium"},
                      "per": {"table": "ledger", "column": "amount", "where": {"conduct": "bill"}}},
    "dearest": {"table": "firms", "column": "price", "across": "max", "months": [0, 1]},
}  # fmt: skip


def test_measures_are_columns_with_the_numbers_of_the_run(tmp_path):
    folder = tmp_path / "measured"
    told = {"replications": 2, "measures": MEASURES, "folder": folder, "progress": False}
    found = cxsim.sweep({"market.n_firms": [2, 3]}, *TINY, executor="serial", **told)
    for _, row in found.iterrows():
        run = simulate(*TINY, f"market.n_firms={row['market.n_firms']}", replications=2, progress=False)
        first = run.firms.query(f"month == 0 and replication == {row['replication']}")
        assert row["dearest"] == first["price"].max()
    again = cxsim.sweep({"market.n_firms": [2, 3]}, *TINY, **told)
    pd.testing.assert_frame_equal(found, again)
    with pytest.raises(CxsimError, match="it measures"):
        cxsim.sweep({"market.n_firms": [2, 3]}, *TINY, replications=2, folder=folder, progress=False)


@pytest.mark.parametrize(
    "measures", [{"experience": "price"}, {"a b": "price"}, {"market.n_firms": "price"}, {"x": "prise"}, {"id": "price"}]
)
def test_measures_that_cannot_be(measures):
    with pytest.raises(CxsimError, match="measures"):
        cxsim.sweep({"market.n_firms": [2]}, *TINY, measures=measures, progress=False)
