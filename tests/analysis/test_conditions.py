import numpy as np
import pytest

from cxsim.analysis.conditions import FALLS, RISES, condition, measures, metric, metrics, sense, sensed, several
from cxsim.config.errors import CxsimError


def test_every_metric_with_a_direction_exists_and_has_one():
    assert set(metrics()) >= RISES | FALLS
    assert not RISES & FALLS
    assert (sense("experience"), sense("harm"), sense("profit")) == (1, -1, 0)


def test_conditions_hold_for_numbers_and_arrays():
    made = condition(" violations <= 0.1 ")
    assert (made.metric.name, made.sign, made.bound, str(made)) == ("violations", "<=", 0.1, "violations<=0.1")
    assert made.holds(np.array([0.1, 0.2])).tolist() == [True, False]
    assert condition("experience>60").upward
    assert not condition("experience>60").holds(60)


@pytest.mark.parametrize(
    "text",
    ["violations", "violations=0.1", "violations==1", "violations<=x", "violations<=inf", "<=1", "", "1<=violations"],
)
def test_what_is_no_condition_is_refused(text):
    with pytest.raises(CxsimError, match="condition"):
        condition(text)


def test_unknown_metrics_get_the_nearest_name():
    with pytest.raises(CxsimError, match="Did you mean violations"):
        condition("violation<=1")
    with pytest.raises(CxsimError, match=r"metrics: given 'harm,'"):
        several("harm,")
    assert [column.name for column in several("harm, trust")] == ["harm", "trust"]


def test_which_way_is_good_must_be_plain():
    assert sensed("trust", "--metric") == 1
    with pytest.raises(CxsimError, match="profit<=1"):
        sensed("profit", "--metric")


def test_metrics_have_meaning_and_unit():
    assert metric("consumer_surplus").unit == "£/month"


def test_metrics_of_one_s_own_are_taken_like_the_others():
    own = measures(["vulnerable={table: segments, column: experience, where: {segment: vulnerable}}"])
    assert metric("vulnerable", own=own).unit == "index"
    assert condition("vulnerable<60", own=own).holds(50)
    assert [column.name for column in several("vulnerable,trust", own=own)] == ["vulnerable", "trust"]
    with pytest.raises(CxsimError, match="or vulnerable"):
        metric("vulnerabel", own=own)


def test_a_metric_of_one_s_own_has_the_sense_of_its_column():
    own = measures({
        "worst_off": {"table": "segments", "column": "experience", "across": "min"},
        "gap": {"table": "segments", "column": "experience", "minus": {"table": "monthly", "column": "experience"}},
        "swings": {"column": "price", "statistic": "sd"},
    })  # fmt: skip
    assert (sense("worst_off", own), sense("gap", own), sense("swings", own)) == (1, 0, 0)
    with pytest.raises(CxsimError, match="gap<=1"):
        sensed("gap", "--target", own)


@pytest.mark.parametrize(
    "text",
    [
        "x", "x=", "=experience", "experience={column: trust}", "a b={column: trust}", "x={column: joy}", "x={column: trust, table: y}",
        "x={[", "x=3",
    ],
)  # fmt: skip
def test_what_is_no_measure_is_refused(text):
    with pytest.raises(CxsimError, match="--measure"):
        measures([text])


def test_a_name_is_taken_once():
    with pytest.raises(CxsimError, match="each once"):
        measures(["x=trust", "x=harm"])
