import pytest

from cxsim.config.errors import ResultsError
from cxsim.validation.cases.joint_price import CASE
from cxsim.validation.options import settings
from cxsim.validation.page import check_writable, write


@pytest.fixture(scope="module")
def run():
    options = settings(CASE, ["n=2", "months=15", "customers=100", "seeds=1"])
    return {CASE.name: CASE.run(options)}, {CASE.name: options}


def test_the_page_holds_every_row_and_its_figures(run, tmp_path):
    reports, options = run
    page = write(tmp_path, reports, options, "cxsim validate joint_price")
    text = page.read_text(encoding="utf-8")
    for row in reports[CASE.name].findings:
        assert row.quantity in text
    picture = text.rsplit("](", 1)[1].split(")")[0]
    assert (tmp_path / picture).read_bytes().startswith(b"\x89PNG")
    assert not list(tmp_path.glob(".*"))


def test_a_second_page_takes_the_place_of_the_first(run, tmp_path):
    reports, options = run
    write(tmp_path, reports, options, "first")
    page = write(tmp_path, reports, options, "second")
    assert "second" in page.read_text(encoding="utf-8")
    assert "first" not in page.read_text(encoding="utf-8").split("## All rows")[0].split("Made by")[1]


def test_a_folder_that_is_a_file_is_refused_before_anything_runs(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(ResultsError, match="--out"):
        check_writable(blocked / "below")
