import numpy as np
import pytest

from cxsim.analysis.answer import Answer
from cxsim.comparison.paired import paired
from cxsim.config.errors import BadValueError

from .conftest import QUIET


def test_values_are_a_row_a_replication_and_a_column_a_regime(small):
    values = small.values("trust")
    assert list(values) == ["today", "strict", "banned"]
    assert list(values.index) == [0, 1, 2, 3]
    differences = small.differences("trust")
    assert list(differences) == ["strict", "banned"]
    assert np.array_equal(differences["banned"], values["banned"] - values["today"])
    with pytest.raises(BadValueError, match="Did you mean trust"):
        small.values("trusts")


def test_another_baseline_turns_the_differences_round(made_up):
    first, second = made_up(1.0, baseline=0), made_up(1.0, baseline=1)
    assert [regime.name for regime in second.others] == ["r0"]
    left, right = (found.table("metrics")["difference"].to_numpy() for found in (first, second))
    assert left == pytest.approx(-right)


def test_an_answer_is_written_and_read_back(small, tmp_path):
    place = small.save(tmp_path / "answer")
    read = Answer.load(place)
    assert read.kind == "comparison"
    assert list(read.findings) == list(small.findings)
    assert read.settings == small.described()
    assert set(read.tables) == set(small.tables)
    assert set(read.configs) == {"today", "strict", "banned"}
    assert read.configs["strict"] == small.regimes[1].config
    assert {"differences", "money", "winners", "harm", "months", "months_difference"} == set(read.figures)
    for table, made in small.tables.items():
        assert list(read.tables[table].frame.columns) == list(made.frame.columns)
    assert read.limits
    assert len(read.method) == 5


def test_the_code_in_an_answer_makes_the_same_comparison(small):
    names = {}
    exec(small.code.replace("replications=4)", f"replications=4, **{QUIET!r})"), names)
    again = names["found"]
    assert again.described() == small.described()
    assert again.findings == small.findings


def test_a_notebook_shows_words_and_numbers(small):
    shown = small._repr_html_()
    assert "A strict regulator" in shown
    assert "<table>" in shown
    assert repr(small) == "<Comparison of strict and banned with today, 4 replications>"


def test_means_are_over_the_window(small, folder):
    from cxsim.comparison.api import compare

    from .conftest import EXTRACTORS, REGIMES, TINY

    late = compare(REGIMES, *TINY, replications=4, window=3, folder=folder, **{"firms.strategy": EXTRACTORS}, **QUIET)
    series = small.data.monthly["price_paid"][..., -3:].mean(axis=2)
    assert np.array_equal(late.values("price_paid").to_numpy(), series)
    assert late.table("metrics").set_index(["regime", "metric"]).loc[("banned", "price_paid"), "difference"] == pytest.approx(
        paired(series[:, 2], series[:, 0]).difference
    )
    assert "the last 3 months" in late.findings[-1]
