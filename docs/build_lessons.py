"""Write the numbers of the lessons' keys (docs/lessons) from the lessons themselves: ``python docs/build_lessons.py [01 02 ...]``.

Each key has one table between marks. It is made by running the lesson's script, which takes some seconds.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from cxsim.results.intervals import mean_interval

ROOT = Path(__file__).resolve().parents[1]
KEYS = ROOT / "docs" / "lessons"
OPEN, CLOSE = "<!-- numbers -->", "<!-- end -->"
Names = Mapping[str, Any]


def table(stem: str, names: Names) -> str:
    """The table of a lesson's key, from what the lesson made."""
    return markdown(TABLES[stem[:2]](names))


def markdown(frame: pd.DataFrame) -> str:
    """A table as Markdown, its index as the first column."""
    head = [str(frame.index.name or ""), *map(str, frame.columns)]
    rows = [[str(index), *map(str, row)] for index, row in zip(frame.index, frame.to_numpy(), strict=True)]
    lines = ["| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines)


def written(text: str, made: str) -> str:
    """A key with a new table between its marks."""
    return re.sub(f"{re.escape(OPEN)}.*?{re.escape(CLOSE)}", lambda _: f"{OPEN}\n\n{made}\n\n{CLOSE}", text, flags=re.DOTALL)


def cells() -> Any:
    """The module that runs lessons."""
    spec = importlib.util.spec_from_file_location("cxsim_notebooks_cells", ROOT / "notebooks" / "cells.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _first(names: Names) -> pd.DataFrame:
    years = names["years"].query("year in (1, 2, 5)").groupby("year")
    found = years[["price", "loyalty_premium", "hidden_fees", "price_paid", "quality", "experience"]].mean()
    return _worded(found, {"price": "Advertised, £", "loyalty_premium": "Premium, £", "hidden_fees": "Fee, £", "price_paid": "Paid, £",
                           "quality": "Quality", "experience": "Experience"}, "Year")  # fmt: skip


def _competition(names: Names) -> pd.DataFrame:
    columns = {"price": "Advertised, £", "price_paid": "Paid, £", "loyalty_premium": "Premium, £", "hidden_fees": "Fee, £",
               "quality": "Quality", "margin": "Margin"}  # fmt: skip
    rivals = names["rivals"].groupby("market.n_firms")[list(columns)].mean()
    looking = names["looking"]
    often = looking[looking["market.attention"] == 0.15].groupby("market.n_firms")[list(columns)].mean()
    rivals.index = [f"{firms} firms, seldom watched" for firms in rivals.index]
    often.index = [f"{firms} firms, often watched" for firms in often.index]
    return _worded(pd.concat([rivals, often]), columns, "")


def _fines(names: Names) -> pd.DataFrame:
    rows = names["table"].assign(cap=names["table"]["regulator.fine_cap"].map({5e4: "£50k", 1e6: "£1m", 1e7: "£10m"}).fillna("none"))
    rows["regulator"] = rows["regulator.annual_funding"].map({100_000: "£100k", 2_000_000: "£2m"}) + " a year, cap " + rows["cap"]
    rows["fines"] *= 12e-6
    found = rows.groupby("regulator", sort=False)[["hidden_fees", "fines", "price", "price_paid"]].mean()
    return _worded(found, {"hidden_fees": "Fee, £", "fines": "Fines, £m a year", "price": "Advertised, £", "price_paid": "Paid, £"}, "")


def _watchdog(names: Names) -> pd.DataFrame:
    rows = names["shares"].assign(spend=names["shares"]["regulator_spend"] * 12e-6, hand=names["shares"]["regulator_budget"] * 1e-6)
    found = rows.groupby("regulator.self_funding_share")[["hidden_fees", "spend", "hand"]].mean()
    return _worded(found, {"hidden_fees": "Fee, £", "spend": "Spending, £m a year", "hand": "In hand, £m"}, "Keeps")


def _loyalty(names: Names) -> pd.DataFrame:
    words = {"price": "Price for newcomers, £", "loyalty_premium": "Premium, £", "price_paid": "Paid, £", "churn": "Switching a year",
             "consumer_surplus": "Consumer surplus, £"}  # fmt: skip
    rows = {word: [_interval(names["change"](column, names[when])) for when in ("FIRST", "LATER")] for column, word in words.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["First two years", "Later"]).rename_axis("Change by the ban")


def _fees(names: Names) -> pd.DataFrame:
    rows = {}
    for firms in (1, 2, 4, 8):
        taken, kept = names["taken"].loc[firms], names["kept"].loc[firms]
        rows[firms] = [f"{taken.mean():.2f}", f"{kept.mean():.2f}", _interval(mean_interval(1 - kept / taken))]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["Fee banned, £", "Paid less, £", "Waterbed"]).rename_axis("Firms")


def _giant(names: Names) -> pd.DataFrame:
    years = names["table"].query("year in (1, 2, 3, 5, 7)").groupby(["year", "strategy"], observed=True)
    made = years[["profit", "customers", "experience"]].mean()
    made["profit"], made["customers"] = made["profit"] * 1e-6, made["customers"] * 1e-3
    wide = made.unstack()
    who = {"loyalty_data_harvester": "harvester", "service_and_low_price": "discounter"}
    words = {"profit": "Profit, £m a month", "customers": "Customers, thousand", "experience": "Experience"}
    wide.columns = [f"{words[column]}: {who[strategy]}" for column, strategy in wide.columns]
    return _worded(wide, {name: name for name in wide.columns}, "Year")


def _cartels(names: Names) -> pd.DataFrame:
    found = names["table"].groupby("authority", sort=False)[["price", "cartel_members", "fines", "coverage"]].mean()
    found["fines"] *= 12e-6
    words = {"price": "Price, £", "cartel_members": "Members", "fines": "Fines, £m a year", "coverage": "Served"}
    return _worded(found, words, "Authority")


def _score(names: Names) -> pd.DataFrame:
    found = names["table"].groupby("firms.proxy_bias")[["score", "experience", "price", "profit", "coverage", "consumer_surplus"]].mean()
    found["profit"] *= 1e-6
    return _worded(found, {"score": "Score", "experience": "Experience", "price": "Price, £", "profit": "Profit, £m a month",
                           "coverage": "Served", "consumer_surplus": "Consumer surplus, £"}, "Belief")  # fmt: skip


def _tournament(names: Names) -> pd.DataFrame:
    ranking = names["answer"].tables["ranking"].frame.set_index("entry")
    words = {"profit": "Profit, %", "value": "What customers got, %", "share": "Share (1 is equal)", "experience": "Experience",
             "paid": "Paid, %"}  # fmt: skip
    return _worded(ranking[list(words)], words, "Entry")


TABLES: dict[str, Callable[[Names], pd.DataFrame]] = {
    "01": _first, "02": _competition, "03": _fines, "04": _watchdog, "05": _loyalty, "06": _fees, "07": _giant, "08": _cartels,
    "09": _score, "10": _tournament,
}  # fmt: skip


def _worded(frame: pd.DataFrame, words: Mapping[str, str], index: str) -> pd.DataFrame:
    return frame.map(lambda value: f"{value:.2f}" if abs(value) < 100 else f"{value:,.0f}").rename(columns=dict(words)).rename_axis(index)


def _interval(found: Any) -> str:
    return f"{found.mean:.2f} [{found.low:.2f} to {found.high:.2f}]"


def main(wanted: list[str]) -> int:
    """Write the tables of some lessons, or of all."""
    here = Path.cwd()
    for key in sorted(KEYS.glob("[0-9][0-9]_*.md")):
        if wanted and key.stem[:2] not in wanted:
            continue
        with tempfile.TemporaryDirectory() as scratch, contextlib.redirect_stdout(io.StringIO()):
            os.chdir(scratch)
            try:
                made = table(key.stem, cells().run(ROOT / "notebooks" / f"{key.stem}.py"))
            finally:
                os.chdir(here)
        key.write_text(written(key.read_text(encoding="utf-8"), made), encoding="utf-8")
        print(key.name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
