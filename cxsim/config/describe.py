"""The schema as tables: parameters, result columns and presets, for the documentation and the command line.

``python -m cxsim.config.describe --write docs/parameters.md`` writes a page, ``--check`` says whether it is up to date.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cxsim.config.errors import CxsimError
from cxsim.config.keys import group_types, index
from cxsim.config.parameter import Parameter, spec_of
from cxsim.config.presets import GROUPS, presets
from cxsim.config.run import Config

PARAMETER_HEADER = ("Key", "Unit", "Allowed", "Default", "Meaning", "Source")
COLUMN_HEADER = ("Column", "Unit", "Range", "Meaning", "Source")
PRESET_HEADER = ("Preset", "Title")

_KINDS = {
    "str": "text",
    "str | None": "text",
    "list[str]": "list of names",
    "list[dict[str, Any]]": "list of entries",
    "dict[str, Any]": "mapping",
    "dict[str, float]": "mapping to numbers",
    "Any": "name or list of names",
}


def fill_tables(page: str, tables: Mapping[str, Callable[[], str]]) -> str:
    """A page with every table between its markers made anew.

    Raises:
        KeyError: a marker names no table.
    """

    def table(match: re.Match[str]) -> str:
        return f"<!-- table: {match[1]} -->\n\n{tables[match[1]]()}\n\n<!-- end -->"

    return re.sub(r"<!-- table: (\w+) -->.*?<!-- end -->", table, page, flags=re.DOTALL)


def parameter_rows(keys: Iterable[str] | None = None) -> list[tuple[str, ...]]:
    """One row per parameter under `PARAMETER_HEADER`, all of them or those with the given keys."""
    return [_parameter_row(index()[key]) for key in (index() if keys is None else keys)]


def _parameter_row(parameter: Parameter) -> tuple[str, ...]:
    spec = parameter.spec
    return (parameter.key, spec.unit, _allowed(parameter), default(parameter.default), spec.meaning, spec.reference)


def _allowed(parameter: Parameter) -> str:
    if parameter.type == "bool":
        return "true, false"
    words = parameter.spec.allowed()
    kind = _KINDS.get(parameter.type)
    return kind + words[3:] if kind and words.startswith("any") else words


def default(value: Any) -> str:
    """A default as it would be typed; of a long list of entries only their names."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return f"{value:.12g}" if abs(value) < 1e6 else f"{value:,.12g}".replace(",", "_")
    if isinstance(value, list):
        return f"[{', '.join(str(part['name']) if isinstance(part, dict) else str(part) for part in value)}]"
    return str(value) if not isinstance(value, dict) else "{}" if not value else "{" + ", ".join(value) + "}"


def column_tables() -> tuple[str, ...]:
    """The names of the result tables."""
    from cxsim.results.columns import TABLES

    return tuple(TABLES)


def column_rows(table: str) -> list[tuple[str, ...]]:
    """One row per column of a result table, under `COLUMN_HEADER`."""
    from cxsim.results.columns import TABLES

    return [(column.name, column.unit, _range(column.low, column.high), column.meaning, column.source)
            for column in TABLES[table]]  # fmt: skip


def _range(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{low:,.10g} to {high:,.10g}"
    return f"{low:,.10g} or more" if low is not None else "" if high is None else f"{high:,.10g} or less"


def preset_rows(group: str, config_dir: str | Path | None = None) -> list[tuple[str, str]]:
    """One row per preset of a group, under `PRESET_HEADER`."""
    return [(preset.name, preset.title) for preset in presets(config_dir) if preset.group == group]


def parameters_markdown(keys: Iterable[str] | None = None) -> str:
    """Every parameter as a Markdown page, a table per group."""
    chosen = list(index() if keys is None else keys)
    about = {name: kind.__doc__ or "" for name, kind in group_types().items()} | {"": "The run itself."}
    parts = [
        "# Parameters",
        "Set any of them as `key=value` on the command line, in a preset, or in Python. An empty source says that the "
        "value is a choice, not a measurement; *guess* says that nobody has measured it.",
    ]
    for group, meaning in about.items():
        rows = parameter_rows(key for key in chosen if key.rpartition(".")[0] == group)
        if rows:
            parts += [f"## {group or 'run'}", meaning.splitlines()[0], markdown_table(PARAMETER_HEADER, rows)]
    return "\n\n".join(parts) + "\n"


def columns_markdown(tables: Iterable[str] | None = None) -> str:
    """Every column of the result tables as a Markdown page, and what the ledger's conducts mean."""
    from cxsim.results.columns import CONDUCTS

    chosen = column_tables() if tables is None else tuple(tables)
    about = "Sums of money are for the real population, means are per customer; months count from the end of the burn-in."
    parts = ["# Result columns", about]
    for table in chosen:
        parts += [f"## {table}", markdown_table(COLUMN_HEADER, column_rows(table))]
    if "ledger" in chosen:
        parts += ["### Conducts in the ledger", markdown_table(("Conduct", "Meaning"), list(CONDUCTS.items()))]
    return "\n\n".join(parts) + "\n"


def presets_markdown(groups: Iterable[str] = GROUPS, config_dir: str | Path | None = None) -> str:
    """Every preset as a Markdown page, a table per group."""
    parts = ["# Presets", "Choose one with `group=preset`; run `cxsim run group=preset --cfg job` to see all it sets."]
    about = {name: spec_of(Config.__dataclass_fields__[name]).meaning for name in group_types()}
    about["experiment"] = "Whole experiments: presets and values chosen together."
    for group in groups:
        rows = preset_rows(group, config_dir)
        parts += [f"## {group}", about[group]] + ([markdown_table(PRESET_HEADER, rows)] if rows else [])
    return "\n\n".join(parts) + "\n"


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column is set as code."""
    lines = [f"| {' | '.join(header)} |", f"|{' --- |' * len(header)}"]
    for first, *rest in rows:
        lines.append(f"| `{first}` | {' | '.join(_cell(cell) for cell in rest)} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").replace("*", "\\*")


PAGES: dict[str, Callable[[], str]] = {
    "parameters.md": parameters_markdown,
    "columns.md": columns_markdown,
}


def _page(path: str | Path) -> str:
    made = PAGES.get(Path(path).name)
    if made is None:
        raise CxsimError(f"{path}: there is no such page. Allowed: {', '.join(PAGES)}.")
    return made()


def write(path: str | Path) -> None:
    """Write a page of the documentation; its file name (parameters.md, columns.md) says which.

    Raises:
        CxsimError: no page has that name, or it cannot be written.
    """
    page = _page(path)
    try:
        Path(path).write_text(page, encoding="utf-8")
    except OSError as error:
        raise CxsimError(f"{path}: the page cannot be written ({error.strerror}).") from error


def check(path: str | Path) -> None:
    """See whether a page says what the schema says.

    Raises:
        CxsimError: it does not, it is missing, or no page has that name.
    """
    page = _page(path)
    try:
        found = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise CxsimError(f"{path}: the page cannot be read ({error.strerror}).") from error
    if found != page:
        raise CxsimError(f"{path}: out of date; run python -m cxsim.config.describe --write {path}.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check pages; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m cxsim.config.describe", description="Pages made from the schema.")
    parser.add_argument("pages", nargs="+", metavar="PAGE", help=f"a path that ends in one of {', '.join(PAGES)}")
    todo = parser.add_mutually_exclusive_group(required=True)
    todo.add_argument("--check", action="store_true", help="fail if a page is out of date")
    todo.add_argument("--write", action="store_true", help="write the pages")
    given = parser.parse_args(arguments)
    try:
        for page in given.pages:
            (check if given.check else write)(page)
    except CxsimError as error:
        print(f"cxsim: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
