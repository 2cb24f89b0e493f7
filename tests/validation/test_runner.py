from cxsim.validation.case import Report
from cxsim.validation.cases.joint_price import CASE
from cxsim.validation.options import settings
from cxsim.validation.runner import failures, run_cases


def test_processes_change_nothing_and_every_case_is_told():
    small = {"joint_price": settings(CASE, ["n=2", "months=15", "customers=100", "seeds=2"])}
    told = []
    alone = run_cases(small, jobs=1, told=lambda name, report: told.append(name))
    assert told == ["joint_price"]
    again = run_cases(small, jobs=2)
    assert [row.mean for row in alone["joint_price"].findings] == [row.mean for row in again["joint_price"].findings]


def test_failures_are_named():
    good, bad = CASE.finding("x", 1.0, [1.0], 0.1), CASE.finding("x", 1.0, [2.0], 0.1)
    assert failures({"a": Report([good]), "b": Report([good, bad])}) == ["b"]
