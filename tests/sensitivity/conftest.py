"""A small study and a small discovery, run once for all tests."""

from __future__ import annotations

import pytest

from cxsim.analysis.answer import Answer
from cxsim.analysis.runs import Execution

TINY = ("market=generic", "market.n_customers=60", "months=4", "burn_in=0")
QUIET = Execution("serial", progress=False)
VARIED = "market.attention=0.02:0.4,market.n_firms=1:5,customers.harm_weight,firms.disclosure_cost"


@pytest.fixture(scope="session")
def asked(tmp_path_factory):
    from cxsim.sensitivity.question import question

    folder = tmp_path_factory.mktemp("sensitivity")
    return question(
        (*TINY, f"results_dir={folder}", "name=tiny"), regime="regulator=fca market.max_hidden_fee=0.04", versus="regulator=none",
        vary=VARIED, metrics="experience,price_paid", trajectories=9, rows=16, top=2, resamples=100,
    )  # fmt: skip


@pytest.fixture(scope="session")
def answer(asked) -> Answer:
    pytest.importorskip("SALib")
    from cxsim.sensitivity.study import study

    return study(asked, QUIET)


@pytest.fixture(scope="session")
def failing_asked(tmp_path_factory):
    from cxsim.sensitivity.discovery_study import question

    folder = tmp_path_factory.mktemp("discovery")
    # Quality in the first months is hardly another than at the start, so that the start decides.
    varied = "market.initial_quality=0.2:0.8,market.attention=0.02:0.4,customers.harm_weight"
    return question((*TINY, f"results_dir={folder}", "name=tiny"), fails="quality<0.5", vary=varied, cases=90)


@pytest.fixture(scope="session")
def failing_answer(failing_asked) -> Answer:
    from cxsim.sensitivity.discovery_study import study

    return study(failing_asked, QUIET)
