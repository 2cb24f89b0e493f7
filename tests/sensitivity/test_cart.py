import builtins

import numpy as np
import pytest

from cxsim.config.errors import CxsimError
from cxsim.sensitivity.boxes import fit
from cxsim.sensitivity.cart import leaves


def made(seed=1):
    draw = np.random.default_rng(seed)
    points = draw.random((300, 8))
    return points, draw.random(300) < np.where((points[:, 0] > 0.6) & (points[:, 1] < 0.5), 0.9, 0.05)


def test_the_best_leaf_is_the_known_box():
    pytest.importorskip("sklearn")
    points, fails = made()
    best = leaves(points, fails, 0.05)[0]
    assert best.restricted() == [0, 1]
    assert best.low[0] == pytest.approx(0.6, abs=0.05)
    assert best.high[1] == pytest.approx(0.5, abs=0.05)


def test_leaves_do_not_overlap_and_are_as_large_as_asked():
    pytest.importorskip("sklearn")
    points, fails = made(2)
    found = leaves(points, fails, 0.1)
    inside = np.array([box.holds(points) for box in found])
    assert inside.sum(axis=0).max() == 1
    assert inside.sum(axis=1).min() >= 30
    scores = [fit(box, points, fails).score for box in found]
    assert scores == sorted(scores, reverse=True)
    assert all(fit(box, points, fails).density > fails.mean() for box in found)


def test_what_is_decided_by_lot_gives_no_leaf_most_times():
    pytest.importorskip("sklearn")
    count = 0
    for seed in range(10):
        draw = np.random.default_rng(seed)
        count += bool(leaves(draw.random((200, 5)), draw.random(200) < 0.3, 0.05))
    assert count <= 3


def test_without_scikit_learn_the_message_says_what_to_do(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith("sklearn"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(CxsimError, match="cxsim\\[cart\\]"):
        leaves(*made(), 0.05)
