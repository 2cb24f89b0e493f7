import pytest

from cxsim.config.errors import BadValueError, ContradictionError, CxsimError, UnknownPresetError
from cxsim.config.load import load
from cxsim.config.sweeps import plan


@pytest.fixture
def experiment(tmp_path):
    def make(text):
        (tmp_path / "experiment").mkdir(exist_ok=True)
        (tmp_path / "experiment" / "mine.yaml").write_text(f"# @package _global_\n{text}")
        return tmp_path

    return make


def test_one_run_is_what_load_gives():
    overrides = ["market=rail", "seed=3"]
    planned = plan(overrides)
    assert planned.configs == [load(*overrides)]
    assert not planned.multirun


def test_a_multirun_is_every_combination_as_load_gives_it():
    planned = plan(["market=rail,generic", "seed=3,4", "customers.segments.0.attention=1.5", "name=x"], multirun=True)
    fixed = ["customers.segments.0.attention=1.5", "name=x"]
    expected = [load(f"market={market}", f"seed={seed}", *fixed) for market in ("rail", "generic") for seed in (3, 4)]
    assert planned.configs == expected
    assert planned.multirun


def test_interpolated_values_follow_what_they_refer_to():
    planned = plan(["market.n_customers=100,200", "market.population=${market.n_customers}"], multirun=True)
    assert [config.market.population for config in planned.configs] == [100, 200]


def test_a_mapping_is_merged_as_hydra_merges_it():
    words = ["firms.initial_levers.overpromise=0.1", "firms.initial_levers={hidden_fee: 0.5}", "seed=1,2"]
    planned = plan(words, multirun=True)
    assert planned.configs == [load(*words[:2], f"seed={seed}") for seed in (1, 2)]
    assert planned.configs[0].firms.initial_levers == {"overpromise": 0.1, "hidden_fee": 0.5}


@pytest.mark.parametrize("word", ["market.n_firms=3,0", "market.n_firms=3,x", "market=rail,enrgy", "seed=interval(2,1)",
                                  "market=rail,generic market.n_firms=1,5", "hydra.nothing=3", "hydra/launcher=nothing"])  # fmt: skip
def test_one_bad_run_spoils_them_all_before_the_first(word):
    with pytest.raises(CxsimError):
        plan(word.split(), multirun=True)


def test_an_experiment_may_ask_for_a_sweep(experiment):
    folder = experiment("hydra:\n  mode: MULTIRUN\n  sweeper:\n    params:\n      seed: 3,4\n      market: rail,generic\n")
    planned = plan(["experiment=mine", "months=5"], folder)
    assert planned.multirun
    both = [[f"seed={seed}", f"market={market}"] for seed in (3, 4) for market in ("rail", "generic")]
    assert [config.market for config in planned.configs] == [load(*words).market for words in both]
    assert [(config.seed, config.months) for config in planned.configs] == [(3, 5), (3, 5), (4, 5), (4, 5)]
    bad = experiment("hydra:\n  sweeper:\n    params:\n      market: rail,enrgy\n")
    with pytest.raises(UnknownPresetError):
        plan(["experiment=mine"], bad, multirun=True)


@pytest.mark.parametrize("text", [
    "hydra:\n  callbacks:\n    mine:\n      _target_: os.system\n",
    "hydra:\n  job_logging:\n    handlers:\n      mine:\n        class: mine.Handler\n",
    "hydra:\n  hydra_logging:\n    formatters:\n      mine:\n        (): mine.Formatter\n",
])  # fmt: skip
def test_a_preset_cannot_smuggle_code_in(experiment, text):
    folder = experiment(text)
    for multirun in (False, True):
        with pytest.raises(ContradictionError, match="allow_user_code=true"):
            plan(["experiment=mine"], folder, multirun)
    plan(["experiment=mine", "allow_user_code=true"], folder)


def test_an_interval_is_for_a_sample_or_a_search_and_not_for_a_list_of_jobs():
    assert plan(["market.attention=interval(0,1)", "seed=1,2"], multirun=True).grid.ranges == {"market.attention": (0.0, 1.0)}
    with pytest.raises(BadValueError, match="sample"):
        plan(["market.attention=interval(0,1)", "hydra/launcher=basic"], multirun=True)


def test_a_later_override_replaces_an_earlier_one_swept_or_not():
    assert [config.seed for config in plan(["seed=1,2", "seed=3"], multirun=True).configs] == [3]
    assert [config.seed for config in plan(["seed=3", "seed=1,2"], multirun=True).configs] == [1, 2]


def test_values_that_need_another_to_stand_are_fine_where_it_is_swept_too(tmp_path):
    table = tmp_path / "firms.csv"
    table.write_text("name,share\na,0.5\nb,0.5\n")
    # The preset's number of firms contradicts the table, and no run has both.
    words = ["market=generic", f"market.firms_table={table}", "market.n_firms=null,2", "hydra/launcher=basic"]
    configs = plan(words, multirun=True).configs
    assert [config.market.n_firms for config in configs] == [None, 2]


def test_a_large_grid_is_taken_without_listing_its_runs():
    words = ["market.n_customers=range(1000,3000)", "customers.vigilance=range(0,1,0.001)"]
    assert len(plan(words, multirun=True).grid) == 2_000_000
    with pytest.raises(CxsimError, match="at most"):
        plan([*words, "hydra/launcher=basic"], multirun=True)


def test_a_single_run_needs_no_more_of_hydra_unless_its_settings_say_so(experiment):
    planned = plan(["market=rail", "seed=3", "hydra.run.dir=."])
    assert planned.idle
    assert list(planned.task) == ["market=rail", "seed=3"]
    for word in ("hydra.job.chdir=true", "hydra.output_subdir=.hydra", "+hydra.job.env_set.A=1", "hydra/job_logging=default"):
        assert not plan([word]).idle, word
    assert not plan(["experiment=mine"], experiment("hydra:\n  run:\n    dir: there\n")).idle
    assert not plan(["seed=1,2"], multirun=True).idle
