import pytest

from cxsim.comparison.measures import HEADLINES
from cxsim.comparison.settings import REPLICATIONS, made
from cxsim.config.errors import CxsimError


def test_what_is_not_given_keeps_its_default():
    found = made(replications=None, metrics=None, window=None)
    assert (found.replications, found.metrics, found.window, found.precision) == (REPLICATIONS, HEADLINES, "run", None)


def test_metrics_may_be_a_list_or_text():
    assert made(metrics="experience, trust,").metrics == made(metrics=["experience", "trust"]).metrics == ("experience", "trust")


@pytest.mark.parametrize(("given", "message"), [
    ({"replications": 1}, "replications: given 1; allowed: a whole number, 2 to 1,000,000 (an interval needs two)"),
    ({"replications": "many"}, "replications"), ({"replications": True}, "replications"), ({"replications": 2.5}, "replications"),
    ({"precision": 0}, "precision: given 0"), ({"precision": float("nan")}, "precision"), ({"precision": "x"}, "precision"),
    ({"precision": 1, "replications": 4}, "a pilot needs as many"),
    ({"precision": 1, "max_replications": 10}, "not fewer than the pilot's"),
    ({"precision": 1, "precision_metric": "trusts"}, "Did you mean trust?"),
    ({"precision_metric": "trust"}, "it goes together with precision"),
    ({"max_replications": 50}, "it goes together with precision"), ({"metrics": "trust,trust"}, "each once"), ({"metrics": ""}, "metrics"),
    ({"metrics": 3}, "metrics"), ({"metrics": ["nothing"]}, "metrics: given 'nothing'"), ({"focus": 3}, "focus"),
])  # fmt: skip
def test_what_cannot_be_is_said(given, message):
    with pytest.raises(CxsimError) as caught:
        made(**given)
    assert message in str(caught.value)
