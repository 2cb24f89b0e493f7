"""Running the quick form of a case."""

from cxsim.validation.case import FAILS
from cxsim.validation.options import settings


def quick(case, *given):
    return case.run(settings(case, given, quick=True)).findings


def assert_agrees(rows):
    assert rows
    assert [(row.quantity, row.theory, row.mean, row.low, row.high) for row in rows if row.verdict == FAILS] == []
