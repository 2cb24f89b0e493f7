"""Quality of a monopolist: uncapped against Spence, and shaded under a price cap.

Source: Spence (1975), "Monopoly, quality, and regulation".

A monopolist maximises (p - c - k q^2) D(p, q). The first-order condition for quality is 2 k q = -D_q / D_p: the
marginal cost of quality is what it is worth to the *marginal* customer, E[v f] / E[f] with f the logit density at
indifference, while a social planner with as many served would weigh the *average* one. Under a price cap p is given,
and quality solves 2 k q D = (p - c - k q^2) D_q: margins are thin, and quality is shaded. Where customers cannot
leave at all, D_q = 0 and quality falls to nothing.

The engine: one firm, one outcome, levers price and quality, customers who differ in willingness to pay and may do
without; the firm surveys everybody and has a horizon of one month. The cap is ``market.price_cap``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.results.figures.style import BLUE, VERMILION, head
from cxsim.validation.case import COMMON, Case, Option, Report
from cxsim.validation.figures import curve, dots, key
from cxsim.validation.plain import demand, played, seeds
from cxsim.validation.theory import monopoly
from cxsim.validation.theory.integrals import Tastes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OPTIONS = COMMON | {
    "seeds": Option(8, "independent runs behind each interval", 1, 10_000),
    "worth": Option(3.0, "mean willingness to pay (£/month)", 0.1, 1e4),
    "spread": Option(0.3, "coefficient of variation of willingness to pay", 0.0, 3.0),
    "mu": Option(0.3, "scale of the taste shock (£/month)", 0.01, 100.0),
    "cost": Option(0.5, "unit cost at no quality (£/month)", 0.0, 1e4),
    "quality_cost": Option(2.5, "cost of full quality k (£/month)", 0.01, 1e4),
    "cap": Option(0.7, "price cap as a share of the uncapped price", 0.2, 1.0),
    "caps": Option((0.5, 0.6, 0.8, 0.9), "further caps, for the figure", 0.2, 1.0),
    "months": Option(60, "months until levers are read", 10, 10_000),
    "customers": Option(10_000, "simulated customers, all of them surveyed", 500, 100_000),
}


def chosen(options: Mapping[str, Any], cap: float | None, captive: bool, seed: int) -> tuple[float, float]:
    """Price and quality in the end."""
    values = demand(options["worth"], options["cost"], options["mu"], not captive) | {
        "market.n_firms": 1,
        "market.reference_price": 0.7 * options["worth"],
        "market.willingness_to_pay_spread": options["spread"],
        "market.outcomes": ["works"],
        "market.jobs": [{"name": "job", "share": 1.0, "weights": {"works": 1.0}}],
        "market.initial_quality": 0.5,
        "market.quality_cost": options["quality_cost"],
        "market.price_cap": cap,
        "market.n_customers": options["customers"],
        "customers.satisfaction_speed": 1.0,
        "customers.disconfirmation_weight": 0.0,
        "firms.levers": ["price", "quality"],
        "firms.horizon_months": 1,
        "firms.panel_size": options["customers"],
        "firms.initial_price_spread": 0.1,
        "months": options["months"],
    }
    if captive:
        values["firms.max_price"] = 1.0
    firm = played(values, seed).firms[0]
    return firm.price, float(firm.quality[0])


def run(options: Mapping[str, Any]) -> Report:
    """Uncapped, capped and captive."""
    taste = Tastes(options["worth"], options["spread"], options["mu"])
    cost, quality_cost = options["cost"], options["quality_cost"]
    free = monopoly.best(taste, cost, quality_cost)
    cap = options["cap"] * free.price
    capped = monopoly.best(taste, cost, quality_cost, cap)
    got = np.array([chosen(options, None, False, seed) for seed in seeds(options["seeds"])])
    held = np.array([chosen(options, cap, False, seed) for seed in seeds(options["seeds"])])
    captive = np.array([chosen(options, cap, True, seed) for seed in seeds(options["seeds"])])
    note = f"marginal customers value quality at £{free.marginal:.2f}, all customers at £{free.average:.2f} on average"
    found = [
        CASE.finding("uncapped: price (£/month)", free.price, got[:, 0], 0.02),
        CASE.finding("uncapped: quality (0 to 1)", free.quality, got[:, 1], 0.02),
        CASE.finding(
            "uncapped: marginal cost of quality 2 k q (£/month)",
            free.marginal,
            2.0 * quality_cost * got[:, 1],
            0.02,
            note=note,
        ),
        CASE.finding("capped: price (£/month)", capped.price, held[:, 0], 0.02),
        CASE.finding("capped: quality (0 to 1)", capped.quality, held[:, 1], 0.02),
        CASE.finding("capped, customers captive: quality (0 to 1)", 0.0, captive[:, 1], 0.005, relative=False),
    ]
    sweep = [(share, *chosen(options, share * free.price, False, 1)) for share in options["caps"]]
    sweep += [(options["cap"], *held.mean(axis=0)), (1.0, *got.mean(axis=0))]
    at = np.linspace(0.45, 1.0, 23)
    theory = [monopoly.best(taste, cost, quality_cost, share * free.price).quality for share in at]
    return Report(found, {"sweep": np.array(sweep), "at": at, "theory": theory, "captive": (options["cap"], captive[:, 1].mean())})


def draw(figure: Figure, report: Report) -> None:
    """Quality against the cap."""
    axes = figure.subplots()
    sweep = report.data["sweep"]
    curve(axes, report.data["at"], report.data["theory"])
    dots(axes, sweep[:, 0], sweep[None, :, 2], colour=BLUE)
    axes.plot(*report.data["captive"], marker="s", color=VERMILION, linestyle="none", label="engine, customers captive")
    axes.set_ylim(-0.03)
    axes.set_xlabel("price cap, as a share of the uncapped price")
    head(axes, "A cap shades quality", "quality, 0 to 1")
    key(axes, "below")


CASE = Case(
    "monopoly_quality", "A monopolist's quality, uncapped and capped", "Spence (1975)", OPTIONS, run, draw,
    quick={"seeds": 3, "months": 40, "customers": 5000, "caps": ()}, about=__doc__ or "",
)  # fmt: skip
