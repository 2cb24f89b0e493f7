"""Shrouded fees: the add-on at its maximum, the base price cut by what it earns, and no reward for educating.

Source: Gabaix and Laibson (2006).

Customers compare base prices and do not think of the add-on h. A firm's profit is (p + h - c) s(p): it charges the
highest h there is, and the base price solves p = (c - h) + mu / (1 - s). Without an outside option p falls by all of
h, and profits are those without an add-on; with one, lower base prices also draw in more customers. A ban sends the
price back to p = c + mu / (1 - s) (the waterbed). A firm that tells its customers of the fee and forgoes it prices
from c against rivals who price from c - h, and earns less: Gabaix and Laibson's curse of debiasing, which holds above
a threshold share of naive customers.

The engine: vigilance 0, levers price, hidden fee and disclosure. All customers are naive and nobody can substitute
away from the fee, so the share of naive customers is 1 and above any threshold; sophisticated customers who expect
the fee at every firm and avoid it at a cost, below the threshold, are no part of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.results.figures.style import VERMILION, head
from cxsim.validation.case import COMMON, Case, Option, Report
from cxsim.validation.figures import curve, dots, key
from cxsim.validation.plain import demand, played, seeds
from cxsim.validation.theory import logit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OPTIONS = COMMON | {
    "n": Option(3, "firms", 2, 50),
    "mu": Option(0.25, "scale of the taste shock (£/month)", 0.01, 100.0),
    "worth": Option(2.0, "worth of the job done (£/month)", 0.0, 1e4),
    "cost": Option(1.0, "unit cost (£/month)", 0.05, 1e4),
    "fee": Option(0.3, "highest add-on (£/month)", 0.0, 1e3),
    "outside": Option(True, "whether one can do without"),
    "months": Option(60, "months until levers are read", 5, 10_000),
    "customers": Option(4000, "simulated customers", 100, 10_000_000),
}


def market(options: Mapping[str, Any], fee: float, **more: Any) -> dict[str, Any]:
    """Values of a market with room for a fee."""
    base = demand(options["worth"], options["cost"], options["mu"], options["outside"])
    return (
        base
        | {
            "market.n_firms": options["n"],
            "market.n_customers": options["customers"],
            "market.max_hidden_fee": fee / base["market.reference_price"],
            "firms.levers": ["price", "hidden_fee", "disclosure"],
            "months": options["months"],
        }
        | {name.replace("__", "."): value for name, value in more.items()}
    )


def run(options: Mapping[str, Any]) -> Report:
    """Fee, base price, disclosure; the ban; and a firm that educates."""
    n, mu, worth, cost, fee = (options[name] for name in ("n", "mu", "worth", "cost", "fee"))
    outside = options["outside"]

    def base_price(h: float) -> float:
        return float(logit.bertrand([cost - h] * n, worth, mu, outside)[0])

    def levers(values: Mapping[str, Any]) -> np.ndarray:
        rows = [
            [(firm.price, firm.hidden_fee, firm.disclosure) for firm in played(values, seed).firms]
            for seed in seeds(options["seeds"])
        ]
        return np.array(rows).mean(axis=1)

    shrouded, banned = levers(market(options, fee)), levers(market(options, fee, regulator__ban_hidden_fees=True))
    found = [
        CASE.finding("hidden fee (£/month)", fee, shrouded[:, 1], 0.005),
        CASE.finding("base price (£/month)", base_price(fee), shrouded[:, 0], 0.005),
        CASE.finding("disclosure chosen (0 to 1)", 0.0, shrouded[:, 2], 0.01, relative=False),
        CASE.finding("price where fees are banned (£/month)", base_price(0.0), banned[:, 0], 0.005),
    ]
    costs = np.array([cost] + [cost - fee] * (n - 1))
    expected = logit.bertrand(costs, worth, mu, outside)
    earned = logit.profits(expected, costs, worth, mu, outside)
    strategies = ["cxsim.validation.players:HonestPricer"] + ["equity_planner"] * (n - 1)
    ratio, honest = [], []
    for seed in seeds(options["seeds"]):
        engine = played(market(options, fee, firms__strategy=strategies, allow_user_code=True), seed)
        tail = (
            engine.frames()["firms"]
            .query(f"month >= {options['months'] // 2}")
            .groupby("firm", sort=False)["profit"]
            .mean()
        )
        ratio.append(tail.iloc[0] / tail.iloc[1:].mean())
        honest.append(engine.firms[0].price)
    found.append(
        CASE.finding("price of one firm that educates and forgoes the fee (£/month)", expected[0], honest, 0.005)
    )
    found.append(CASE.finding("its profit relative to a shrouding rival's", earned[0] / earned[1], ratio, 0.02))
    sweep = []
    for trial in np.linspace(0.0, 2.0 * fee, 5):
        engine = played(market(options, float(trial)), 1)
        sweep.append((trial, engine.firms[0].price, engine.firms[0].hidden_fee))
    at = np.linspace(0.0, 2.0 * fee, 30)
    return Report(found, {"sweep": np.array(sweep), "at": at, "base": [base_price(h) for h in at]})


def draw(figure: Figure, report: Report) -> None:
    """Base price and total price against the highest fee."""
    axes = figure.subplots()
    sweep, at, base = report.data["sweep"], report.data["at"], np.array(report.data["base"])
    curve(axes, at, base)
    curve(axes, at, base + at, label="_nolegend_")
    dots(axes, sweep[:, 0], sweep[None, :, 1], label="engine: base price")
    dots(
        axes,
        sweep[:, 0],
        (sweep[:, 1] + sweep[:, 2])[None],
        label="engine: base price and fee",
        colour=VERMILION,
        marker="s",
    )
    axes.set_xlabel("highest fee, £/month")
    head(axes, "The fee cuts the base price", "£/month")
    key(axes, "below")


CASE = Case(
    "shrouded_fees", "Shrouded fees survive competition", "Gabaix and Laibson (2006)", OPTIONS, run, draw,
    quick={"seeds": 6, "months": 30, "customers": 4000}, about=__doc__ or "",
)  # fmt: skip
