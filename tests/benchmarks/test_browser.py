"""The table of the page's timings: what is counted, and where it goes."""

import pytest

from benchmarks.browser import END, HEAD, MARK, row, write


def test_a_row_tells_least_median_and_late_and_what_was_never_answered():
    times = [[float(wait) / 2, float(wait)] for wait in range(1, 101)]
    cells = row("along", [*times, [3.0, None]]).cells()
    assert len(cells) == len(HEAD)
    assert cells[0] == "along"
    assert cells[1] == "101"
    assert cells[4:] == ["1", "50", "95", "1"]


def test_no_answer_at_all_is_an_error():
    with pytest.raises(SystemExit, match="no move was answered"):
        row("along", [[1.0, None]])


def test_the_table_takes_the_place_of_the_one_before_and_of_nothing_else(tmp_path):
    page = tmp_path / "app.md"
    page.write_text(f"before\n\n{MARK}\nold\n{END}\n\nafter\n", encoding="utf-8")
    for _ in range(2):
        write(page, [row("along", [[1.0, 2.0]])], "1.2.3", 4, 4)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n\n{MARK}\n")
    assert text.endswith(f"{END}\n\nafter\n")
    assert "old" not in text
    assert text.count("| along | 1 |") == 1
    page.write_text("no marks", encoding="utf-8")
    with pytest.raises(SystemExit, match="must hold"):
        write(page, [], "1.2.3", 4, 4)


def test_the_pages_own_page_has_the_marks():
    from benchmarks.browser import PAGE

    text = PAGE.read_text(encoding="utf-8")
    assert (text.count(MARK), text.count(END)) == (1, 1)
