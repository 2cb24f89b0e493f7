"""Market presets against what is published about their markets.

Source: ``conf/targets.yaml``, which names the source of every range; cartels from Boyer and Kotchoni (2015), Connor
(2014) and Levenstein and Suslow (2011); dark patterns from Luguri and Strahilevitz (2021) and the Department for
Business and Trade (2024).

Each market runs with the regulator that watched it. Switching is the yearly churn, the margin is operating profit
before fines over revenue, the loyalty premium is what customers pay on average above new-customer prices, and the
drift of shares is that of the firms named, in percentage points a year over the run. A fact is hit when the simulated
mean lies in the observed range. Nothing is tuned here: misses stay.

Cartels are those of the generic market with firms that collude whenever it pays, under the competition authority of
``regulator=cma``: their overcharge relative to the price before, and their mean duration, months of cartels over
cartels that ended, so that those still standing at the end of a run count too. The duration follows from the
chance of being caught, which the preset takes from Combe, Monnier and Legal (2008), and from how often a cartel breaks up by itself.

Dark patterns: everybody in the generic market is asked once, plainly, with mild and with aggressive patterns, and the
take-up of the optional extra is compared. The engine's take-up is set from the same experiment, so that the first two
rows check that it is carried out and are no test of the theory. The third lets planners choose how dark their patterns are, at the
price of a UK subscription that nobody wants (£14 a month), where no rule forbids it.
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
    "cartel_seeds": Option(6, "runs with a cartel", 1, 10_000),
    "cartel_months": Option(1200, "months of each run with a cartel", 60, 12_000),
    "customers": Option(3000, "simulated customers", 100, 10_000_000),
}
CARTELS = (
    (
        "overcharge",
        "cartel overcharge (share of the price before)",
        0.10,
        0.25,
        "Boyer and Kotchoni (2015): mean 15.5, median 16.0 %; Connor (2014): median 23 %. The model's cartels charge the joint-profit "
        "price, and the generic market as a whole hardly reacts to price",
    ),
    (
        "duration",
        "mean duration of a cartel (years)",
        5.0,
        8.1,
        "Levenstein and Suslow (2011): 8.1 for international cartels; others 5 to 8 (recalled)",
    ),
)
TRAPS = (
    (
        "mild dark patterns: take-up of an extra, relative to a plain question",
        1.8,
        2.9,
        "Luguri and Strahilevitz (2021): 25.8 against 11.3 %, 95 % interval with about 650 people a group (recalled)",
    ),
    (
        "aggressive dark patterns: take-up of an extra, relative to a plain question",
        2.9,
        4.7,
        "Luguri and Strahilevitz (2021): 41.9 against 11.3 %, 95 % interval with about 650 people a group (recalled)",
    ),
    (
        "extras that are unwanted, where planners choose (share of all extras)",
        0.061,
        0.065,
        "Department for Business and Trade (2024): 10 of 155 million UK subscriptions, or £1.6bn a year at £14 a month; of all "
        "subscriptions, wanted ones of other markets included",
    ),
)
SUBSCRIPTION = 14.0
"""Price of a UK subscription that nobody wants (£/month)."""


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
            raise CxsimError(f"targets.yaml: share_drift names {', '.join(fact['firms'])}, and the market has none of them.")
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
    return Finding(CASE.name, CASE.source, label, 0.5 * (low + high), mean, below, above, 0.5 * (high - low), verdict, note)


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
    lived = [cartels(options, number) for number in range(options["cartel_seeds"])]
    for column, (_, label, low, high, note) in enumerate(CARTELS):
        found.append(judged(label, low, high, [row[column] for row in lived], note))
    trapped = [traps(options, number) for number in range(options["seeds"])]
    for column, (label, low, high, note) in enumerate(TRAPS):
        found.append(judged(label, low, high, [row[column] for row in trapped], note))
    return Report(found)


def traps(options: Mapping[str, Any], number: int) -> tuple[float, float, float]:
    """Take-up under mild and aggressive patterns relative to a plain question, and the share of extras unwanted where planners choose."""
    from cxsim.market.model import Market

    def sold(dark: float) -> float:
        """Share of those asked once who take the extra."""
        asked = {"market.extra_price": extra, "market.extra_offers": 1.0, "firms.levers": ["disclosure"]}
        start = {"firms.initial_levers": {"dark_pattern": dark}, "market.review_months": 120}
        config = load("market=generic", "regulator=none", months=1, burn_in=0, **asked, **start, **people)
        engine = Market(config, replication=number)
        engine.step()
        return float(engine.population.columns["extra"][engine.population.columns["supplier"] > 0].mean())

    people = {"market.n_customers": 10 * options["customers"]}
    extra = SUBSCRIPTION / load("market=generic").market.reference_price
    plain, mild, aggressive = (sold(dark) for dark in (0.0, 0.5, 1.0))
    free = {"market.extra_price": extra, "firms.levers": ["price", "quality", "service", "dark_pattern"]}
    config = load("market=generic", "regulator=none", months=options["months"], **free, **{"market.n_customers": options["customers"]})
    engine = Market(config, replication=number)
    for _ in range(config.burn_in + config.months):
        engine.step()
    ledger = engine.frames()["ledger"].groupby("conduct")["amount"].sum()
    unwanted = float(ledger.get("unwanted_extra", 0.0))
    return mild / plain, aggressive / plain, unwanted / (unwanted + float(ledger.get("extra", 0.0)))


def cartels(options: Mapping[str, Any], number: int) -> tuple[float, float]:
    """Mean overcharge while there is a cartel, and the mean duration of cartels (years); NaN where there was none, or none ended."""
    from cxsim.market.model import Market

    config = load(
        "market=generic",
        "firms=cartelist",
        "regulator=cma",
        months=options["cartel_months"],
        **{"market.n_customers": max(100, options["customers"] // 3)},
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
    return overcharge, mean_duration(on)


def mean_duration(on: np.ndarray) -> float:
    """Mean duration (years) of cartels from months in which there was one: all their months over how many ended; NaN if none did.

    The estimator of a constant hazard where some spells are cut off by the end of the run.
    """
    ended = int(np.count_nonzero(on[:-1] & ~on[1:]))
    return float(on.sum() / ended / 12.0) if ended else math.nan


WIDTH = 6.0
"""How far the axis of the figure reaches, in halves of the ranges observed."""


def draw(figure: Figure, report: Report) -> None:
    """Observed ranges as bars of width two, simulated intervals on them; what lies beyond the axis is told by an arrow and in figures."""
    axes = figure.subplots()
    places = np.arange(len(report.findings))[::-1]
    for place, row in zip(places, report.findings, strict=True):
        marker, colour = MARKS[row.verdict]
        scale = max(row.tolerance, 1e-12)
        mean, low, high = ((value - row.theory) / scale for value in (row.mean, row.low, row.high))
        if not np.isfinite(mean):
            continue
        if np.isfinite(low):
            axes.hlines(place, *np.clip((low, high), -WIDTH, WIDTH), color=colour, linewidth=2.0)
        if abs(mean) < WIDTH:
            axes.plot(mean, place, marker=marker, color=colour, markersize=6)
        else:
            side, marker, aligned = (1.0, ">", "right") if mean > 0 else (-1.0, "<", "left")
            axes.plot(side * (WIDTH - 0.2), place, marker=marker, color=colour, markersize=6)
            axes.text(side * (WIDTH - 0.45), place, f"{mean:+.0f}", color=colour, fontsize=8, va="center", ha=aligned)
    axes.axvspan(-1, 1, color=QUIET, alpha=0.15, zorder=0)
    axes.set_yticks(places, [row.quantity.replace("_", " ") for row in report.findings], fontsize=7.5)
    axes.set_xlim(-WIDTH, WIDTH)
    axes.set_xlabel("from the middle of the range observed (grey),\nin halves of its width; bar: 95 % interval")
    axes.grid(axis="y", visible=False)


CASE = Case(
    "stylised_facts", "Market presets against published facts", "conf/targets.yaml, which names a source for each", OPTIONS, run, draw,
    about=__doc__ or "",
)  # fmt: skip
