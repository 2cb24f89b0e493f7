import pytest

from cxsim.config.errors import BadValueError, CxsimError
from cxsim.config.load import load
from cxsim.config.presets import GROUPS, files, presets, title, user_dir

EVERY = [(preset.group, preset.name) for preset in presets()]


@pytest.mark.parametrize(("group", "name"), EVERY)
def test_every_preset_that_comes_with_cxsim_can_be_loaded(group, name):
    load(f"{group}={name}")


def test_every_preset_says_what_it_is():
    assert [preset.name for preset in presets() if not preset.title] == []


def test_presets_are_listed_by_group_and_name():
    assert sorted(EVERY, key=lambda preset: (GROUPS.index(preset[0]), preset[1])) == EVERY
    assert set(EVERY).issuperset([("market", "energy"), ("regulator", "none")])


def test_users_own_come_in_addition_and_hide_those_of_the_same_name(tmp_path):
    (tmp_path / "market" / "sub").mkdir(parents=True)
    (tmp_path / "experiment" / "sub").mkdir(parents=True)
    for path in ("market/mine", "market/energy", "market/sub/not_seen", "experiment/sub/seen"):
        (tmp_path / f"{path}.yaml").write_text("title: My own\n")
    found = files(tmp_path)
    assert set(found["market"]) == {*files()["market"], "mine"}
    assert found["market"]["energy"] == tmp_path / "market" / "energy.yaml"
    assert set(found["experiment"]) == {*files()["experiment"], "sub/seen"}


@pytest.mark.parametrize(("text", "expected"), [
    ("title: A title\n", "A title"),
    ("# @package _global_\n# What it is for.\n# More.\nmonths: 3\n", "What it is for."),
    ("#\n# @package _global_\nmonths: 3\n", ""),
    ("title: 3\n", ""),
    ("", ""),
    ("- 1\n", ""),
])  # fmt: skip
def test_titles(tmp_path, text, expected):
    path = tmp_path / "preset.yaml"
    path.write_text(text)
    assert title(path) == expected


def test_a_preset_that_is_not_yaml_is_refused_by_name(tmp_path):
    path = tmp_path / "preset.yaml"
    for content in (b"a: [1\n", b"\xff\xfe\xff"):
        path.write_bytes(content)
        with pytest.raises(CxsimError, match=r"preset\.yaml: the preset cannot be read"):
            title(path)


def test_folders_that_cannot_be_used_are_refused(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    for folder in (tmp_path / "nowhere", file):
        with pytest.raises(BadValueError, match="an existing folder"):
            user_dir(folder)
    (tmp_path / "config.yaml").write_text("")
    with pytest.raises(BadValueError, match=r"without config\.yaml"):
        user_dir(tmp_path)


def test_a_relative_folder_is_taken_from_where_one_is(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    assert user_dir("mine") == tmp_path / "mine"
    assert user_dir(None) is None
