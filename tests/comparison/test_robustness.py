import dataclasses
import os

import numpy as np
import pytest

import cxsim
from cxsim.analysis.answer import Answer
from cxsim.comparison import robustness as robustness_module
from cxsim.comparison.regimes import from_values
from cxsim.comparison.robustness import REPLICATIONS, robustness
from cxsim.config.errors import CxsimError
from cxsim.config.load import with_values
from cxsim.results.run import run_config
from cxsim.sweeps import worker

from .conftest import EXTRACTORS, QUIET, REGIMES, TINY

RANGES = {"customers.vigilance": (0.02, 0.3), "market.attention": (0.05, 0.5)}


def test_it_is_in_the_package_under_its_name():
    assert cxsim.robustness is robustness


def test_values_are_those_of_runs_made_by_themselves(study):
    assert study.values.shape == (3, 8, 3)
    for future, regime in ((0, 0), (5, 2), (7, 1)):
        config = with_values(study.regimes[regime].config, study.futures.all[future].values)
        run = run_config(dataclasses.replace(config, replications=3), progress=False)
        means = run.monthly.groupby("replication")["consumer_surplus"].mean().to_numpy()
        assert study.values[:, future, regime] == pytest.approx(means, rel=1e-12)


def test_tables_say_what_regrets_say(study):
    frame = study.table("regimes").set_index("regime")
    assert frame["mean_regret"].to_numpy() == pytest.approx(study.regrets.mean)
    assert frame["largest_regret"].to_numpy() == pytest.approx(study.regrets.largest)
    assert frame["mean"].to_numpy() == pytest.approx(study.values.mean(axis=(0, 1)))
    assert frame["worst"].to_numpy() == pytest.approx(study.values.mean(axis=0).min(axis=0))
    assert frame["best"].sum() == pytest.approx(1)
    assert frame.loc["today", "never_worse"] == "baseline"
    futures = study.table("futures")
    assert len(futures) == 24
    for name, rows in futures.groupby("regime"):
        assert rows["regret"].mean() == pytest.approx(frame.loc[name, "mean_regret"])
        assert (rows["told"] == "better").sum() == frame.loc[name, "told_better"]
        assert (rows["told"] == "worse").sum() == frame.loc[name, "told_worse"]
    assert set(futures[futures["regime"] == "today"]["told"]) == {"same"}
    design = study.table("design")
    assert list(design) == ["future", "title", *RANGES]


def test_less_is_better_where_it_is_said_or_plain(tmp_path):
    given = {"futures": RANGES, "n_futures": 2, "replications": 2, "folder": tmp_path / "r", **QUIET, "firms.strategy": EXTRACTORS}
    paid = robustness(REGIMES, *TINY, metric="hidden_fees", **given)
    frame = paid.table("regimes").set_index("regime")
    assert paid.aim == -1
    assert frame.loc["banned", "mean_regret"] == 0
    assert frame.loc["banned", "never_worse"] == "shown"
    assert frame.loc["today", "worst"] == pytest.approx(paid.values.mean(axis=0)[:, 0].max())
    rows = paid.table("futures")
    rows = rows[(rows["regime"] == "banned") & (rows["told"] != "same")]
    assert (rows["difference"] < 0).all()
    assert (rows["low"] <= rows["difference"]).all()
    assert (rows["high"] >= rows["difference"]).all()
    with pytest.raises(CxsimError, match="aim: given null; allowed: max or min; whether more or less of churn"):
        robustness(REGIMES, *TINY, metric="churn", **given)
    assert robustness(REGIMES, *TINY, metric="churn", aim="min", **given).aim == -1


def test_looking_at_another_metric_needs_no_runs(tmp_path, monkeypatch):
    given = {"futures": RANGES, "n_futures": 2, "replications": 2, "folder": tmp_path / "r", **QUIET}
    first = robustness(REGIMES, *TINY, **given)
    monkeypatch.setattr(worker, "_played", None)
    again = robustness(REGIMES, *TINY, **given)
    assert np.array_equal(again.values, first.values)
    total = robustness(REGIMES, *TINY, metric="total", window=3, **given)
    assert total.values.shape == first.values.shape
    assert total.metric.unit == "£/year"


def test_an_answer_is_written_and_read_back(study, tmp_path):
    read = Answer.load(study.save(tmp_path / "answer"))
    assert read.kind == "robustness"
    assert list(read.findings) == list(study.findings)
    assert read.settings == study.described()
    assert set(read.tables) == set(study.tables) >= {"regimes", "pairs", "futures", "design"}
    assert set(read.figures) == {"regret", "by_future", "map"}
    assert set(read.configs) == set(REGIMES)


def test_a_notebook_shows_words_and_numbers(study):
    assert "<table" in study._repr_html_()
    assert repr(study) == "<Robustness of today, strict and banned in 8 futures, 3 replications>"


@pytest.mark.parametrize(("given", "message"), [
    ({"replications": 1}, "an interval needs two"), ({"metric": "experiance"}, "Did you mean experience?"),
    ({"aim": "more"}, "aim: given 'more'; allowed: max"), ({"n_futures": 1}, "n_futures: given 1"), ({"futures_seed": -1}, "futures_seed"),
    ({"window": 40}, "window: given 40"), ({"baseline": "nobody"}, "baseline"),
    ({"futures": {"market.attention": (3, 4)}}, "market.attention"),
    ({"futures": {"market.ban_price_walking": [True, False]}}, "regimes set it, and futures too"), ({"futures": "gone.yaml"}, "gone.yaml"),
    ({"replications": 1_000_000, "n_futures": 10_000}, "runs: given"),
])  # fmt: skip
def test_what_cannot_be_is_an_error_and_nothing_is_written(given, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CxsimError) as caught:
        robustness(REGIMES, *TINY, **{"futures": RANGES, "folder": "mine", "progress": False, **given})
    assert message in str(caught.value)
    assert os.listdir(tmp_path) == []


def test_defaults():
    asked = robustness_module.study(from_values(REGIMES, TINY, None, {}), {})
    assert (asked.replications, asked.metric, asked.aim, asked.baseline) == (REPLICATIONS, "consumer_surplus", 1, 0)
    assert len(asked.points) == len(asked.futures) * 3
    assert {key: len(values) for key, values in asked.shared.items()} == dict.fromkeys(asked.futures.keys, len(asked.points))


@pytest.mark.parametrize("futures", [RANGES, {"calm": {}, "wild": {"market.attention": 0.5}}])
def test_the_code_in_an_answer_makes_the_same_study(futures):
    number = {"n_futures": 2} if futures is RANGES else {}
    found = robustness(REGIMES, *TINY, futures=futures, replications=2, metric="price_paid", **number, **QUIET)
    names = {}
    exec(f"{found.code[:-1]}, **{QUIET!r})", names)
    assert names["found"].described() == found.described()
    assert names["found"].findings == found.findings
