import pytest

from cxsim.config.errors import ContradictionError
from cxsim.config.load import load
from cxsim.config.sweeps import plan

SEVERAL = "seed=1,2"
BASIC = "hydra/launcher=basic"


@pytest.mark.parametrize("word", ["hydra.run.dir=there", "hydra.verbose=true", "hydra.job.name=mine"])
def test_what_hydra_would_do_nothing_with_in_a_single_run_is_refused_and_taken_where_it_does(word):
    key = word.partition("=")[0]
    with pytest.raises(ContradictionError, match=rf"^{key}: .*results go to results_dir/name"):
        plan([word])
    for acting in ("hydra.output_subdir=.hydra", "hydra.job.chdir=true", "hydra/job_logging=default"):
        assert word in plan([word, acting]).overrides


@pytest.mark.parametrize("word", ["hydra.launcher.workers=2", "hydra.sweep.dir=there", "hydra.sweeper.max_batch_size=2", BASIC])
def test_what_is_for_several_runs_is_refused_in_one(word):
    key = word.partition("=")[0]
    with pytest.raises(ContradictionError, match=f"^{key}: it is for several runs; add --multirun"):
        plan([word])


@pytest.mark.parametrize("word", ["hydra.run.dir=there", "hydra.sweep.dir=there", "hydra.sweeper.max_batch_size=1", "hydra.verbose=true",
                                  "hydra.output_subdir=.hydra", "hydra.job.chdir=true", "hydra/job_logging=default"])  # fmt: skip
def test_what_the_own_launcher_does_not_go_by_is_refused(word):
    key = word.partition("=")[0]
    with pytest.raises(ContradictionError, match=f"^{key}: cxsim's own launcher does not go by it"):
        plan([SEVERAL, word], multirun=True)


def test_hydras_launcher_goes_by_the_folder_of_several_runs_and_not_by_that_of_one():
    assert len(plan([SEVERAL, BASIC, "hydra.sweep.dir=there"], multirun=True).configs) == 2
    with pytest.raises(ContradictionError, match=r"^hydra\.run\.dir: it is for a single run"):
        plan([SEVERAL, BASIC, "hydra.run.dir=there"], multirun=True)


def test_one_run_and_several_contradict_each_other():
    with pytest.raises(ContradictionError, match=r"^hydra\.mode=RUN: --multirun asks for several"):
        plan([SEVERAL, "hydra.mode=RUN"], multirun=True)
    assert not plan(["hydra.mode=RUN"]).multirun


@pytest.mark.parametrize("words", [["hydra.run.dir=.", "hydra.output_subdir=null", "hydra.verbose=false", "hydra/job_logging=none"],
                                   ["hydra.help.app_name=mine"]])  # fmt: skip
def test_what_says_what_holds_anyway_or_is_about_help_may_be_said(words):
    assert plan(words).idle
    assert len(plan([SEVERAL, *words], multirun=True).configs) == 2


@pytest.mark.parametrize("word", ["hydra.run.dir=.", "hydra.mode=MULTIRUN", BASIC, "hydra.launcher.workers=2"])
def test_a_configuration_alone_takes_no_setting_of_hydras(word):
    key = word.partition("=")[0]
    with pytest.raises(ContradictionError, match=f"^{key}: it is a setting of Hydra's for cxsim run"):
        load(word)


def test_a_search_path_finds_no_preset_and_is_refused():
    for read in (load, lambda word: plan([word]), lambda word: plan([word], multirun=True)):
        with pytest.raises(ContradictionError, match=r"^hydra\.searchpath: .*--config-dir"):
            read("hydra.searchpath=[here]")
