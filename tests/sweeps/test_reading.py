import re

import numpy as np
import pytest

from cxsim.config.errors import ResultsError
from cxsim.sweeps import parts
from cxsim.sweeps.api import execute
from cxsim.sweeps.reading import condition, count, dataset, frame, preview, read

from .conftest import RUNS, assert_same


@pytest.fixture(scope="module")
def folder(scenarios, tmp_path_factory):
    path = tmp_path_factory.mktemp("reading") / "sweep"
    execute(scenarios(), path, executor="serial", monthly=True, progress=False)
    return path


def test_datasets_come_sorted(folder):
    runs, monthly = read(folder), read(folder, "monthly")
    assert (len(runs), len(monthly), count(folder, "runs"), count(folder, "failures")) == (RUNS, 2 * RUNS, RUNS, 0)
    numbers = runs["point"].to_numpy() * 2 + runs["replication"].to_numpy()
    assert numbers.tolist() == list(range(RUNS))
    assert monthly["month"].to_pylist() == [0, 1] * RUNS


@pytest.mark.parametrize(("text", "rows"), [
    ("market.n_firms>=2", lambda table: table["market.n_firms"] >= 2), ("market.n_firms=2", lambda table: table["market.n_firms"] == 2),
    ("regulator!=none", lambda table: table["regulator"] != "none"), ("experience > 50.5", lambda table: table["experience"] > 50.5),
    ("market.n_firms<3", lambda table: table["market.n_firms"] < 3), ("regulator == none", lambda table: table["regulator"] == "none"),
    ("seed=null", lambda table: table["seed"].isna()), ("seed!=null", lambda table: table["seed"].notna()),
])  # fmt: skip
def test_conditions_do_what_they_say(folder, text, rows):
    table = frame(folder)
    expected = table[rows(table)]
    found = read(folder, where=condition(text, dataset(folder).schema)).to_pandas()
    assert found["id"].tolist() == expected["id"].tolist()


@pytest.mark.parametrize("kind", ["runs", "monthly", "failures"])
@pytest.mark.parametrize("first", [1, 5, RUNS, 100])
def test_a_preview_is_the_start_of_the_whole(folder, kind, first):
    where = condition("replication=1", dataset(folder, kind).schema)
    for given in (None, where):
        whole = read(folder, kind, given)
        assert preview(folder, kind, given, first=first) == (whole.slice(0, first), len(whole))
    assert preview(folder, "runs", None, ["hhi"], 3)[0].column_names == ["hhi"]


@pytest.mark.parametrize(
    "text", ["", "x", "x=1", "market.n_firms=three", "experience>", ">3", "__import__('os')=1", "market.n_frims>1", "experience>null"]
)
def test_conditions_that_are_none_are_clear_errors(folder, text):
    with pytest.raises(ResultsError):
        condition(text, dataset(folder).schema)


@pytest.mark.parametrize(
    ("text", "kind"), [("market.n_firms=three", "whole numbers"), ("experience>much", "numbers"), ("experience>nan", "numbers")]
)
def test_a_value_that_a_column_cannot_have_is_told_in_words(folder, text, kind):
    name, value = re.split("[=>]", text)
    with pytest.raises(ResultsError, match=f"{name} holds {kind}, and '{value}' is not one of those"):
        condition(text, dataset(folder).schema)


def test_what_is_no_sweep_or_damaged_is_a_clear_error(folder, tmp_path):
    with pytest.raises(ResultsError):
        read(tmp_path)
    with pytest.raises(ResultsError, match="no dataset"):
        read(folder, "yearly")
    with pytest.raises(ResultsError, match="Did you mean experience"):
        read(folder, columns=["experiance"])
    (path,) = parts.names(folder / "failures") or parts.names(folder / "runs")
    content = path.read_bytes()
    try:
        for broken in (content[:-9], content[: len(content) // 2], b""):
            path.write_bytes(broken)
            with pytest.raises(ResultsError):
                read(folder)
    finally:
        path.write_bytes(content)


def test_columns_asked_for_are_the_columns_given(folder):
    assert read(folder, columns=["hhi", "regulator"]).column_names == ["hhi", "regulator"]
    assert np.array_equal(read(folder, columns=["hhi"])["hhi"].to_numpy(), frame(folder)["hhi"].to_numpy())


def test_a_sweep_at_work_shows_what_is_in_its_journal_too(scenarios, tmp_path, reference):
    from cxsim.sweeps import manifest, store
    from cxsim.sweeps.executors.local import Serial
    from cxsim.sweeps.runner import Pace, _tasks

    made = scenarios()
    folder = tmp_path / "sweep"
    seen = []
    with store.opened(folder, manifest.describe(made, 2, True), made) as opened:
        for number, outcome in enumerate(Serial().run(_tasks(made, opened, Pace(1, RUNS // 3)))):
            opened.add(outcome)
            if number == 1:
                opened.finish()  # so that some are in a part and some in a journal
            seen.append((count(folder, "runs"), len(read(folder, "monthly"))))
        (journal,) = folder.glob("journal-*.bin")
        content = journal.read_bytes()
        journal.write_bytes(content + content[:500])  # as while it is written
        found = frame(folder)
        opened.finish()
    assert [runs for runs, _ in seen] == sorted({runs for runs, _ in seen})
    assert [months for _, months in seen] == [2 * runs for runs, _ in seen]
    assert found["id"].is_unique
    assert len(found) == seen[-1][0] == RUNS
    # A process that died between making parts of its journal and removing it.
    journal.write_bytes(content)
    assert count(folder, "runs") == RUNS
    assert_same(frame(folder), reference)
