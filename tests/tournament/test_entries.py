import sys

import pytest

from cxsim.config.errors import CxsimError
from cxsim.tournament import entries as entrants

from . import CHEAP, STILL, folder


def taken(place, runs):
    files = entrants.files_of(place)
    package = entrants.keep(files, runs)
    with entrants.importable(package):
        return entrants.read(files, package)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda place: place / "nowhere", "no such folder"),
        (folder, "no entries"),
        (lambda place: folder(place, _helper=STILL), "no entries"),
        (lambda place: folder(place, one=STILL) / "one.py", "give the folder"),
    ],
)
def test_a_folder_without_entries_is_refused_with_what_is_allowed(tmp_path, make, said):
    with pytest.raises(CxsimError, match=said):
        entrants.files_of(make(tmp_path / "entries"))


def test_each_file_is_read_for_itself(tmp_path):
    two = f"{STILL}\n\nclass Other(Own):\n    pass\n\n\nclass _Hidden(Own):\n    pass\n"
    place = folder(tmp_path / "e", **{
        "one": STILL, "two": two, "none": "x = 1\n", "broken": "import nothing_of_this_name\n", "leaves": "raise SystemExit\n",
        "syntax": "def (\n", "a-name with Ä": CHEAP,
    })  # fmt: skip
    found, refused = taken(place, tmp_path / "runs")
    assert {entry.name for entry in found} == {"one", "two.Own", "two.Other", "a-name with Ä"}
    reasons = {one.name: one.reason for one in refused}
    assert set(reasons) == {"none", "broken", "leaves", "syntax"}
    assert "nothing_of_this_name" in reasons["broken"]
    assert "no class derived from cxsim.Strategy" in reasons["none"]
    assert all(one.stage == "reading" and "\n" not in one.reason for one in refused)


def test_an_entry_may_use_its_helpers_and_no_path_is_left_behind(tmp_path):
    before = list(sys.path)
    place = folder(tmp_path / "e", one=f"import _cxsim_test_helper\n{STILL}", _cxsim_test_helper="price = 3\n")
    found, refused = taken(place, tmp_path / "runs")
    assert [entry.name for entry in found] == ["one"]
    assert not refused
    assert sys.path == before


def test_no_entry_stands_in_for_an_installed_module(tmp_path):
    found, _ = taken(folder(tmp_path / "e", json=STILL), tmp_path / "runs")
    assert [entry.name for entry in found] == ["json"]
    import json

    assert json.loads("[1]") == [1]


def test_other_contents_have_another_package_and_equal_ones_the_same(tmp_path):
    names = [entrants.package_of(entrants.files_of(folder(tmp_path / name, one=code)))
             for name, code in (("a", STILL), ("b", STILL), ("c", CHEAP))]  # fmt: skip
    assert names[0] == names[1] != names[2]


def test_the_house_is_named_once_each():
    assert [one.name for one in entrants.house("low_price, imitator")] == ["low_price", "imitator"]
    assert entrants.house("none") == []
    for wrong in ("low_prise", "low_price,low_price"):
        with pytest.raises(CxsimError, match="house"):
            entrants.house(wrong)
