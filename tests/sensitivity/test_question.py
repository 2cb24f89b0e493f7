import pytest

from cxsim.config.errors import CxsimError
from cxsim.sensitivity.question import batches, question

BASE = ["market=generic", "regulator=fca"]


def test_the_default_is_screening_all_guesses_then_indices_of_six():
    asked = question(BASE)
    factors = len(asked.selection.factors)
    assert factors > 40
    assert asked.config.market.n_customers == 1000
    assert asked.runs == (8 * (factors + 2), 64 * 9)


def test_runs_count_regimes_and_replications():
    asked = question(
        ["market=generic", "replications=3"], regime="regulator=fca", versus="regulator=none", vary="customers.*", top=2, rows=8
    )
    assert asked.runs == (8 * (len(asked.selection.factors) + 2) * 6, 8 * 5 * 6)
    assert question(BASE, method="morris").runs[1] == 0
    assert question(BASE, method="sobol", vary="customers.vigilance,market.attention").runs == (0, 64 * 5)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "moris"}, "Did you mean morris"),
        ({"metrics": "x"}, "--metrics"),
        ({"trajectories": 1}, "--trajectories"),
        ({"rows": 100}, "a power of two"),
        ({"top": 0}, "--top"),
        ({"resamples": 10}, "--resamples"),
        ({"vary": "nothing"}, "--vary"),
        ({"versus": ""}, "the same as the regime"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, words):
    with pytest.raises(CxsimError, match=words):
        question(BASE, **options)


@pytest.mark.parametrize(
    ("total", "first", "expected"),
    [(64, 64, [(0, 64)]), (16, 64, [(0, 16)]), (256, 64, [(0, 64), (64, 128), (128, 256)]), (20, 8, [(0, 8), (8, 16), (16, 20)])],
)
def test_batches_double(total, first, expected):
    assert batches(total, first) == expected
