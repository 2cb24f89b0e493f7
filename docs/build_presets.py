"""Fill the tables of docs/presets.md from the presets themselves: ``python docs/build_presets.py``.

A table stands between ``<!-- table: NAME -->`` and ``<!-- end -->``; the prose around it is written by hand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from cxsim.config.describe import default, fill_tables, markdown_table
from cxsim.config.keys import group_types
from cxsim.config.load import from_mapping
from cxsim.config.parameter import spec_of
from cxsim.config.tables import read_firms_table

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "presets.md"
SURENESS = ("found", "derived", "recalled_high", "recalled_medium", "recalled_low", "calibrated", "guess", "choice")


def _presets(group: str) -> dict[str, dict[str, Any]]:
    files = sorted((ROOT / "conf" / group).glob("*.yaml"))
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in files}


def _config(group: str, preset: dict[str, Any]) -> Any:
    return getattr(from_mapping({group: preset}), group)


def _targets() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "conf" / "targets.yaml").read_text(encoding="utf-8"))


def _pounds(value: float | None) -> str:
    return "none" if value is None else f"£{value:,.0f}"


def _percent(value: float | None) -> str:
    return "none" if value is None else f"{100 * value:.3g} %"


def _interval(part: dict[str, Any]) -> str:
    if "unit" in part:
        return f"{part['low']:g} to {part['high']:g} {part['unit']}"
    return f"{100 * part['low']:.3g} to {100 * part['high']:.3g} %"


def markets() -> str:
    """One row per market: what it stands for and how concentrated it starts."""
    rows = []
    for name, preset in _presets("market").items():
        own = _config("market", preset)
        shares = [row.share for row in read_firms_table(own.firms_table)] if own.firms_table else []
        shares = shares or [1 / own.n_firms] * own.n_firms
        hhi = sum((100 * share) ** 2 for share in shares)
        rows.append((name, own.title, str(len(shares)), f"{hhi:,.0f}", f"{own.population:,.0f}",
                     f"{own.reference_price:g}", _targets().get(name, {}).get("regulator", "none")))  # fmt: skip
    return markdown_table(("Preset", "Market", "Firms", "HHI", "Customers", "£/month", "Regulator then"), rows)


def regulators() -> str:
    """One row per regulator: money, cases, fines."""
    rows = []
    for name, preset in _presets("regulator").items():
        own = _config("regulator", preset)
        cases = own.annual_funding / own.case_cost
        kept = f"; keeps {_percent(own.self_funding_share)}" if own.self_funding_share else ""
        rows.append((name, own.title, _pounds(own.annual_funding) + kept, f"{cases:.2g}", f"{own.case_months}",
                     _percent(own.fine_share_of_turnover), _pounds(own.fine_cap),
                     _percent(own.fine_cap_share_of_turnover)))  # fmt: skip
    header = ("Preset", "Regulator", "Money a year", "Cases a year", "Months a case", "Fine, share of turnover",
              "Cap", "Cap, share of turnover")  # fmt: skip
    return markdown_table(header, rows)


def titles(group: str) -> str:
    """One row per preset of a group: its title and the comment that it opens with."""
    rows = []
    for name, preset in _presets(group).items():
        text = (ROOT / "conf" / group / f"{name}.yaml").read_text(encoding="utf-8")
        comments = re.findall(r"^# (.*)$", text, re.MULTILINE)
        comment = next(comment for comment in comments if not comment.startswith("@"))
        rows.append((name, *([preset["title"]] if "title" in preset else []), comment))
    header = ("Preset", "Title", "What it is") if group != "experiment" else ("Preset", "What it is")
    return markdown_table(header, rows)


def targets() -> str:
    """What is published about each market."""
    rows = []
    for name, published in _targets().items():
        for what, value in published.items():
            if what == "regulator":
                continue
            for part in value if isinstance(value, list) else [value]:
                whom = f" of {', '.join(part['firms'])}" if "firms" in part else ""
                sure = (part["confidence"], str(part["year"]), part["note"], part["source"])
                rows.append((name, what.replace("_", " ") + whom, _interval(part), *sure))
    return markdown_table(("Market", "What", "Published", "How sure", "Year", "In detail", "Source"), rows)


def sureness() -> str:
    """How many numbers of each preset of a market or regulator are of which kind."""
    rows = []
    for group in ("market", "regulator"):
        for name, preset in _presets(group).items():
            counts = Counter(entry["confidence"] for entry in preset["sources"].values())
            rows.append((f"{group}={name}", *(str(counts.get(word, "")) for word in SURENESS)))
    return markdown_table(("Preset", *(word.replace("_", ", ") for word in SURENESS)), rows)


def numbers() -> str:
    """Every number of every preset, or the schema's default where the preset explains that."""
    parts = []
    for group in ("market", "regulator", "customers", "firms"):
        for name, preset in _presets(group).items():
            own = _config(group, preset)
            rows = []
            for key, entry in preset["sources"].items():
                unit = spec_of(group_types()[group].__dataclass_fields__[key]).unit
                said = "; ".join(str(entry[part]) for part in ("value", "note") if part in entry)
                year = f" [{entry['year']}]" if "year" in entry else ""
                rows.append((key, default(getattr(own, key)), unit, entry["confidence"], said, entry["source"] + year))
            header = ("Key", "Value", "Unit", "How sure", "What is known, and how it was used", "Source")
            parts += [f"### {group}={name}", own.title, markdown_table(header, rows)]
    return "\n\n".join(parts)


TABLES: dict[str, Callable[[], str]] = {
    "markets": markets,
    "regulators": regulators,
    "firms": lambda: titles("firms"),
    "customers": lambda: titles("customers"),
    "experiments": lambda: titles("experiment"),
    "targets": targets,
    "sureness": sureness,
    "numbers": numbers,
}


def filled(page: str) -> str:
    """The page with every marked table made anew.

    Raises:
        KeyError: a marker names no table.
    """

    return fill_tables(page, TABLES)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
