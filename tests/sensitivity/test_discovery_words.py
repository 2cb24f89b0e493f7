import numpy as np
import pytest

from cxsim.analysis.conditions import condition
from cxsim.sensitivity import discovery_words as words
from cxsim.sensitivity.boxes import Box
from cxsim.sensitivity.outcomes import regimes
from cxsim.sensitivity.ranges import select


@pytest.fixture(scope="module")
def alone():
    return regimes(["market=generic"], "regulator=fca")


@pytest.fixture(scope="module")
def both():
    return regimes(["market=generic"], "regulator=fca", "regulator=none")


def test_failing_is_told_as_a_clause(alone, both):
    assert words.failing(alone, condition("hidden_fees>1.5")) == "hidden fees above £1.5 a month with regulator=fca"
    assert words.failing(both, condition("experience<0")) == "experience lower with regulator=fca than with regulator=none"
    assert words.failing(both, condition("experience<-2")) == (
        "the difference in experience, regulator=fca less regulator=none, below -2"
    )  # fmt: skip


def test_limits_are_told_with_units(alone):
    factors = select(alone.configs, "market.reference_price,market.attention,market.n_firms=1:8").factors
    box = Box(np.array([45.0, -np.inf, 1.5]), np.array([55.0, 0.03, np.inf]))
    said = words.limits(factors, box)
    assert said.startswith(
        "when market.reference_price is between £45 a month and £55 a month, market.attention is below 0.03 a month and "
    )
    assert said.endswith("market.n_firms is above 1.5 firms")


def test_cases_too_close_to_call_are_counted(failing_asked):
    factors, fails = failing_asked.selection.factors, failing_asked.fails
    # Half a hundredth apart, so that three cases of a hundred lie within their own noise of the threshold.
    values = np.linspace(0, 1, 101)[:, None] + np.array([-0.001, 0.001])
    assert words._close(fails, values) == ["In 3 % of cases the 2 replications do not decide whether it fails."]
    assert words._close(fails, values[:, :1]) == []
    said = words.findings(failing_asked.regimes, fails, factors, values.mean(axis=1) < 0.05, values, None)
    assert "There are too few failures" in said[0]
