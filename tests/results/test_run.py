import gc
import os
import sys
import threading
import time
import types
import weakref

import pandas as pd
import pytest

import cxsim
from cxsim.config.errors import CxsimError, ResultsError
from cxsim.results import run as module
from cxsim.results.run import Run, run_config, simulate

from . import synthetic


@pytest.fixture
def market(monkeypatch):
    """The stand-in market, fresh for each test."""
    stand_in = type("Market", (synthetic.Market,), {"seen_threads": set()})
    monkeypatch.setitem(sys.modules, "cxsim.market.model", types.SimpleNamespace(Market=stand_in))
    return stand_in


def cores(monkeypatch, number):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(number)), raising=False)


def assert_same(one, other):
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])


def test_gives_back_every_replication(market):
    config = synthetic.config(months=5, replications=3)
    run = run_config(config, progress=False)
    for table in (run.monthly, run.firms, run.segments, run.ledger):
        assert set(table["replication"]) == {0, 1, 2}
        assert set(table["month"]) == set(range(5))
    expected = synthetic.frames(config, 2)["monthly"]["experience"].to_numpy()
    assert (run.monthly.query("replication == 2")["experience"].to_numpy() == expected).all()
    assert run.config is config
    assert run.duration > 0


def test_steps_the_burn_in_too_and_keeps_the_first_market(market):
    config = synthetic.config(months=5, replications=3)
    run = run_config(config, progress=False)
    assert run.model.replication == 0
    assert run.model.month == 5


def test_results_do_not_depend_on_threads(market, monkeypatch):
    config = synthetic.config(months=5, replications=7)
    cores(monkeypatch, 1)
    alone = run_config(config, progress=False)
    assert market.seen_threads == {threading.get_ident()}
    cores(monkeypatch, 4)
    # A market that takes its time in some replications ends them out of order.
    step = market.step
    monkeypatch.setattr(market, "step", lambda self: (time.sleep(0.002 * (self.replication % 3)), step(self))[1])
    together = run_config(config, progress=False)
    assert len(market.seen_threads) > 2
    assert_same(alone, together)


def test_no_threads_over_runs_that_have_threads_of_their_own(market, monkeypatch):
    cores(monkeypatch, 4)
    run_config(synthetic.config(months=2, replications=3, threads=2), progress=False)
    assert market.seen_threads == {threading.get_ident()}


@pytest.mark.parametrize("available", [1, 4])
def test_progress_counts_to_the_end(market, monkeypatch, available):
    cores(monkeypatch, available)
    seen = []
    run_config(synthetic.config(months=5, replications=3), progress=lambda *at: seen.append(at))
    assert seen == [(done, 21) for done in range(1, 22)]


@pytest.mark.parametrize("available", [1, 4])
def test_an_error_in_a_replication_comes_out_as_it_is_and_stops_the_others(market, monkeypatch, available):
    cores(monkeypatch, available)
    started = []
    make = market.__init__

    def slow(self, config, rng=None, replication=0):
        make(self, config, rng, replication)
        started.append(replication)
        self.stop_at = 3 if replication == 1 else None

    monkeypatch.setattr(market, "__init__", slow)
    step = market.step
    monkeypatch.setattr(market, "step", lambda self: (time.sleep(0.001), step(self))[1])
    with pytest.raises(RuntimeError, match="the market broke"):
        run_config(synthetic.config(months=40, replications=50), progress=False)
    assert len(started) < 50


@pytest.mark.parametrize("available", [1, 4])
def test_an_interrupt_from_the_callback_comes_through(market, monkeypatch, available):
    cores(monkeypatch, available)

    def interrupt(done, total):
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_config(synthetic.config(months=20, replications=4), progress=interrupt)


def test_markets_of_further_replications_are_let_go(market, monkeypatch):
    made = []
    make = market.__init__

    def noted(self, *given, **named):
        made.append(weakref.ref(self))
        make(self, *given, **named)

    monkeypatch.setattr(market, "__init__", noted)
    run = run_config(synthetic.config(months=2, replications=4), progress=False)
    gc.collect()
    assert len(made) == 4
    assert [seen() for seen in made if seen() is not None] == [run.model]


def test_real_markets_give_the_same_side_by_side_as_one_by_one(monkeypatch):
    def simulated(number):
        cores(monkeypatch, number)
        return simulate("regulator.annual_funding=2e6", "market.n_customers=300", months=5, burn_in=2, replications=3,
                        progress=False)  # fmt: skip

    alone, together = simulated(1), simulated(4)
    assert_same(alone, together)
    assert list(alone.monthly.query("replication == 0")["month"]) == list(range(5))
    by_replication = alone.monthly.groupby("replication")["experience"].mean()
    assert by_replication.nunique() == 3


def test_simulate_takes_what_the_command_line_takes(market):
    run = simulate("market.n_firms=3", "name=trial", seed=7, months=4, burn_in=0, progress=False)
    assert (run.config.market.n_firms, run.config.name, run.config.seed, run.config.months) == (3, "trial", 7, 4)
    assert run.overrides == ("market.n_firms=3", "name=trial", "seed=7", "months=4", "burn_in=0")
    assert run.provenance["overrides"] == list(run.overrides)


def test_simulate_refuses_what_the_command_line_refuses(market):
    with pytest.raises(CxsimError, match="months"):
        simulate(monhts=4)
    with pytest.raises(CxsimError, match="seed"):
        simulate("seed=-1")


def test_simulate_reads_presets_of_ones_own(market, tmp_path):
    (tmp_path / "regulator").mkdir()
    (tmp_path / "regulator" / "mine.yaml").write_text("title: Mine\nannual_funding: 5.0\n")
    run = simulate("regulator=mine", config_dir=tmp_path, months=2, progress=False)
    assert run.config.regulator.title == "Mine"


def test_the_package_offers_it():
    assert cxsim.simulate is simulate
    assert cxsim.Run is Run


def test_saved_and_loaded_it_is_the_same(tmp_path):
    run = synthetic.run(synthetic.config(months=6, replications=2, figures=False))
    folder = run.save(tmp_path / "a")
    loaded = Run.load(folder)
    assert_same(run, loaded)
    assert loaded.config == run.config
    assert loaded.model is None
    assert loaded.overrides == run.overrides
    assert loaded.duration == run.duration
    pd.testing.assert_frame_equal(loaded.summary(), run.summary())
    assert run.folder == loaded.folder == folder


def test_a_loaded_run_keeps_the_record_of_the_machine_that_ran_it(tmp_path, monkeypatch):
    run = synthetic.run(synthetic.config(months=2, figures=False))
    folder = run.save(tmp_path / "a")
    monkeypatch.setattr(module, "provenance", lambda run: pytest.fail("made anew"))
    again = Run.load(folder).save(tmp_path / "b")
    assert (again / "provenance.json").read_bytes() == (folder / "provenance.json").read_bytes()


def test_saves_where_the_configuration_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = synthetic.run(synthetic.config(months=2, figures=False, name="trial", results_dir="out"))
    assert run.save().samefile(tmp_path / "out" / "trial")
    assert run.save().samefile(tmp_path / "out" / "trial-2")


def test_loading_nothing_is_one_clear_error(tmp_path):
    with pytest.raises(ResultsError, match="no such folder"):
        Run.load(tmp_path / "a")


def test_says_what_it_is():
    run = synthetic.run(synthetic.config(months=30, replications=2, name="<trial>"))
    text = repr(run)
    end = run.summary().query("segment == '' and metric == 'experience'")["end"].item()
    assert "<trial>" in text
    assert "2 replications" in text
    assert f"{end:.1f} at the end" in text
    page = run._repr_html_()
    assert "&lt;trial&gt;" in page
    assert "<trial>" not in page
    assert page.count("<table") == page.count("</table>") == 1
