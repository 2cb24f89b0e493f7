"""Market presets against what is published about their markets.

Source: ``conf/targets.yaml``, which names the source of every range; cartels from Boyer and Kotchoni (2015), Connor
(2014) and Levenstein and Suslow (2011).

Each market runs with the regulator that watched it. Switching is the yearly churn, the margin is operating profit
before fines over revenue, the loyalty premium is what customers pay on average above new-customer prices, and the
drift of shares is that of the firms named, in percentage points a year over the run. Cartels are those of the generic
market with firms that collude whenever it pays, under a competition authority: their overcharge relative to the price
before, and how long they last. A fact is hit when the simulated mean lies in the observed range. Nothing is tuned
here: misses stay.

Dark patterns have no row: experiments report how many more people sign up for an unwanted service, and nobody signs
up for one in the engine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from cxsim.config import paths
from cxsim.config.errors import CxsimError
from cxsim.config.load import load
from cxsim.results.figures.style import QUIET
from cxsim.results.intervals import mean_interval
from cxsim.validation.case import HIT, MISS, Case, Finding, Option, Report
from cxsim.validation.figures import MARKS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

OPTIONS = {
    "seeds": Option(3, "independent runs behind each interval", 1, 10_000),
    "months": Option(120, "months of each run of a market", 24, 12_000),
    "cartel_months": Option(360, "months of each run with a cartel", 60, 12_000),
    "customers": Option(3000, "simulated customers", 100, 10_000_000),
}
CARTELS = (
    (
        "overcharge",
        "cartel overcharge (share of the price before)",
        0.10,
        0.25,
        "Boyer and Kotchoni (2015): mean 15.5, median 16.0 %; Connor (2014): median 23 %",
    ),
    (
        "duration",
        "duration of a cartel (years)",
        5.0,
        8.1,
        "Levenstein and Suslow (2011): 8.1 for international cartels; others 5 to 8 (recalled)",
    ),
)


def targets() -> dict[str, Any]:
    """Facts by market; empty where the file is not there.

    Raises:
        CxsimError: the file cannot be read.
    """
    path = paths.conf_dir() / "targets.yaml"
    if not path.is_file():
        return {}
    try:
        return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (OSError, yaml.YAMLError) as error:
        raise CxsimError(f"{path}: the facts cannot be read ({error}).") from error


def facts(about: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each fact of a market with its kind; some kinds hold a list of facts."""
    for kind, fact in about.items():
        if kind == "regulator":
            continue
        for part in fact if isinstance(fact, list) else [fact]:
            yield kind, part


def measure(kind: str, fact: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> float:
    """What a run shows of a fact.

    Raises:
        CxsimError: a kind of fact that no column measures, or firms that the market does not have.
    """
    monthly = frames["monthly"]
    if kind in ("annual_switching", "operating_margin", "loyalty_premium"):
        column = {"annual_switching": "churn", "operating_margin": "margin", "loyalty_premium": "loyalty_premium"}[kind]
        return float(monthly[column].mean())
    if kind == "share_drift":
        firms = frames["firms"]
        named = firms[firms["firm"].isin(fact["firms"])]
        if named.empty:
            raise CxsimError(
                f"targets.yaml: share_drift names {', '.join(fact['firms'])}, and the market has none of them."
            )
        share = named.groupby("month")["share"].sum()
        return float(1200.0 * np.polyfit(share.index.to_numpy(float), share.to_numpy(), 1)[0])
    raise CxsimError(f"targets.yaml: {kind} is no kind of fact that can be measured.")


def labelled(market: str, kind: str, fact: Mapping[str, Any]) -> str:
    """A fact in words."""
    words = {
        "annual_switching": "switching (share a year)",
        "operating_margin": "operating margin (share of revenue)",
        "loyalty_premium": "loyalty premium (£/month)",
        "share_drift": f"share drift of {_together(fact.get('firms', []))} (points a year)",
    }
    return f"{market}: {words.get(kind, kind)}"


def _together(firms: list[str]) -> str:
    return " + ".join(firms) if len(firms) < 4 else f"{firms[0]} and {len(firms) - 1} others"


def judged(label: str, low: float, high: float, values: Any, note: str) -> Finding:
    """A fact as a row: the middle of the range stands as theory, half its width as tolerance."""
    mean, below, above = (float(part) for part in mean_interval(np.asarray(values, dtype=float)))
    verdict = HIT if low <= mean <= high else MISS
    return Finding(
        CASE.name, CASE.source, label, 0.5 * (low + high), mean, below, above, 0.5 * (high - low), verdict, note
    )


def run(options: Mapping[str, Any]) -> Report:
    """Every market with facts, then cartels."""
    from cxsim.market.model import Market

    found = []
    for market, about in targets().items():
        config = load(
            f"market={market}",
            f"regulator={about['regulator']}",
            months=options["months"],
            **{"market.n_customers": options["customers"]},
        )
        runs = []
        for number in range(options["seeds"]):
            engine = Market(config, replication=number)
            for _ in range(config.burn_in + config.months):
                engine.step()
            runs.append(engine.frames())
        for kind, fact in facts(about):
            values = [measure(kind, fact, frames) for frames in runs]
            note = f"{fact.get('year', '')}, {fact.get('confidence', '')}".strip(", ")
            found.append(judged(labelled(market, kind, fact), float(fact["low"]), float(fact["high"]), values, note))
    lived = [cartels(options, number) for number in range(options["seeds"])]
    for column, (_, label, low, high, note) in enumerate(CARTELS):
        found.append(judged(label, low, high, [row[column] for row in lived], note))
    return Report(found)


def cartels(options: Mapping[str, Any], number: int) -> tuple[float, float]:
    """Mean overcharge while there is a cartel, and mean length of the cartels that ended (years); NaN where there was none."""
    from cxsim.market.model import Market

    config = load(
        "firms=cartelist",
        "regulator=cma",
        months=options["cartel_months"],
        **{"market.n_customers": options["customers"]},
    )
    engine = Market(config, replication=number)
    for _ in range(config.burn_in + config.months):
        engine.step()
    monthly = engine.frames()["monthly"]
    on = (monthly["cartel_members"] > 0).to_numpy()
    if not on.any():
        return math.nan, math.nan
    during = monthly[on]
    overcharge = float((during["overcharge"] / (during["price"] - during["overcharge"])).mean())
    edges = np.flatnonzero(np.diff(np.concatenate([[0], on.astype(int), [0]])))
    spells = edges.reshape(-1, 2)
    ended = spells[spells[:, 1] < len(on)]
    return overcharge, float(np.mean(ended[:, 1] - ended[:, 0]) / 12.0) if len(ended) else math.nan


def draw(figure: Figure, report: Report) -> None:
    """Observed ranges as bars of width two, simulated intervals on them."""
    axes = figure.subplots()
    places = np.arange(len(report.findings))[::-1]
    for place, row in zip(places, report.findings, strict=True):
        marker, colour = MARKS[row.verdict]
        scale = max(row.tolerance, 1e-12)
        off = [float(np.clip((value - row.theory) / scale, -5.8, 5.8)) for value in (row.mean, row.low, row.high)]
        if np.isfinite(row.mean):
            axes.hlines(place, *(off[1:] if np.isfinite(row.low) else [off[0]] * 2), color=colour, linewidth=2.0)
            axes.plot(off[0], place, marker=marker, color=colour, markersize=6)
    axes.axvspan(-1, 1, color=QUIET, alpha=0.15, zorder=0)
    axes.set_yticks(places, [row.quantity for row in report.findings], fontsize=7.5)
    axes.set_xlim(-6, 6)
    axes.set_xlabel("grey: range observed; bar: simulated")
    axes.grid(axis="y", visible=False)


CASE = Case(
    "stylised_facts", "Market presets against published facts", "conf/targets.yaml, which names a source for each", OPTIONS, run, draw,
    about=__doc__ or "",
)  # fmt: skip
