"""The adapter, on whichever version of the workbench is installed."""

import pickle
import warnings

import numpy as np
import pytest

from cxsim.config.errors import CxsimError
from cxsim.sensitivity.luck import seeds

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    ema = pytest.importorskip("ema_workbench")
    from cxsim.sensitivity.ema import CxsimModel, key_of, name_of

SMALL = ("market=generic", "months=2", "burn_in=0", "market.n_customers=40")


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture
def model():
    return CxsimModel(
        *SMALL, uncertainties="market.attention=0.1:0.3,market.n_firms=1:3",
        levers={"regulator": ["none", "fca"], "regulator.publicity": (0.1, 0.5)}, outcomes="experience,hidden_fees,profit", luck=True,
    )  # fmt: skip


def test_experiments_are_the_runs_of_cxsim(model):
    import cxsim

    experiments, outcomes = ema.perform_experiments(model, scenarios=2, policies=2)
    assert len(experiments) == 4
    for place, row in experiments.iterrows():
        same = {"market.n_firms": int(row["market__n_firms"]), "regulator.publicity": row["regulator__publicity"]}
        table = cxsim.sweep(
            {"market.attention": [row["market__attention"]]}, *SMALL, f"regulator={row['regulator']}",
            seed=int(seeds([row["luck"]], 1)[0]), executor="serial", progress=False, **same,
        )  # fmt: skip
        for name in ("experience", "hidden_fees", "profit"):
            assert outcomes[name][place] == table[name].item()


def test_parameters_and_outcomes_come_from_the_schema(model):
    names = [one.name for one in model.uncertainties]
    assert names == ["market__attention", "market__n_firms", "luck"]
    by_name = {one.name: one for one in [*model.uncertainties, *model.levers]}
    assert isinstance(by_name["market__n_firms"], ema.IntegerParameter)
    assert (by_name["market__attention"].lower_bound, by_name["market__attention"].upper_bound) == (0.1, 0.3)
    kinds = {one.name: one.kind for one in model.outcomes}
    assert kinds == {"experience": ema.ScalarOutcome.MAXIMIZE, "hidden_fees": ema.ScalarOutcome.MINIMIZE, "profit": ema.ScalarOutcome.INFO}


def test_without_luck_policies_are_paired():
    model = CxsimModel(*SMALL, uncertainties="market.attention=0.1:0.3", levers={"regulator": ["none", "fca"]})
    call = model.function
    assert call(market__attention=0.2, regulator="none") == call(market__attention=0.2, regulator="none")


def test_outcomes_are_means_over_replications():
    one, two = (CxsimModel(*SMALL, uncertainties=None, replications=count).function()["experience"] for count in (1, 3))
    assert one != two


def test_what_is_sent_to_workers_can_be_pickled_and_works_there(model):
    sent = pickle.loads(pickle.dumps(model.function))
    given = {"market__attention": 0.2, "market__n_firms": 2, "regulator": "fca", "regulator__publicity": 0.3, "luck": 0.4}
    assert sent(**given) == model.function(**given)


def test_outcomes_can_be_metrics_of_one_s_own():
    own = {"worst_off": {"table": "segments", "column": "experience", "across": "min"}}
    model = CxsimModel(*SMALL, uncertainties=None, outcomes="experience,worst_off", measures=own)
    found = model.function()
    assert found["worst_off"] < found["experience"]
    assert {one.name: one.kind for one in model.outcomes}["worst_off"] == ema.ScalarOutcome.MAXIMIZE


def test_names_go_there_and_back():
    assert name_of("market.n_firms") == "market__n_firms"
    assert key_of(name_of("customers.harm_weight")) == "customers.harm_weight"
    assert np.all([name_of(key).isidentifier() for key in ("market.n_firms", "regulator.fine_cap")])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"uncertainties": "market.attentio"}, "Did you mean market.attention"),
        ({"levers": {"regulator": ["none", "fac"]}}, "levers.regulator"),
        ({"levers": {"regulator": ["none"]}}, "two presets"),
        ({"levers": {"regulator.publicity": 0.3}}, "levers.regulator.publicity"),
        ({"uncertainties": "market.attention", "levers": "market.attention"}, "uncertain too"),
        ({"outcomes": "joy"}, "outcomes"),
    ],
)
def test_what_cannot_be_is_refused(options, words):
    with pytest.raises(CxsimError, match=words):
        CxsimModel("market=generic", **options)


def test_a_run_that_fails_says_why():
    call = CxsimModel(*SMALL, uncertainties=None, levers=None).function
    with pytest.raises(CxsimError, match="1 to 200"):
        call(market__n_firms=0)
