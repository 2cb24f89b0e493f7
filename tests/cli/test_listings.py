import pytest

from cxsim.config import describe
from cxsim.config.keys import index
from cxsim.config.presets import GROUPS, presets
from cxsim.results.columns import TABLES


def squeezed(text):
    return "".join(text.split())


def test_presets_are_listed_by_group_with_titles(cxsim):
    code, out, err = cxsim("presets")
    assert (code, err) == (0, "")
    for preset in presets():
        assert preset.name in out
        assert squeezed(preset.title) in squeezed(out)
    assert all(f"{group} " in out or f"{group}\n" in out for group in GROUPS)


def test_one_group_of_presets(cxsim):
    _, out, _ = cxsim("presets", "market")
    assert "energy" in out
    assert "ofgem" not in out


def test_users_presets_are_listed_too(cxsim, tmp_path):
    (tmp_path / "market").mkdir()
    (tmp_path / "market" / "mine.yaml").write_text("title: A market of mine\n")
    for words in ([], ["--markdown"]):
        _, out, _ = cxsim("presets", "market", "--config-dir", str(tmp_path), *words)
        assert "mine" in out
        assert "A market of mine" in out


def test_every_parameter_is_listed_and_nothing_is_cut(cxsim):
    code, out, err = cxsim("parameters")
    assert (code, err) == (0, "")
    assert all(key in out for key in index())
    assert "…" not in out


def test_parameters_that_begin_alike(cxsim):
    _, out, _ = cxsim("parameters", "regulator.fine_cap", "--markdown")
    assert [row.split("`")[1] for row in out.splitlines() if row.startswith("| `")] == [
        key for key in index() if key.startswith("regulator.fine_cap")
    ]


def test_every_column_is_listed(cxsim):
    code, out, err = cxsim("columns")
    assert (code, err) == (0, "")
    assert all(column.name in out for columns in TABLES.values() for column in columns)
    _, out, _ = cxsim("columns", "segments")
    assert "hhi" not in out


@pytest.mark.parametrize(("command", "made"), [
    ("parameters", describe.parameters_markdown), ("columns", describe.columns_markdown), ("presets", describe.presets_markdown),
])  # fmt: skip
def test_markdown_is_the_page_of_the_documentation(cxsim, command, made):
    assert cxsim(command, "--markdown") == (0, made(), "")


@pytest.mark.parametrize(("words", "hint"), [
    (["presets", "markt"], "Did you mean market?"),
    (["presets", "--config-dir", "nowhere"], "an existing folder"),
    (["parameters", "market.n_frims"], "Did you mean market.n_firms?"),
    (["columns", "segment"], "Did you mean segments?"),
    (["columns", "--nothing"], "see cxsim columns --help"),
    (["parameters", "a", "b"], "see cxsim parameters --help"),
])  # fmt: skip
def test_bad_words_are_one_line(cxsim, words, hint):
    code, out, err = cxsim(*words)
    assert (code, out) == (2, "")
    assert err.startswith("cxsim: ")
    assert hint in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["presets", "parameters", "columns"])
def test_help_of_a_command(cxsim, command):
    code, out, err = cxsim(command, "--help")
    assert (code, err) == (0, "")
    assert f"usage: cxsim {command}" in out
