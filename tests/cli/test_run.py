import importlib.util
import os
import sys
from pathlib import Path

import pytest
import yaml

from cxsim.cli.run import LONGEST_FOLDER, _job_folder
from cxsim.config.load import load, resolved

NAMES = ["market=rail", "seed=3", "name=mine"]
BASIC = "hydra/launcher=basic"  # a folder a run; what cxsim's own launcher does is tested with the sweeps


def test_a_run_is_that_of_the_configuration_composed(cxsim, simulation):
    code, out, err = cxsim("run", *NAMES)
    assert (code, err) == (0, "")
    assert simulation.configs == [load(*NAMES)]
    assert simulation.given == [{"overrides": NAMES, "command": "cxsim run market=rail seed=3 name=mine"}]
    assert simulation.written == [Path("results/mine")]
    assert simulation.summaries == 1
    assert out == f"Results: {Path('results/mine')}\n"


def test_hydra_writes_nothing(cxsim, simulation):
    cxsim("run", *NAMES)
    cxsim("-m", BASIC, "seed=1,2")
    assert sorted(os.listdir()) == ["results"]
    written = {path for path in Path("results").rglob("*") if path.is_dir()}
    assert written == {*simulation.written, Path("results/run")}
    assert not [path for path in Path().rglob("*") if path.is_file()]


def test_hydra_runs_what_needs_more_of_it(cxsim, simulation):
    settings = ["hydra.output_subdir=.hydra", "hydra.run.dir=there"]
    assert cxsim("run", *NAMES, *settings) == (0, f"Results: {Path('results/mine')}\n", "")
    assert simulation.configs == [load(*NAMES)]
    assert simulation.given[0]["overrides"] == NAMES
    assert simulation.summaries == 1
    assert Path("there/.hydra/config.yaml").is_file()


@pytest.mark.parametrize("settings", [[], ["hydra.output_subdir=null", "hydra.job.chdir=true", "hydra.run.dir=."]])
def test_a_name_may_have_any_letters(cxsim, simulation, settings):
    assert cxsim("run", "market=rail", "name=Zürich 日本", *settings)[0] == 0
    assert simulation.configs == [load("market=rail", name="Zürich 日本")]
    assert simulation.written == [Path("results/Zürich 日本")]


def test_hydra_leaves_arguments_and_logging_as_they_were(cxsim, simulation):
    import logging

    before = (list(sys.argv), list(logging.getLogger().handlers), logging.getLogger().level, os.getcwd())
    cxsim("run", *NAMES)
    cxsim("-m", BASIC, "seed=1,2")
    assert before == (sys.argv, logging.getLogger().handlers, logging.getLogger().level, os.getcwd())


def test_a_multirun_gives_every_run_a_folder_of_its_own(cxsim, simulation):
    code, _, err = cxsim("run", "-m", BASIC, "market=rail,generic", "seed=3,4", "name=study")
    assert (code, err) == (0, "")
    combinations = [("rail", 3), ("rail", 4), ("generic", 3), ("generic", 4)]
    assert simulation.configs == [load(f"market={market}", f"seed={seed}", "name=study") for market, seed in combinations]
    assert simulation.written == [Path(f"results/study/market={market},seed={seed}") for market, seed in combinations]


def test_the_name_is_kept_apart_in_a_multirun(cxsim, simulation):
    cxsim("-m", BASIC, "name=a,b")
    cxsim("-m", BASIC, "name=c,d", "seed=3")
    assert simulation.written == [Path("results/a"), Path("results/b"), Path("results/c/seed=3"), Path("results/d/seed=3")]


def test_a_second_multirun_does_not_mix_with_the_first(cxsim, simulation):
    for _ in range(3):
        assert cxsim("-m", BASIC, "seed=3")[0] == 0
    assert simulation.written == [Path(f"results/{folder}/seed=3") for folder in ("run", "run-2", "run-3")]


@pytest.mark.parametrize(("dirname", "expected"), [
    ("seed=3", "seed=3"), ("", ""), ("a" * LONGEST_FOLDER, "a" * LONGEST_FOLDER), ("a" * (LONGEST_FOLDER + 1), "7"),
    ("market.firms_table=a/b.csv", "7"), ("firms.levers=[price]", "7"), ("x=..\\y", "7"), ("x=${y}", "7"), ("x=a b", "7"),
])  # fmt: skip
def test_overrides_that_make_no_good_folder_are_replaced_by_the_number(dirname, expected):
    assert _job_folder(dirname, 7) == expected


@pytest.mark.parametrize("words", [
    ["market.n_frims=4"], ["market=enrgy"], ["seed=x"], ["seed"], ["+x=1"], ["seed=[1"], ["seed=1,2"], ["~seed"],
    ["market.franchise_months=12"], ["market.firms_table=nothing"], ["hydra.x=1"], ["hydra/launcher=x"],
    ["-m", "seed=1,x"], ["-m", "market=rail,enrgy"], ["-m", "market=rail", "market.n_firms=1,2"], ["-m", "seed=interval(2,1)"],
    ["--cfg", "job", "seed=x"], ["--cfg", "jb"], ["--cfg", "job", "-m"], ["--resolve"], ["--info", "nothing"], ["--help", "seed=x"],
    ["--package", "market"], ["--cfg", "hydra", "--package", "market"], ["--cfg", "all", "--package", "hydra.launchr"],
    ["hydra.run.dir=there"], ["hydra.launcher.workers=2"], ["-m", "seed=1,2", "hydra.sweep.dir=there"], ["-r", "hydra.mode=MULTIRUN"],
    ["--nothing"], ["--config-dir"], ["--config-dir", "nowhere"], ["--cfg", "job", "--package", "marke"],
    ["--config-path", "."], ["-cp", "."], ["--config-name", "x"], ["-cn", "x"], ["--experimental-rerun", "x.pickle"],
    ["--shell-completion"], ["--shell-completion", "install=nothing"],
    ["firms.strategy=mine:Thrifty"], ["results_dir=''"], ["name=../x"],
])  # fmt: skip
def test_bad_input_is_one_line_exit_two_and_nothing_done(refused, simulation, words):
    refused("run", *words)
    assert simulation.configs == []


@pytest.mark.parametrize("multirun", [[], ["-m", BASIC]])
def test_a_results_folder_that_cannot_be_is_found_out_before_simulating(refused, simulation, multirun):
    Path("file").write_text("")
    assert refused("run", *multirun, "results_dir=file/below").startswith("cxsim: results folder file/below/run: it cannot be written")
    assert simulation.configs == []


def test_an_error_while_running_is_one_line_too(cxsim, simulation):
    from cxsim.config.errors import ResultsError

    simulation.fails = ResultsError("The disk is full.")
    assert cxsim("run") == (2, "", "cxsim: The disk is full.\n")
    assert cxsim("-m", BASIC, "seed=1,2") == (2, "", "cxsim: The disk is full.\n")


@pytest.mark.parametrize("words", [["run"], ["-m", BASIC, "seed=1,2"]])
def test_an_interrupt_is_one_line(cxsim, simulation, words):
    simulation.fails = KeyboardInterrupt()
    code, out, err = cxsim(*words)
    assert (code, out, err.count("\n")) == (130, "", 1)


def test_a_fault_of_ours_is_not_hidden(cxsim, simulation):
    simulation.fails = ZeroDivisionError("a fault")
    code, _, err = cxsim("run")
    assert code == 1
    assert "ZeroDivisionError: a fault" in err


def test_cfg_shows_every_value_resolved_and_runs_nothing(cxsim, simulation):
    code, out, err = cxsim("run", "--cfg", "job", *NAMES)
    assert (code, err) == (0, "")
    assert yaml.safe_load(out) == resolved(load(*NAMES))
    code, out, _ = cxsim("run", *NAMES, "--cfg", "job", "--package", "market")
    assert yaml.safe_load(out) == resolved(load(*NAMES))["market"]
    code, out, _ = cxsim("run", *NAMES, "--cfg", "all", "-p", "hydra.launcher")
    assert yaml.safe_load(out)["executor"] == "auto"
    code, out, _ = cxsim("run", "--cfg", "all", "seed=3")
    assert yaml.safe_load(out)["hydra"]["overrides"]["task"] == ["seed=3"]
    assert simulation.configs == []


def test_options_and_overrides_may_be_mixed(cxsim, simulation):
    first = cxsim("run", "seed=3", "--cfg", "job", "name=x")
    assert first == cxsim("run", "--cfg=job", "seed=3", "name=x")
    assert first[0] == 0


def test_help_shows_presets_values_and_our_own_options_only(cxsim, simulation):
    code, out, err = cxsim("run", "--help")
    assert (code, err) == (0, "")
    for word in ("market: ", "rail", "n_firms: ", "--multirun", "--config-dir", "experiment=NAME"):
        assert word in out
    for word in ("--experimental-rerun", "--config-name", "--config-path", "$"):
        assert word not in out.replace('"$(cxsim', "")


def test_info_shows_where_things_come_from(cxsim, simulation, tmp_path):
    (tmp_path / "market").mkdir()
    (tmp_path / "market" / "mine.yaml").write_text("n_firms: 3\n")
    code, out, _ = cxsim("run", "--info", "searchpath", "--config-dir", str(tmp_path))
    assert code == 0
    assert out.index(str(tmp_path)) < out.index("| main ")


def test_a_folder_of_ones_own(cxsim, simulation, tmp_path):
    (tmp_path / "market").mkdir()
    (tmp_path / "experiment").mkdir()
    (tmp_path / "market" / "energy.yaml").write_text("n_firms: 3\n")
    (tmp_path / "experiment" / "mine.yaml").write_text("# @package _global_\nmonths: 7\nname: theirs\n")
    assert cxsim("run", "--config-dir", str(tmp_path), "market=energy", "experiment=mine")[0] == 0
    assert cxsim("run", "market=energy")[0] == 0
    own, common = simulation.configs
    assert own == load("market=energy", "experiment=mine", config_dir=tmp_path)
    assert (own.market.n_firms, own.months) == (3, 7)
    assert common == load("market=energy")
    assert simulation.written[0] == Path("results/theirs")


def test_an_experiment_that_sweeps(cxsim, simulation, tmp_path):
    (tmp_path / "experiment").mkdir()
    text = "# @package _global_\nname: sweep\nhydra:\n  mode: MULTIRUN\n  sweeper:\n    params:\n      seed: 3,4\n"
    (tmp_path / "experiment" / "mine.yaml").write_text(text)
    code, _, err = cxsim("run", "--config-dir", str(tmp_path), "experiment=mine", BASIC)
    assert (code, err) == (0, "")
    assert [config.seed for config in simulation.configs] == [3, 4]
    assert simulation.written == [Path(f"results/sweep/experiment=mine,seed={seed}") for seed in (3, 4)]


def test_an_experiment_that_sweeps_is_one_run_where_one_is_asked_for(cxsim, simulation):
    assert cxsim("run", "--run", "experiment=price_walk_ban")[0] == 0
    assert simulation.configs == [load("experiment=price_walk_ban")]


def test_parts_of_lists_and_mappings_reach_the_run(cxsim, simulation):
    words = ["firms.initial_levers.hidden_fee=0.5", "customers.segments.0.attention=2.5", "+seed=9"]
    assert cxsim("run", *words)[0] == 0
    assert simulation.configs == [load(*words)]
    assert simulation.configs[0].firms.initial_levers == {"hidden_fee": 0.5}


@pytest.mark.parametrize(("line", "expected"), [("cxsim market=ra", ["market=rail"]), ("cxsim run seed=1 market=ra", ["market=rail"]),
                                                ("cxsim run market.n_f", ["market.n_firms="])])  # fmt: skip
def test_shell_completion(cxsim, monkeypatch, line, expected):
    monkeypatch.setenv("COMP_LINE", line)
    code, out, _ = cxsim("run", "-sc", "query=bash")
    assert (code, out.split()) == (0, expected)


@pytest.mark.skipif(importlib.util.find_spec("cxsim.market.model") is None, reason="the market is not part of this installation")
def test_a_whole_run_writes_results(cxsim, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["market=generic", "market.n_customers=40", "months=2", "burn_in=0", "figures=false", "name=small"]
    code, out, err = cxsim("run", *words)
    assert (code, err) == (0, "")
    assert out.endswith("Results: results/small\n")
    from cxsim.results.run import Run

    assert Run.load("results/small").config == load(*words)
