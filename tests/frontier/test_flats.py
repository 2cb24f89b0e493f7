import numpy as np
import pytest

from cxsim.frontier.flats import FROM, NOWHERE, THROUGHOUT, UNDECIDED, flat, margin

LUCK = np.random.default_rng(5).normal(0, 3, 8)
NOISE = np.random.default_rng(6).normal(0, 0.02, (5, 8))


def row(*means, noise=NOISE):
    return np.array(means, float)[:, None] + LUCK + noise[: len(means)]


def test_a_row_that_does_not_move_is_flat_from_the_first_level():
    found = flat(row(5, 5, 5, 5), 0.1)
    assert (found.verdict, found.start) == (NOWHERE, 0)
    assert found.whole.low < 0 < found.whole.high


def test_it_stops_where_the_plateau_begins():
    found = flat(row(5, 3, 1, 1, 1), 0.1)
    assert (found.verdict, found.start) == (FROM, 2)
    assert found.whole.high < -3.9
    assert -0.1 <= found.beyond.low <= found.beyond.high <= 0.1


def test_a_row_that_still_moves_at_the_end_matters_throughout():
    assert flat(row(5, 4, 3, 2), 0.1).verdict == THROUGHOUT
    assert flat(row(5, 4, 3, 2), 0.1).start is None


def test_what_cannot_be_told_is_not_called_flat():
    # Differences vary by 5 between replications: no interval can lie within a margin of 0.1, nor can zero be ruled out.
    wild = np.random.default_rng(7).normal(0, 5, (4, 8))
    assert flat(row(5, 5, 5, 5, noise=wild), 0.1).verdict == UNDECIDED


def test_luck_that_all_levels_share_does_not_matter():
    calm, stormy = row(5, 3, 1, 1), row(5, 3, 1, 1) + 100 * LUCK
    for part in ("beyond", "whole"):
        np.testing.assert_allclose(getattr(flat(calm, 0.1), part), getattr(flat(stormy, 0.1), part), atol=1e-9)
    assert flat(calm, 0.1).verdict == flat(stormy, 0.1).verdict


def test_a_wrong_claim_of_flatness_is_rare():
    """The whole 95 % interval must lie within the margin, so a true difference of one margin passes in at most 2.5 % of cases
    (Schuirmann 1987: two one-sided tests)."""
    draw = np.random.default_rng(8)
    wrong = 0
    for _ in range(2000):
        last = draw.normal(0, 1, 6)
        wrong += flat(np.array([last + 1.0 + draw.normal(0, 0.4, 6), last]), 1.0).verdict == NOWHERE
    assert wrong / 2000 <= 0.035


def test_the_margin_is_a_share_of_how_far_means_go_apart():
    values = np.array([[1.0, 3.0], [5.0, 7.0]])
    assert margin(values, 0.25) == pytest.approx(1.0)
