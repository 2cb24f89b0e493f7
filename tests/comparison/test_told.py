"""What comparisons and studies of robustness are told by alike; their own tables and words are tested with them."""

import pytest

from cxsim.analysis.answer import Answer
from cxsim.comparison.api import compare
from cxsim.comparison.robustness import robustness
from cxsim.comparison.told import Told

SMALL = ("market=generic", "market.n_customers=40", "months=3", "burn_in=0")
REGIMES = {"none": {"regulator": "none"}, "gdpr": {"regulator": "gdpr"}}


@pytest.fixture(scope="module", params=["comparison", "robustness"])
def told(request, tmp_path_factory):
    given = {"replications": 2, "executor": "serial", "progress": False, "figures": False, "folder": tmp_path_factory.mktemp("told")}
    if request.param == "comparison":
        return compare(REGIMES, *SMALL, **given)
    futures = {"cheap": {"market.unit_cost": 30.0}, "dear": {"market.unit_cost": 40.0}}
    return robustness(REGIMES, *SMALL, futures=futures, metric="price", aim="min", **given)


def test_all_that_is_told_is_in_the_answer_that_is_kept(told, tmp_path):
    kept = Answer.load(told.save(tmp_path / "kept"))
    assert isinstance(told, Told)
    assert told.names == tuple(kept.configs) == ("none", "gdpr")
    assert tuple(kept.findings) == told.findings
    assert told.text.split("\n\n") == list(told.findings)
    assert kept.tables.keys() == told.tables.keys()
    assert all(told.table(name) is told.tables[name].frame for name in told.tables)
    assert told.save(tmp_path / "kept").name == "kept-2"
    with pytest.raises(KeyError):
        told.table("nothing")


def test_what_cannot_say_what_it_tells_is_not_made(told):
    class Mute(Told):
        """Has regimes, and no words for them."""

    with pytest.raises(TypeError, match="abstract"):
        Mute(told.regimes, told.baseline)
