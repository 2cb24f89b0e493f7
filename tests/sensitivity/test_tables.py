import numpy as np

from cxsim.sensitivity.morris import Screening
from cxsim.sensitivity.tables import ABOVE, BELOW, NIL, verdicts


def test_parameters_are_judged_beside_luck():
    none = np.zeros((3, 4))
    found = Screening(
        none, np.ones(3), np.zeros(4), np.array([0.0, 0.3, 0.9, 3.0]), np.zeros(4), np.array([0.0, 0.1, 0.5, 2.0]),
        np.array([0.0, 0.6, 1.4, 4.0]), (1.0, 0.8, 1.2),
    )  # fmt: skip
    assert verdicts(found) == [NIL, BELOW, ABOVE, ABOVE]


def test_convergence_is_told_for_growing_samples(answer):
    frame = answer.tables["convergence"].frame
    assert sorted(frame.loc[frame["method"] == "Sobol'", "size"].unique()) == [8, 16]
    assert sorted(frame.loc[frame["method"] == "Morris", "size"].unique()) == [4, 9]
    assert set(frame["widest"]) <= {*answer.tables["varied"].frame["parameter"], "luck"}


def test_what_was_varied_has_range_and_meaning(answer):
    frame = answer.tables["varied"].frame.set_index("parameter")
    assert (frame.loc["market.attention", "low"], frame.loc["market.attention", "high"]) == (0.02, 0.4)
    assert frame.loc["market.attention", "range"] == "given"
    assert "half" not in frame.loc["customers.harm_weight", "range"]
    assert frame.loc["customers.harm_weight", "meaning"].startswith("Loss of experience")
