"""A whole tournament, small: entries that fail on the way, the answer, and going on with it."""

import pytest

from cxsim.analysis.answer import Answer
from cxsim.config.errors import CxsimError
from cxsim.tournament import play
from cxsim.tournament.question import question

from . import CHEAP, HEAD, RAISES, SMALL, STILL, folder

LATE = HEAD + "if len(market.firms) > 2:\n            raise ValueError('too many')\n        return {}\n"


def tournament(place, results, *more, **options):
    options = {"replications": 2, "house": "low_price", "executor": "serial", "progress": False, "results_dir": str(results), **options}
    return play(place, *SMALL, *more, **options)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    place = tmp_path_factory.mktemp("tournament")
    entries = folder(place / "entries", still=STILL, twin=f"{STILL}# the same\n", cheap=CHEAP, raises=RAISES, late=LATE, empty="")
    return tournament(entries, place / "results", formats="duel,all", name="one"), place


def test_failures_are_data_and_stop_nothing(found):
    answer, _ = found
    out = answer.tables["disqualified"].frame.set_index("entry")
    assert out["stage"].to_dict() == {"empty": "reading", "raises": "trial", "late": "matches"}
    assert "ZeroDivisionError" in out.loc["raises", "reason"]
    assert set(answer.tables["ranking"].frame["entry"]) == {"still", "twin", "cheap", "low_price"}
    assert "Disqualified" in answer.text


def test_equal_strategies_get_equal_scores_and_are_never_told_apart(found):
    # Under the same luck and in the same seats two programs that do the same are the same.
    answer, _ = found
    table = answer.tables["formats"].frame.query("format == 'duel'").set_index("entry")
    assert table.loc["still", "profit"] == pytest.approx(table.loc["twin", "profit"], rel=1e-9)
    pairs = answer.tables["pairs"].frame
    twins = pairs[pairs[["entry", "other"]].isin(["still", "twin"]).all(axis=1)]
    assert len(twins) == 2
    assert set(twins["told"]) <= {"not told", "same"}


def test_giving_goods_away_loses_money(found):
    answer, _ = found
    ranking = answer.tables["ranking"].frame.set_index("entry")
    assert ranking.loc["cheap", "profit"] < 0 < ranking.loc["still", "profit"]
    assert ranking.loc["cheap", "paid"] < ranking.loc["still", "paid"]


def test_the_answer_is_written_read_and_drawn(found):
    answer, place = found
    written = answer.save(place / "answer")
    again = Answer.load(written)
    assert again.kind == "tournament"
    assert list(again.findings) == list(answer.findings)
    assert all(file.is_file() for picture in again.figures.values() for file in picture.files)


def test_asking_again_makes_no_new_runs_and_gives_the_same(found, monkeypatch):
    answer, place = found
    monkeypatch.setattr("cxsim.sweeps.worker._played", lambda *_: pytest.fail("a run was made again"))
    again = tournament(place / "entries", place / "results", formats="duel,all", name="one")
    assert again.tables["ranking"].frame.equals(answer.tables["ranking"].frame)


def test_fewer_than_two_that_can_play_is_an_error_with_the_reasons(tmp_path):
    with pytest.raises(CxsimError, match="ZeroDivisionError"):
        tournament(folder(tmp_path / "e", raises=RAISES), tmp_path / "r")
    with pytest.raises(CxsimError, match="two entries"):
        tournament(folder(tmp_path / "f", still=STILL), tmp_path / "r", house="none")


def test_processes_give_the_same_as_one_after_the_other(tmp_path):
    place = folder(tmp_path / "e", still=STILL, cheap=CHEAP)
    tables = [
        tournament(place, tmp_path / how, formats="duel", executor=how, workers=2).tables["ranking"].frame
        for how in ("serial", "processes")
    ]
    assert tables[0].equals(tables[1])


@pytest.mark.parametrize("wrong", ["firms.strategy=low_price", "market.n_firms=3", "market.entry=free", "market=", "market=rail,rail"])
def test_what_the_tournament_settles_itself_cannot_be_set(tmp_path, wrong):
    with pytest.raises(CxsimError):
        question(folder(tmp_path / "e", still=STILL), [wrong])


def test_a_market_with_one_seat_is_refused(tmp_path):
    with pytest.raises(CxsimError, match="franchise"):
        tournament(folder(tmp_path / "e", still=STILL), tmp_path / "r", market="rail")
