"""Switching costs and price: impatient firms charge more for them, patient firms less.

Source: Dubé, Hitsch and Rossi (2009), "Do switching costs make markets less competitive?"; Klemperer (1995).

Harvesting customers who are tied raises prices; investing in customers who will be tied lowers them. Without a future
only the first is left: p - c = mu / (2 P (1 - P)) with P the chance of staying, above the price without switching
costs. With patience, investing wins at moderate switching costs. The independent solver finds the Markov-perfect
equilibrium on a grid of the share of customers attached to a firm.

The engine: two planners who set one price for all customers. A planner reckons with holding its price for good and
takes the rival's as it stands, where a Markov-perfect firm foresees how both move with the state: the two agree
exactly for a horizon of one month and in sign for patient firms, and differ in size between. The engine is therefore
also held against an exact solution of the game that its planners play.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.results.figures.style import BLUE, GREEN, QUIET, head
from cxsim.validation.case import COMMON, Case, Option, Report
from cxsim.validation.figures import curve, dots, key
from cxsim.validation.plain import demand, made, prices, seeds
from cxsim.validation.theory import inertia

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OPTIONS = COMMON | {
    "cost": Option(1.0, "unit cost (£/month)", 0.0, 1e4),
    "mu": Option(0.25, "scale of the taste shock (£/month)", 0.01, 100.0),
    "switching": Option(0.25, "cost of switching (£)", 0.0, 1e3),
    "horizons": Option((1.0, 2.0, 4.0, 12.0), "horizons of the firms tried (months)", 1.0, 1e4),
    "months": Option(60, "months, the last third measured", 15, 10_000),
    "customers": Option(10_000, "simulated customers, all of them surveyed", 500, 100_000),
}


def charged(options: Mapping[str, Any], switching: float, horizon: float, seed: int) -> float:
    """Mean price of both firms over the last third of a run."""
    values = demand(20.0 + options["cost"], options["cost"], options["mu"], False) | {
        "market.n_firms": 2,
        "market.switching_cost": switching,
        "market.n_customers": options["customers"],
        "firms.panel_size": options["customers"],
        "firms.horizon_months": horizon,
        "firms.initial_price_spread": 0.1,
        "firms.max_price": 20.0,
    }
    market = made(values, seed)
    path = []
    for _ in range(options["months"]):
        market.step()
        path.append(prices(market).mean())
    return float(np.mean(path[-max(1, options["months"] // 3) :]))


def run(options: Mapping[str, Any]) -> Report:
    """Price for each horizon against both solvers, and the sign of the effect at the ends."""
    tied = inertia.Inertia(options["cost"], options["mu"], options["switching"])
    free = options["cost"] + 2.0 * options["mu"]
    found, got, perfect = [], {}, {}
    for horizon in sorted(options["horizons"]):
        discount = 1.0 - 1.0 / horizon
        got[horizon] = [charged(options, options["switching"], horizon, seed) for seed in seeds(options["seeds"])]
        state, path = inertia.markov_perfect(tied, discount)
        perfect[horizon] = float(np.interp(0.5, state, path))
        committed = inertia.committed_price(tied, discount)
        alike = horizon == 1.0
        note = "" if alike else "planners hold prices for good in their reckoning; Markov-perfect firms foresee both moving with the state"
        found.append(
            CASE.finding(
                f"price, horizon {horizon:g}: Markov-perfect (£/month)",
                perfect[horizon],
                got[horizon],
                0.005,
                judged=alike,
                note=note,
            )
        )
        found.append(CASE.finding(f"price, horizon {horizon:g}: game of planners (£/month)", committed, got[horizon], 0.005))
    for horizon, who in ((min(got), "impatient"), (max(got), "patient")):
        effect = np.sign(np.round(np.array(got[horizon]) - free, 6))
        found.append(
            CASE.finding(
                f"sign of the effect of switching costs, {who} firms",
                float(np.sign(perfect[horizon] - free)),
                effect,
                0.0,
                relative=False,
            )
        )
    at = np.linspace(0.0, max(1.0 - 1.0 / horizon for horizon in got), 13)
    lines = [(inertia.committed_price(tied, d), float(np.interp(0.5, *inertia.markov_perfect(tied, float(d))))) for d in at]
    return Report(found, {"at": at, "lines": np.array(lines), "got": got, "free": free})


def draw(figure: Figure, report: Report) -> None:
    """Price against patience."""
    axes = figure.subplots()
    data = report.data
    curve(axes, data["at"], data["lines"][:, 0], label="game of planners, exact")
    curve(axes, data["at"], data["lines"][:, 1], label="Markov-perfect, exact", color=GREEN, linestyle="-.")
    horizons = sorted(data["got"])
    dots(
        axes,
        [1.0 - 1.0 / horizon for horizon in horizons],
        np.array([data["got"][horizon] for horizon in horizons]).T,
        colour=BLUE,
    )
    axes.axhline(data["free"], color=QUIET, linewidth=0.9)
    axes.annotate(
        "without switching costs",
        (0.0, data["free"]),
        xytext=(2, 3),
        textcoords="offset points",
        fontsize=9,
        color=QUIET,
    )
    axes.set_xlabel("monthly discount factor of the firms")
    head(axes, "The effect of switching costs turns with patience", "price, £/month")
    key(axes, "below")


CASE = Case(
    "switching_costs", "Switching costs: dearer with impatient firms, cheaper with patient ones",
    "Dubé, Hitsch and Rossi (2009); Klemperer (1995)", OPTIONS, run, draw,
    quick={"seeds": 3, "months": 30, "customers": 2000, "horizons": (1.0, 4.0)}, about=__doc__ or "",
)  # fmt: skip
