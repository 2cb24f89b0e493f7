"""Loyalty pricing with uniform switching costs, and the ban on price walking.

Source: Chen (1997), "Paying customers to switch", last period.

Two firms with half of the customers each; switching costs s are uniform on [0, theta] and drawn anew each period. A
firm that charges its own customers p_L and the rival's p_N, against a symmetric rival, keeps those with s > p_L -
p_N. First-order conditions give p_L = c + 2 theta / 3, p_N = c + theta / 3 and a third of customers switching. With
one price for all, (p - c) / theta x 1/2 = 1/2: both pay c + theta, and nobody switches.

The engine chooses by a logit, so a small taste shock mu remains. The independent solver takes the same mu; its limit
at mu = 0 is shown beside it. The engine's firms are given a horizon of one month, which makes every month a last
period, and survey all customers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.results.figures.style import BLUE, VERMILION, head
from cxsim.validation.case import COMMON, Case, Option, Report
from cxsim.validation.figures import curve, dots, key
from cxsim.validation.plain import demand, played, seeds
from cxsim.validation.theory import chen

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OPTIONS = COMMON | {
    "seeds": Option(4, "independent runs behind each interval", 1, 10_000),
    "theta": Option(1.0, "highest switching cost (£)", 0.05, 1e3),
    "cost": Option(1.0, "unit cost (£/month)", 0.0, 1e4),
    "mu": Option(0.02, "scale of the taste shock that remains (£/month)", 0.005, 10.0),
    "months": Option(120, "months, the first half left out", 20, 10_000),
    "customers": Option(10_000, "simulated customers, all of them surveyed", 500, 100_000),
    "thetas": Option((0.5, 1.5), "further highest switching costs, for the figure", 0.05, 1e3),
}


def measured(options: Mapping[str, Any], theta: float, ban: bool, seed: int) -> tuple[float, float, float]:
    """Loyal price, new price and monthly switching of a run, means over its second half and both firms."""
    values = demand(20.0 + options["cost"], options["cost"], options["mu"], False) | {
        "market.n_firms": 2,
        "market.switching_cost": 0.5 * theta,
        "market.switching_cost_spread": "uniform",
        "market.switching_cost_lasting": False,
        "market.reference_price": options["cost"] + 0.5 * theta,
        "market.n_customers": options["customers"],
        "market.ban_price_walking": ban,
        "firms.levers": ["price", "loyalty_premium"],
        "firms.horizon_months": 1,
        "firms.panel_size": options["customers"],
        "market.max_loyalty_premium": 2.0,
        "burn_in": options["months"] // 2,
        "months": options["months"] - options["months"] // 2,
    }
    frames = played(values, seed).frames()
    firms = frames["firms"]
    loyal = firms["price"] + firms["loyalty_premium"]
    return float(loyal.mean()), float(firms["price"].mean()), float(frames["monthly"]["churn"].mean() / 12.0)


def run(options: Mapping[str, Any]) -> Report:
    """Both prices and switching, free and under the ban."""
    theta, cost, mu = options["theta"], options["cost"], options["mu"]
    free = np.array([measured(options, theta, False, seed) for seed in seeds(options["seeds"])])
    banned = np.array([measured(options, theta, True, seed) for seed in seeds(options["seeds"])])
    loyal, new, moving = chen.discriminating(cost, theta, mu)
    one, _ = chen.uniform(cost, theta, mu)
    limit = chen.discriminating(cost, theta)
    found = [
        CASE.finding("price to loyal customers (£)", loyal, free[:, 0], 0.01, note=f"limit at mu = 0: {limit[0]:.4f}"),
        CASE.finding("price to new customers (£)", new, free[:, 1], 0.01, note=f"limit at mu = 0: {limit[1]:.4f}"),
        CASE.finding("customers switching (share per period)", moving, free[:, 2], 0.02, note="limit at mu = 0: 1/3"),
        CASE.finding("price under the ban (£)", one, banned[:, 0], 0.01, note=f"limit at mu = 0: {cost + theta:.4f}"),
    ]
    sweep = [(theta, free, banned)]
    for other in options["thetas"]:
        rows = [np.array([measured(options, other, ban, 1)]) for ban in (False, True)]
        sweep.append((other, rows[0], rows[1]))
    return Report(found, {"sweep": sorted(sweep, key=lambda item: item[0]), "cost": cost, "mu": mu})


def draw(figure: Figure, report: Report) -> None:
    """Margins against the range of switching costs."""
    axes = figure.subplots()
    data = report.data
    highest = max(theta for theta, _, _ in data["sweep"])
    at = np.linspace(0.02, 1.1 * highest, 40)
    cost, mu = data["cost"], data["mu"]
    theory = np.array([[*chen.discriminating(cost, theta, mu)[:2], chen.uniform(cost, theta, mu)[0]] for theta in at]) - cost
    for column, name in enumerate(("loyal customers", "new customers", "everybody, under the ban")):
        curve(axes, at, theory[:, column], label="theory" if column == 0 else "_nolegend_")
        axes.annotate(name, (at[-1], theory[-1, column]), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9)
    for number, (theta, free, banned) in enumerate(data["sweep"]):
        for values, colour, marker, label in ((free[:, 0], BLUE, "o", "engine"), (free[:, 1], BLUE, "o", ""),
                                              (banned[:, 0], VERMILION, "s", "engine, walking banned")):  # fmt: skip
            shown = label if number == 0 and label else "_nolegend_"
            dots(axes, [theta], values[:, None] - cost, label=shown, colour=colour, marker=marker)
    axes.set_xlim(0, 1.5 * highest)
    axes.set_ylim(0)
    axes.set_xlabel("highest switching cost theta, £")
    head(axes, "Margins by who pays", "price less unit cost, £")
    key(axes, "upper left")


CASE = Case(
    "loyalty_pricing", "Loyalty prices with uniform switching costs, and the ban on price walking", "Chen (1997)", OPTIONS, run, draw,
    quick={"seeds": 12, "months": 40, "customers": 4000, "thetas": ()}, about=__doc__ or "",
)  # fmt: skip
