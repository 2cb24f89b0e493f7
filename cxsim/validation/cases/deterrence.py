"""A rule is broken exactly when the gain exceeds detection x min(fine, cap); a cap below the gain makes funding
irrelevant.

Source: Becker (1968); Polinsky and Shavell (2000).

A firm that gains G a month by breaking a rule and expects to pay the fine F with chance p a month offends iff G > p
min(F, cap). As p is at most 1, a cap below G leaves offending the better choice whatever the regulator can spend.

The engine: one firm whose customers cannot leave, a hidden fee that nobody notices as its only lever, so that the
monthly gain is fee x customers. The fine is a multiple of the yearly gain, detection a belief held fixed (or, in the
last rows, learned from a regulator whose funding buys cases). Each point of the phase diagram is a market of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.results.figures.style import BLUE, VERMILION, head
from cxsim.validation.case import COMMON, Case, Option, Report
from cxsim.validation.cases.cartel_patience import threshold
from cxsim.validation.figures import curve, key
from cxsim.validation.plain import demand, played, seeds

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OPTIONS = COMMON | {
    "seeds": Option(5, "independent runs behind each interval", 1, 10_000),
    "fee": Option(1.0, "hidden fee that can be charged (£/month)", 0.01, 100.0),
    "cap": Option(20.0, "fine cap, in monthly gains", 0.01, 1e6),
    "points": Option(13, "points of the phase diagram along each axis", 3, 100),
    "months": Option(240, "months of the runs with a funded regulator", 24, 10_000),
    "steps": Option(12, "halvings of the bisection", 3, 40),
}
POPULATION = 1_000_000.0
CASE_COST = 100_000.0


def market(options: Mapping[str, Any], detection: float, fine: float, cap: float | None) -> dict[str, Any]:
    """Values of the market; ``fine`` and ``cap`` are in monthly gains at the full fee."""
    gain = options["fee"] * POPULATION
    return demand(50.0, 5.0, 1.0, False) | {
        "market.n_firms": 1,
        "market.n_customers": 100,
        "market.population": POPULATION,
        "market.reference_price": 10.0,
        "market.max_hidden_fee": options["fee"] / 10.0,
        "firms.levers": ["hidden_fee"],
        "firms.initial_price_spread": 0.0,
        "firms.prior_detection": detection,
        "firms.detection_learning": 0.0,
        "regulator.rules": ["hidden_fee"],
        "regulator.detection": 1.0,
        "regulator.severity_scale": 0.0,
        "regulator.fine_multiple_of_gain": fine / 12.0,
        "regulator.fine_cap": None if cap is None else cap * gain,
        "months": 4,
    }


def offends(values: Mapping[str, Any], seed: int) -> bool:
    """Whether the firm charges the fee in the end."""
    return played(values, seed).firms[0].hidden_fee > 0.0


def funded(options: Mapping[str, Any], cap: float, cases_a_month: float, seed: int) -> float:
    """Share of the last half's months in which the rule was broken, with a regulator that opens so many cases a month."""
    values = market(options, 0.01, 1000.0, cap) | {
        "firms.detection_learning": 0.02,
        "regulator.annual_funding": 12.0 * cases_a_month * CASE_COST,
        "regulator.case_cost": CASE_COST,
        "regulator.case_months": 1,
        "regulator.false_positive_rate": 0.0,
        "regulator.targeting": "random",
        "months": options["months"],
    }
    monthly = played(values, seed).frames()["monthly"]
    return float(monthly["violations"].tail(options["months"] // 2).mean())


def run(options: Mapping[str, Any]) -> Report:
    """The phase diagram, critical values on either side of the cap, and runs with a funded regulator."""
    cap = options["cap"]
    # Between the points of the frontier, where the firm would be indifferent, none may lie.
    chances = np.geomspace(0.0107, 0.93, options["points"])
    fines = np.geomspace(1.13, 173.0, options["points"])
    theory = chances[None, :] * np.minimum(fines, cap)[:, None] < 1.0
    engine = np.array([[offends(market(options, p, fine, cap), 1) for p in chances] for fine in fines])
    below, above = 0.4 * cap, 5.0 * cap
    found = [CASE.finding("points of the phase diagram on theory's side (share)", 1.0, [np.mean(engine == theory)], 1e-9)]
    for label, fine in (("below", below), ("above", above)):
        expected = min(1.0, 1.0 / min(fine, cap))
        critical = [
            threshold(lambda p, f=fine, s=seed: not offends(market(options, p, f, cap), s), 0.0, 1.0, options["steps"])
            for seed in seeds(min(2, options["seeds"]))
        ]
        found.append(CASE.finding(f"detection that deters, fine {label} the cap (1/month)", expected, critical, 2.0 ** -options["steps"],
                                  relative=False))  # fmt: skip
    trials = (("cap half the gain", 0.5, 0.05, 1.0), ("cap half the gain", 0.5, 3.0, 1.0), ("cap 5 gains", 5.0, 0.05, 1.0),
              ("cap 5 gains", 5.0, 3.0, 0.0))  # fmt: skip
    for label, limit, cases, expected in trials:
        broken = [funded(options, limit, cases, seed) for seed in seeds(options["seeds"])]
        found.append(CASE.finding(f"months of offending, {label}, money for {cases:g} cases a month (share)", expected, broken, 0.05,
                                  relative=False))  # fmt: skip
    return Report(found, {"chances": chances, "fines": fines, "engine": engine, "cap": cap})


def draw(figure: Figure, report: Report) -> None:
    """The phase diagram with theory's frontier."""
    axes = figure.subplots()
    data = report.data
    p, fine = np.meshgrid(data["chances"], data["fines"])
    for flag, colour, marker, label in (
        (True, VERMILION, "X", "engine: offends"),
        (False, BLUE, "o", "engine: complies"),
    ):
        some = data["engine"] == flag
        axes.plot(p[some], fine[some], linestyle="none", marker=marker, color=colour, markersize=6, label=label)
    line = np.geomspace(1.0 / data["cap"], 1.0, 100)
    curve(
        axes,
        [line[0], *line],
        [data["fines"][-1] * 1.3, *(1.0 / line)],
        label="theory: detection x min(fine, cap) = gain",
    )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(0.8, data["fines"][-1] * 1.3)
    axes.axhline(data["cap"], color="#888888", linewidth=0.8)
    axes.annotate("cap", (1.05, data["cap"]), xytext=(2, 3), textcoords="offset points", fontsize=9)
    axes.set_xlabel("detection, chance per month")
    head(axes, "Who breaks the rule", "fine before the cap, in monthly gains")
    key(axes, "below")


CASE = Case(
    "deterrence", "A rule is broken exactly when it pays", "Becker (1968); Polinsky and Shavell (2000)", OPTIONS, run, draw,
    quick={"seeds": 2, "points": 6, "months": 120, "steps": 8}, about=__doc__ or "",
)  # fmt: skip
