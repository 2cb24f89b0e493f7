import math

import numpy as np
import pytest

from cxsim.validation.case import AGREES, DIFFERS, FAILS
from cxsim.validation.cases.logit_bertrand import CASE


def test_agreement_needs_the_whole_interval_inside_the_tolerance():
    close = CASE.finding("x", 1.0, [1.001, 0.999, 1.0, 1.0], 0.01)
    noisy = CASE.finding("x", 1.0, [0.5, 1.5, 0.7, 1.3], 0.01)
    assert (close.verdict, noisy.verdict) == (AGREES, FAILS)
    assert noisy.mean == pytest.approx(1.0)


def test_noise_never_helps():
    rng = np.random.default_rng(1)
    draws = rng.normal(1.0, 1.0, 12)
    draws += 1.009 - draws.mean()
    verdicts = [CASE.finding("x", 1.0, 1.009 + scale * (draws - 1.009), 0.01).verdict for scale in (0.0, 1e-6, 0.1, 1.0)]
    assert verdicts == [AGREES, AGREES, FAILS, FAILS]


def test_tolerance_is_relative_unless_said():
    assert CASE.finding("x", 200.0, [201.0], 0.01).verdict == AGREES
    assert CASE.finding("x", 200.0, [201.0], 0.01, relative=False).verdict == FAILS


def test_nan_fails_and_unjudged_rows_never_do():
    assert CASE.finding("x", 1.0, [math.nan], 10.0).verdict == FAILS
    assert CASE.finding("x", 1.0, [99.0], 0.01, judged=False).verdict == DIFFERS
