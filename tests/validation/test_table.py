import math

from cxsim.validation.case import HIT, Finding, Report
from cxsim.validation.cases.logit_bertrand import CASE
from cxsim.validation.table import expected, show, simulated, summary, written


def test_numbers_are_short_and_nothing_is_no_number():
    assert written(1.4729272) == "1.4729"
    assert written(math.nan) == ""
    assert written(1e-14) == "0"
    assert written(1_234_567.0) == "1,234,567"


def test_facts_show_their_range_and_single_runs_no_interval():
    fact = Finding("a", "b", "c", 0.15, 0.16, 0.1, 0.2, 0.05, HIT)
    assert expected(fact) == "0.1 to 0.2"
    assert simulated(CASE.finding("x", 1.0, [1.0], 0.1)) == "1"


def test_the_table_names_every_row(capsys):
    report = Report([CASE.finding("apples", 1.0, [1.0], 0.1), CASE.finding("pears", 1.0, [2.0], 0.1)])
    show({"logit_bertrand": report})
    out = capsys.readouterr().out
    assert "apples" in out
    assert "FAILS" in out
    assert summary({"logit_bertrand": report}) == "1 agree with theory; 1 fail."
