import json
import os
from pathlib import Path

import numpy as np
import pytest

from cxsim.cli.main import main
from cxsim.config.load import load
from cxsim.results.run import Run
from cxsim.results.window import window
from cxsim.sweeps.launch import long_forms
from cxsim.sweeps.reading import frame, read

from .conftest import GRID, TINY, assert_same

WORDS = ["run", "-m", *TINY, "figures=false", "market.n_firms=1,2,3", "regulator=none,minimal_capped", "replications=2"]


@pytest.fixture
def cxsim(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*words):
        code = main(list(words))
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_a_single_run_is_counted_as_one(cxsim):
    assert cxsim("run", "-m", *TINY, "name=study")[1] == "1 run done.\nResults: results/study\n"


def test_a_multirun_is_one_dataset_with_the_numbers_of_python(cxsim, reference):
    code, out, err = cxsim(*WORDS, "name=study", "hydra.launcher.workers=2", "executor=processes")
    assert (code, err) == (0, "")
    assert out == "12 runs done.\nResults: results/study\n"
    assert_same(frame(Path("results/study")), reference)
    record = json.loads(Path("results/study/sweep.json").read_text())
    assert record["command"].startswith("cxsim run -m market=generic")
    assert record["design"]["levels"] == GRID


@pytest.mark.parametrize("launcher", ["basic", pytest.param("joblib", marks=pytest.mark.slow),
                                      pytest.param("submitit_local", marks=pytest.mark.slow)])  # fmt: skip
def test_other_launchers_give_the_same_numbers(cxsim, reference, launcher):
    if launcher != "basic":
        pytest.importorskip(f"hydra_plugins.hydra_{launcher.partition('_')[0]}_launcher")
    assert cxsim(*WORDS, "name=study", f"hydra/launcher={launcher}")[0] == 0
    found = []
    for folder in Path("results/study").iterdir():
        run = Run.load(folder)
        last = run.monthly[run.monthly["month"] >= run.config.months - window(run.config.months)]
        for replication, rows in last.groupby("replication"):
            mean = np.mean(rows["experience"].to_numpy())
            found.append((folder.name.count("minimal_capped"), run.config.market.n_firms, replication, mean))
    expected = [
        (int(row["regulator"] == "minimal_capped"), row["market.n_firms"], row["replication"], row["experience"])
        for _, row in reference.iterrows()
    ]
    assert sorted(found) == sorted(expected)


def test_a_sweeper_that_goes_through_hydra_gets_the_objective(cxsim, reference, monkeypatch):
    # As a sweeper that searches would: Hydra hands over the jobs, and the launcher gives back one number each.
    from cxsim.cli.run import _hydra
    from cxsim.sweeps import launch

    told = []
    real = launch.launch_batch
    monkeypatch.setattr(launch, "launch_batch", lambda *batch: told.append(real(*batch)) or told[-1])
    settings = ["name=searched", "hydra.launcher.objective=hhi", "hydra.launcher.executor=serial"]
    assert _hydra(["--multirun"], [*WORDS[2:], *settings], None, lambda config: None) == 0
    assert told == [reference.groupby("point")["hhi"].mean().tolist()]
    found = frame(Path("results/searched/batch-0"))
    assert found["id"].tolist() == reference["id"].tolist()


@pytest.mark.parametrize(("word", "values"), [
    ("market.n_firms=range(1,4)", [1, 2, 3]), ("market.n_firms=choice(3,1)", [3, 1]), ("market.n_firms=sort(3,1,2)", [1, 2, 3]),
    ("regulator=glob(g*)", ["gdpr", "germany_pre_2018"]), ("market.attention=range(0.25,0.75,0.25)", [0.25, 0.5]),
    ("regulator.fine_cap=null,5", [None, 5]), ("market.n_firms=sort(range(1,4),reverse=true)", [3, 2, 1]),
    ("market.n_firms=int(choice(2.7,1.0))", [2, 1]), ("market.attention=float(range(0,2))", [0.0, 1.0]),
    ("market.n_firms=tag(a,b,choice(2,4))", [2, 4]), ("regulator=glob([c*,o*],exclude=co*)", ["cma", "ofcom", "ofgem", "orr"]),
    ("market.ban_price_walking=true,false", [True, False]),
])  # fmt: skip
def test_hydras_own_sweeps_work(cxsim, word, values):
    code, _, err = cxsim("run", "-m", *TINY, word, "name=study", "executor=serial")
    assert (code, err) == (0, "")
    key = word.partition("=")[0]
    found = read(Path("results/study"))[key].to_pylist()
    assert found == values


def test_intervals_are_a_sample_crossed_with_the_choices(cxsim):
    words = ["market.attention=interval(0.1,0.6)", "regulator=none,cma", "market.n_firms=interval(2,5)", "executor=serial"]
    assert cxsim("run", "-m", *TINY, *words, "samples=4", "name=study")[0] == 0
    found = frame(Path("results/study"))
    half = found[found["regulator"] == "none"]
    assert len(found) == 8
    for key in ("market.attention", "market.n_firms"):
        assert found[found["regulator"] == "cma"][key].tolist() == half[key].tolist()
    # Each quarter of a range is hit once (McKay, Beckman and Conover 1979), and so is each whole number.
    assert sorted(np.floor((half["market.attention"] - 0.1) / 0.125)) == [0, 1, 2, 3]
    assert sorted(half["market.n_firms"]) == [2, 3, 4, 5]
    record = json.loads(Path("results/study/sweep.json").read_text())["design"]
    assert record["kind"] == "factorial x latin hypercube"
    assert record["ranges"] == {"market.attention": [0.1, 0.6], "market.n_firms": [2.0, 5.0]}
    assert "8 of them earlier" in cxsim("run", "-m", *TINY, *words, "samples=4", "name=study")[1]


def test_a_sample_is_known_by_its_seed_and_sampler_and_has_ten_points_a_range(cxsim):
    words = [*TINY, "market.attention=interval(0.1,0.6)", "executor=serial"]
    points = []
    for more in (["name=a"], ["name=b", "seed=2"], ["name=c", "sampler=sobol"], ["name=d", "seed=1,2"]):
        assert cxsim("run", "-m", *words, *more)[0] == 0
        points.append(read(Path("results", more[0][-1]))["market.attention"].to_pylist())
    assert [len(found) for found in points] == [10, 10, 10, 20]
    assert len({tuple(found[:10]) for found in points}) == 3
    assert points[3] == points[0] * 2


def test_an_experiment_may_hold_intervals_and_a_table_of_points(cxsim, tmp_path):
    (tmp_path / "mine" / "experiment").mkdir(parents=True)
    head = "# @package _global_\nmonths: 2\nburn_in: 0\nmarket:\n  n_customers: 30\nhydra:\n  mode: MULTIRUN\n"
    sampled = "  launcher:\n    samples: 3\n  sweeper:\n    params:\n      market.attention: interval(0.1,0.6)\n"
    (tmp_path / "mine" / "experiment" / "sampled.yaml").write_text(head + sampled)
    (tmp_path / "mine" / "experiment" / "listed.yaml").write_text(head + "  launcher:\n    design: points.csv\n")
    (tmp_path / "points.csv").write_text("market.n_firms,regulator\n2,none\n3,cma\n")
    assert cxsim("run", "--config-dir", "mine", "experiment=sampled", "name=sampled")[1].startswith("3 runs done")
    assert cxsim("run", "--config-dir", "mine", "experiment=listed", "name=listed")[1].startswith("2 runs done")


def test_a_table_of_points_is_crossed_with_what_else_takes_several_values(cxsim, tmp_path):
    (tmp_path / "my points=1.csv").write_text("market.n_firms,regulator\n2,none\n3,cma\n")
    words = ["run", "-m", *TINY, "design=my points=1.csv", "firms=mixed,imitator", "name=study"]
    assert cxsim(*words) == (0, "4 runs done.\nResults: results/study\n", "")
    found = frame(Path("results/study"))[["firms", "market.n_firms", "regulator"]].values.tolist()
    assert found == [["mixed", 2, "none"], ["mixed", 3, "cma"], ["imitator", 2, "none"], ["imitator", 3, "cma"]]
    (tmp_path / "my points=1.csv").write_text("market.n_firms,regulator\n2,none\n4,cma\n")
    code, _, err = cxsim(*words)
    assert code == 2
    assert "another sweep; the points of the design have other values" in err


@pytest.mark.parametrize(("text", "said"), [
    ("market.n_frims\n2\n", "Did you mean market.n_firms"), ("market.n_firms\n", "no rows"), ("market.attention\n0.5\nnan\n", "attention"),
    ("market.attention\n0.5\n\"\"\n", "attention"), ("market.n_firms\n2\n1000\n", "1 to 200"), ("regulator\nnobody\n", "no such preset"),
    ("name\na\n", "whole sweep"), ("market.n_firms,market.n_firms\n1,2\n", "twice"),
])  # fmt: skip
def test_a_table_that_cannot_be_is_one_line_and_nothing_is_written(cxsim, tmp_path, text, said):
    (tmp_path / "points.csv").write_text(text)
    code, out, err = cxsim("run", "-m", *TINY, "design=points.csv")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert os.listdir() == ["points.csv"]


def test_an_experiment_names_a_sweep_and_its_executor(cxsim, tmp_path):
    (tmp_path / "mine" / "experiment").mkdir(parents=True)
    (tmp_path / "mine" / "experiment" / "firms.yaml").write_text(
        "# @package _global_\nname: firms\nmonths: 2\nburn_in: 0\nreplications: 2\nmarket:\n  n_customers: 30\n"
        "hydra:\n  mode: MULTIRUN\n  launcher:\n    executor: serial\n    monthly: true\n"
        "  sweeper:\n    params:\n      market.n_firms: 1,3\n"
    )
    assert cxsim("run", "--config-dir", "mine", "experiment=firms") == (0, "4 runs done.\nResults: results/firms\n", "")
    assert len(read(Path("results/firms"), "monthly")) == 8


def test_the_same_command_goes_on_and_another_is_refused(cxsim):
    assert cxsim(*WORDS, "name=study")[0] == 0
    assert cxsim(*WORDS, "name=study")[:2] == (0, "12 runs done, 12 of them earlier.\nResults: results/study\n")
    code, out, err = cxsim(*WORDS, "name=study", "market.n_firms=1,2,4")
    assert (code, out) == (2, "")
    assert err == (
        f"cxsim: {Path('results/study')}: it holds another sweep; market.n_firms takes 1, 2, 3 there, 1, 2, 4 here. To keep both, "
        "give another name (name=NAME on the command line, folder= from Python), or remove the folder.\n"
    )


def test_without_a_name_each_sweep_has_a_folder_of_its_own(cxsim):
    for _ in range(2):
        for months in (1, 2):
            assert cxsim("run", "-m", *TINY, f"months={months}", "seed=1,2", "executor=serial")[0] == 0
    assert len(os.listdir("results")) == 2


def test_failures_are_told_and_can_be_tried_again(cxsim, own_code):
    spec = own_code("fails_once", "if not os.path.exists('mended'):\n    raise RuntimeError('by design')")
    words = ["run", "-m", *TINY, f"firms.strategy={spec}", "allow_user_code=true", "market.review_months=1", "seed=1,2", "name=study",
             "executor=serial"]  # fmt: skip
    code, out, _ = cxsim(*words)
    assert code == 0
    assert "All of them failed: cxsim results results/study --failures says why, --retry-failed tries them again." in out
    Path("mended").write_text("")
    assert "2 of them earlier" in cxsim(*words)[1]
    assert cxsim(*words, "--retry-failed")[1] == "2 runs done.\nResults: results/study\n"
    assert read(Path("results/study"), "failures").num_rows == 0


@pytest.mark.parametrize("words", [
    ["-m", "name=a,b"], ["-m", "replications=1,2"], ["-m", "seed=1,2", "executor=procs"], ["-m", "seed=1,2", "executor.workers=0"],
    ["-m", "seed=1,2", "executor.address=tcp://x:1"], ["-m", "seed=1,2", "executor.adress=x"], ["executor=serial"], ["--monthly"],
    ["--retry-failed"], ["-m", "seed=1,2", "hydra.launcher.objective=joy"], ["-m", "seed=1,2", "hydra.launcher.monthly=maybe"],
    ["-m", "seed=1,2", "hydra.launcher.nothing=1"], ["-m", "seed=1,2", "hydra/launcher=basic", "executor=serial"],
    ["-m", "market.n_firms=0,1"], ["-m", "market.n_frims=1,2"], ["-m", "seed=interval(1,0)"], ["-m", "regulator=glob(zz*)"],
    ["-m", "market.attention=interval(0,7)"], ["-m", "regulator=interval(0,1)"], ["-m", "market.ban_price_walking=interval(0,1)"],
    ["-m", "name=interval(0,1)"], ["-m", "market.attention=interval(0,1)", "samples=0"], ["-m", "seed=1,2", "sampler=sobl"],
    ["-m", "market.attention=interval(0,1)", "hydra/launcher=basic"], ["-m", "seed=1,2", "design=nowhere.csv"], ["samples=4"],
    ["-m", "market.n_firms=interval(2.1,2.9)"], ["-m", "seed=1,2", "samples=x"],
    ["-m", "seed=1,2", "executor="], ["-m", "executor=serial,dask"],
])  # fmt: skip
def test_bad_input_is_one_line_and_nothing_is_written(cxsim, words):
    code, out, err = cxsim("run", *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert os.listdir() == []


def test_short_forms_mean_the_launchers_settings():
    assert long_forms(["executor=dask", "executor.address=tcp://x:1", "seed=1", "executor.workers=2"]) == [
        "hydra.launcher.executor=dask", "hydra.launcher.address=tcp://x:1", "seed=1", "hydra.launcher.workers=2",
    ]  # fmt: skip


def test_a_single_run_does_not_care_about_the_launcher():
    assert load(*TINY).months == 2
