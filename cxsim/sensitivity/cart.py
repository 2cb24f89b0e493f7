"""CART (Breiman, Friedman, Olshen and Stone 1984) as an alternative to PRIM: a tree's leaves as boxes. Through scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np

from cxsim.config.errors import CxsimError
from cxsim.sensitivity.boxes import Box, fit

DEPTH = 4
"""Most limits that a leaf may have."""


def leaves(points: np.ndarray, fails: np.ndarray, least: float, seed: int = 0) -> list[Box]:
    """Leaves in which failures are more frequent than overall, the best first by harmonic mean of coverage and density.

    The tree is pruned back to the size that predicts best on parts of the cases left out (cost-complexity pruning by five-fold
    cross-validation).

    Args:
        points: shape (cases, parameters).
        fails: whether each case fails.
        least: least share of the cases in a leaf.
        seed: of the folds.

    Raises:
        CxsimError: scikit-learn is not installed.
    """
    try:
        from sklearn.model_selection import GridSearchCV, StratifiedKFold
        from sklearn.tree import DecisionTreeClassifier
    except ImportError as error:
        raise CxsimError(
            "--method cart: scikit-learn is not installed; pip install 'cxsim[cart]' brings it, or take --method prim."
        ) from error
    size = max(2, int(np.ceil(least * len(points))))
    grower = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=size, random_state=seed)
    strengths = np.unique(np.clip(grower.cost_complexity_pruning_path(points, fails).ccp_alphas, 0, None))
    folds = min(5, int(fails.sum()), int((~fails).sum()))
    if folds >= 2 and len(strengths) > 1:
        split = StratifiedKFold(folds, shuffle=True, random_state=seed)
        search = GridSearchCV(grower, {"ccp_alpha": strengths}, cv=split, scoring="neg_brier_score")
        grower = search.fit(points, fails).best_estimator_
    else:
        grower.fit(points, fails)
    found = [(fit(box, points, fails), box) for box in _boxes(grower.tree_, points.shape[1]) if box.limits()]
    better = [one for one in found if one[0].density > fails.mean()]
    return [box for _, box in sorted(better, key=lambda one: -one[0].score)]


def _boxes(tree: Any, parameters: int) -> list[Box]:
    found: list[Box] = []
    stack = [(0, Box.everything(parameters))]
    while stack:
        node, box = stack.pop()
        if tree.children_left[node] == tree.children_right[node]:
            found.append(box)
            continue
        place, cut = int(tree.feature[node]), float(tree.threshold[node])
        high, low = box.high.copy(), box.low.copy()
        high[place] = min(high[place], cut)
        low[place] = max(low[place], np.nextafter(cut, np.inf))
        stack += [(int(tree.children_left[node]), Box(box.low, high)), (int(tree.children_right[node]), Box(low, box.high))]
    return found
