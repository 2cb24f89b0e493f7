import pytest

from cxsim.config.errors import BadValueError

from . import made


def test_the_text_is_all_findings_the_answer_first():
    assert made.answer().text == "It cannot be told.\n\nNor can this."


def test_a_table_whose_columns_are_not_described_is_refused():
    with pytest.raises(BadValueError, match="Experience by regime"):
        made.table(columns=made.table().columns[:1])


def test_an_answer_says_what_it_was_computed_with():
    record = made.answer().record
    assert {"cxsim", "python", "libraries", "git"} <= set(record)
