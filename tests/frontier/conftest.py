"""A frontier of a few short runs, asked once for all tests, and numbers made up for the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cxsim.analysis.answer import Answer
from cxsim.analysis.runs import Execution
from cxsim.frontier.axes import axis
from cxsim.frontier.maps import Grid, Maps
from cxsim.frontier.question import Question, question
from cxsim.frontier.study import study

TINY = ("market=generic", "regulator=stylised_continental", "market.n_customers=40", "months=26", "burn_in=0", "replications=2")
LEVERS = {"x": "regulator.annual_funding=1e5,1e6", "y": "regulator.fine_cap=1e5,null", "panels": "market.n_firms=1,2"}


@pytest.fixture(scope="session")
def asked(tmp_path_factory) -> Question:
    folder = tmp_path_factory.mktemp("frontier")
    return question((*TINY, f"results_dir={folder}", "name=tiny"), **LEVERS, metrics="experience,hidden_fees", kept="0,1", resamples=100)


@pytest.fixture(scope="session")
def answer(asked) -> Answer:
    return study(asked, Execution("serial", progress=False))


@pytest.fixture(scope="session")
def saved(asked, answer) -> Path:
    from cxsim.frontier.study import folder

    return answer.save(folder(asked))


@pytest.fixture
def grid() -> Grid:
    return Grid(
        axis("regulator.annual_funding=1e5:1e6:3", "--x"), axis("regulator.fine_cap=1e5,1e6,null", "--y"), axis("market.n_firms=2,5", "--p")
    )


@pytest.fixture
def maps(grid) -> Maps:
    """Hidden fees that fall with funding and cap only where both are high, with luck that all cells share."""
    luck = np.random.default_rng(1).normal(0, 5, 6)
    x, y = np.meshgrid(np.arange(3), np.arange(3))
    fall = np.where((x >= 1) & (y >= 1), 2.0, 0.0)
    small = np.random.default_rng(2).normal(0, 0.01, (2, 3, 3, 6))
    cost = np.broadcast_to(np.array([1e5, 3e5, 1e6])[None, None, :, None], (2, 3, 3, 6))
    return Maps(grid, {"hidden_fees": 10 - fall[None, :, :, None] + luck + small, "spending": cost + 0.0})
