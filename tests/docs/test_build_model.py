"""The description of the model keeps up with the code."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from cxsim.config.keys import index
from cxsim.firms.registry import BY_NAME
from tests.checkout import module

UNSAID = {"market.title", "customers.title", "firms.title", "regulator.title", "market.sources", "customers.sources", "firms.sources",
          "regulator.sources", "market.jobs", "market.outcomes"}  # fmt: skip
"""Parameters that name or describe and enter no equation by themselves."""


@pytest.fixture(scope="module")
def build() -> ModuleType:
    return module("docs/build_model.py")


def test_the_page_is_up_to_date(build: ModuleType) -> None:
    assert build.main(["--check"]) == 0, "run python docs/build_model.py"


def test_an_outdated_page_is_noticed_and_left_alone(
    build: ModuleType, tmp_path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "model.md"
    page.write_text("<!-- table: ledger -->\nold\n<!-- end -->\n", encoding="utf-8")
    monkeypatch.setattr(build, "PAGE", page)
    assert build.main(["--check"]) == 1
    assert "out of date" in capsys.readouterr().err
    assert "old" in page.read_text(encoding="utf-8")
    assert build.main([]) == 0
    assert "old" not in page.read_text(encoding="utf-8")
    assert build.main(["--check"]) == 0


def test_a_name_without_a_meaning_stops_the_build(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(build.STANDING, "cash")
    with pytest.raises(SystemExit, match="cash"):
        build.firm_state()


def test_every_table_is_on_the_page(build: ModuleType) -> None:
    assert set(re.findall(r"<!-- table: (\w+) -->", build.PAGE.read_text(encoding="utf-8"))) == set(build.TABLES)


def test_every_parameter_of_market_customers_firms_and_regulator_is_described(build: ModuleType) -> None:
    said = set(re.findall(r"`([a-z]+\.[a-z_]+)`", build.PAGE.read_text(encoding="utf-8")))
    assert {key for key in index() if "." in key} - said - UNSAID == set()


def test_symbols_are_used_once_each(build: ModuleType) -> None:
    assert len(set(build.SYMBOLS.values())) == len(build.SYMBOLS)


def test_every_symbol_stands_in_an_equation(build: ModuleType) -> None:
    text = re.sub(r"<!-- table: \w+ -->.*?<!-- end -->", "", build.PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    equations = " ".join(re.findall(r"\$[^$\n]+\$", text) + re.findall(r"```math(.*?)```", text, re.DOTALL))
    assert [symbol for symbol in build.SYMBOLS if symbol not in equations] == []


def test_every_strategy_is_described(build: ModuleType) -> None:
    assert all(f"| `{name}` |" in build.archetypes() for name in BY_NAME)


def test_every_work_cited_is_listed_and_every_work_listed_is_cited(build: ModuleType) -> None:
    text, _, references = build.PAGE.read_text(encoding="utf-8").partition("## References")
    works = [line[2:] for line in references.splitlines() if line.startswith("- ")]
    listed = {(re.split(r"[ ,]", work)[0], re.search(r"\((\d{4})\)", work)[1]) for work in works}
    lost = [work for work in sorted(listed) if not re.search(rf"{work[0]}\b(?: et al\.)?[^.;]{{0,90}}{work[1]}", text.replace("\n", " "))
            and f"{work[0]} et al. 2006,\n2010, 2020" not in text]  # fmt: skip
    assert len(listed) > 30
    years = {year for _, year in listed}
    cited = set(re.findall(r"(?:[A-Z][\w'ç]+|al\.)[ (]+((?:19|20)\d\d)\b", text))
    assert lost == []
    assert cited - years == set()


def test_inline_mathematics_has_no_backslash_that_markdown_would_eat(build: ModuleType) -> None:
    text = re.sub(r"```.*?```", "", build.PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [part for part in re.findall(r"\$[^$\n]+\$", text) if re.search(r"\\[^A-Za-z]", part)] == []
