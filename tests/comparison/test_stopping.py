import numpy as np
import pytest
from scipy import stats

from cxsim.comparison.paired import paired
from cxsim.comparison.stopping import needed, sequential, too_wide

STUDIES = 1_500


def _study(rng, spread=1.0, pilot=10, precision=0.4, most=10_000, comparisons=1, mean=0.0):
    asked = []
    drawn = np.empty((0, comparisons))

    def sample(number):
        nonlocal drawn
        asked.append(number)
        drawn = np.vstack([drawn, mean + spread * rng.standard_normal((number - len(drawn), comparisons))])
        return drawn

    return sequential(sample, precision, pilot, most), asked


@pytest.mark.parametrize(("pilot", "precision"), [(5, 0.4), (10, 0.3), (20, 0.35)])
def test_stopping_keeps_the_confidence(pilot, precision):
    rng = np.random.default_rng(pilot)
    covered = 0
    for _ in range(STUDIES):
        differences, _ = _study(rng, pilot=pilot, precision=precision, mean=1.3)
        found = paired(differences, 0.0, pilot=pilot)
        covered += bool(found.low[0] <= 1.3 <= found.high[0])
    assert covered / STUDIES >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / STUDIES)


def test_another_metric_keeps_its_confidence_when_this_one_stops():
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(STUDIES):
        seen = np.empty((0, 2))

        def sample(number):
            nonlocal seen
            new = rng.standard_normal((number - len(seen), 2))
            new[:, 1] = 0.8 * new[:, 0] + 0.6 * new[:, 1]
            seen = np.vstack([seen, new])
            return seen[:, :1]

        sequential(sample, 0.5, 5, 1_000)
        found = paired(seen[:, 1], 0.0, pilot=5)
        covered += bool(found.low <= 0 <= found.high)
    assert covered / STUDIES >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / STUDIES)


def test_the_usual_interval_would_not_keep_it():
    """What the pilot's half-width is for: stopping as soon as the usual interval is narrow stops at samples that look too calm."""
    studies = 12_000
    drawn = np.random.default_rng(6).standard_normal((studies, 200))
    number = np.arange(5, 201)
    mean = (np.cumsum(drawn, axis=1) / np.arange(1, 201))[:, 4:]
    square = np.cumsum(drawn**2, axis=1)[:, 4:]
    half = stats.t.ppf(0.975, number - 1) * np.sqrt((square - number * mean**2) / (number - 1) / number)
    stop = (half <= 0.45).argmax(axis=1)
    assert (half.min(axis=1) <= 0.45).all()
    rows = np.arange(studies)
    covered = np.abs(mean[rows, stop]) <= half[rows, stop]
    assert covered.mean() < 0.95 - 4 * np.sqrt(0.95 * 0.05 / studies)


def test_all_intervals_are_as_narrow_as_asked_for():
    rng = np.random.default_rng(7)
    for spread in (0.1, 1.0, 3.0):
        differences, asked = _study(rng, spread, comparisons=3)
        found = paired(differences, 0.0, pilot=10)
        assert (found.high - found.low <= 2 * 0.4 + 1e-12).all()
        assert asked == sorted(set(asked))
    assert len(differences) > 100


def test_a_calm_pilot_is_enough():
    differences, asked = _study(np.random.default_rng(8), spread=0.01)
    assert asked == [10]
    assert len(differences) == 10


def test_there_are_never_more_than_allowed():
    differences, asked = _study(np.random.default_rng(9), spread=50.0, most=33)
    assert (len(differences), asked[-1]) == (33, 33)
    assert too_wide(differences, 0.4, 10)


def test_a_pilot_that_shows_no_spread_does_not_hide_what_comes_later():
    # The first ten replications are all equal (no case was ever opened, say); later ones are not.
    values = np.concatenate([np.zeros(10), np.random.default_rng(10).standard_normal(90)])[:, None]
    assert not too_wide(values[:10], 0.05, 10)
    found = paired(values, 0.0, pilot=10)
    assert found.high - found.low > 0.2


def test_what_is_needed_is_steins_number():
    """Stein (1945): n = (t(p-1) s / d)^2; t(9) at 0.975 is 2.2622 (tables of Student's t)."""
    pilot = np.array([1.0, -1.0] * 5)[:, None] * np.sqrt(0.9)  # standard deviation 1
    assert needed(pilot, 0.1, 10) == np.ceil((2.262157 / 0.1) ** 2)


def test_fewer_rows_than_asked_for_go_on_until_the_limit():
    rng = np.random.default_rng(11)
    asked = []

    def sample(number):
        asked.append(number)
        return rng.standard_normal((number // 2, 1)) * 9

    sequential(sample, 0.1, 6, 50)
    assert asked[-1] == 50
