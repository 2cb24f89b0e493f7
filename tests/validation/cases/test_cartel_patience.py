import pytest

from cxsim.validation.cases.cartel_patience import CASE, threshold
from tests.validation.cases.quick import assert_agrees, quick


def test_the_engine_agrees_with_theory():
    assert_agrees(quick(CASE))


@pytest.mark.parametrize("edge", [0.1, 0.37, 0.9])
def test_bisection_finds_the_edge(edge):
    assert threshold(lambda at: at > edge, 0.0, 1.0, 20) == pytest.approx(edge, abs=1e-6)
