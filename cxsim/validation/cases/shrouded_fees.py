"""Shrouded fees: the add-on at its maximum, the base price cut by what it earns, and educating that pays only where few are myopic.

Source: Gabaix and Laibson (2006).

*Myopes only.* Customers compare base prices and do not think of the add-on h. A firm's profit is (p + h - c) s(p): it charges the
highest h there is, and the base price solves p = (c - h) + mu / (1 - s). Without an outside option p falls by all of
h, and profits are those without an add-on; with one, lower base prices also draw in more customers. A ban sends the
price back to p = c + mu / (1 - s) (the waterbed). A firm that tells its customers of the fee and forgoes it prices
from c against rivals who price from c - h, and earns less: the curse of debiasing.

*Myopes and sophisticates.* The share alpha is myopic. The others foresee h and can do without the add-on at an effort e,
so that a firm costs them p + min(h, e). Any fee between 0 and e loses against e, any between e and the highest H against H. At
e all customers pay e; at H myopes pay H, and the others waste e: a firm earns p + e - c or p + alpha H - c on each customer,
who is drawn by p alike in either case. So firms shroud if and only if alpha > e / H. Without an outside option the base
price is c - alpha H + mu n / (n - 1) where they shroud, and c - e + mu n / (n - 1) where they do not. Below the
threshold a firm that is open, and charges e, earns more than rivals who shroud; above it, less. With an outside option
the solver works out the same from the first-order conditions of the two kinds of demand.

The engine: vigilance 0, levers price, hidden fee and disclosure; segments of myopes and of customers with foresight;
planners who know all customers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.results.figures.style import BLUE, VERMILION, head
from cxsim.validation.case import COMMON, Case, Finding, Option, Report
from cxsim.validation.cases.cartel_patience import threshold
from cxsim.validation.figures import curve, dots, key
from cxsim.validation.plain import EVERYBODY, demand, played, seeds
from cxsim.validation.theory import logit
from cxsim.validation.theory.shrouding import AddOn

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxsim.market.model import Market

OPTIONS = COMMON | {
    "n": Option(3, "firms", 2, 50),
    "mu": Option(0.25, "scale of the taste shock (£/month)", 0.01, 100.0),
    "worth": Option(2.0, "worth of the job done (£/month)", 0.0, 1e4),
    "cost": Option(1.0, "unit cost (£/month)", 0.05, 1e4),
    "fee": Option(0.3, "highest add-on H (£/month)", 0.001, 1e3),
    "outside": Option(True, "whether one can do without, where all are myopic"),
    "effort": Option(0.15, "effort e of avoiding the add-on (£/month)", 0.0, 1e3),
    "below": Option(0.3, "share of myopes in the rows below the threshold e / H", 0.01, 0.99),
    "above": Option(0.7, "share of myopes in the rows above it", 0.01, 0.99),
    "steps": Option(11, "halvings of the bisection for the threshold", 3, 30),
    "months": Option(60, "months until levers are read", 5, 10_000),
    "customers": Option(4000, "simulated customers", 100, 10_000_000),
}
PLAYERS = "cxsim.validation.players:"


def market(options: Mapping[str, Any], fee: float, outside: bool, **more: Any) -> dict[str, Any]:
    """Values of a market with room for a fee."""
    base = demand(options["worth"], options["cost"], options["mu"], outside)
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


def mixed(options: Mapping[str, Any], myopes: float, **more: Any) -> dict[str, Any]:
    """Values of the market of myopes and sophisticates, without an outside option; firms survey everybody."""
    segments = [
        EVERYBODY | {"name": "myopic", "share": myopes, "foresight": 0.0},
        EVERYBODY | {"name": "sophisticated", "share": 1.0 - myopes, "foresight": 1.0},
    ]
    values = market(options, options["fee"], False, **more)
    return values | {
        "customers.segments": segments,
        "customers.foresight": 1.0,
        "customers.avoidance_cost": options["effort"] / values["market.reference_price"],
        "firms.panel_size": options["customers"],
    }


def levers(markets: list[Market]) -> np.ndarray:
    """Mean price, fee and disclosure of each market's firms."""
    return np.array([[(firm.price, firm.hidden_fee, firm.disclosure) for firm in one.firms] for one in markets]).mean(axis=1)


def earned(one: Market, months: int) -> float:
    """The first firm's profit relative to its rivals' mean, over the second half of the run."""
    table = one.frames()["firms"]
    tail = table[table["month"] >= months // 2].groupby("firm", sort=False)["profit"].mean()
    return float(tail.iloc[0] / tail.iloc[1:].mean())


def run(options: Mapping[str, Any]) -> Report:
    """Myopes alone: fee, base price, disclosure, the ban, a firm that educates. Then both sides of the threshold."""
    found, data = myopes_only(options)
    more, threshold_data = both_kinds(options)
    return Report(found + more, data | threshold_data)


def myopes_only(options: Mapping[str, Any]) -> tuple[list[Finding], dict[str, Any]]:
    """Nobody foresees the fee."""
    n, mu, worth, cost, fee = (options[name] for name in ("n", "mu", "worth", "cost", "fee"))
    outside = options["outside"]

    def base_price(h: float) -> float:
        return float(logit.bertrand([cost - h] * n, worth, mu, outside)[0])

    def each(values: Mapping[str, Any]) -> np.ndarray:
        return levers([played(values, seed) for seed in seeds(options["seeds"])])

    shrouded = each(market(options, fee, outside))
    banned = each(market(options, fee, outside, regulator__ban_hidden_fees=True))
    found = [
        CASE.finding("all myopic: hidden fee (£/month)", fee, shrouded[:, 1], 0.005),
        CASE.finding("all myopic: base price (£/month)", base_price(fee), shrouded[:, 0], 0.005),
        CASE.finding("all myopic: disclosure chosen (0 to 1)", 0.0, shrouded[:, 2], 0.005, relative=False),
        CASE.finding("all myopic: price where fees are banned (£/month)", base_price(0.0), banned[:, 0], 0.005),
    ]
    costs = np.array([cost] + [cost - fee] * (n - 1))
    expected = logit.bertrand(costs, worth, mu, outside)
    theory = logit.profits(expected, costs, worth, mu, outside)
    strategies = [f"{PLAYERS}HonestPricer"] + ["equity_planner"] * (n - 1)
    values = market(options, fee, outside, firms__strategy=strategies, allow_user_code=True)
    engines = [played(values, seed) for seed in seeds(options["seeds"])]
    label = "all myopic: price of one firm that educates and forgoes the fee (£/month)"
    found.append(CASE.finding(label, expected[0], [one.firms[0].price for one in engines], 0.005))
    ratios = [earned(one, options["months"]) for one in engines]
    found.append(CASE.finding("all myopic: its profit relative to a shrouding rival's", theory[0] / theory[1], ratios, 0.02))
    sweep = []
    for trial in np.linspace(0.0, 2.0 * fee, 5):
        engine = played(market(options, float(trial), outside), 1)
        sweep.append((trial, engine.firms[0].price, engine.firms[0].hidden_fee))
    at = np.linspace(0.0, 2.0 * fee, 30)
    return found, {"sweep": np.array(sweep), "at": at, "base": [base_price(h) for h in at]}


def both_kinds(options: Mapping[str, Any]) -> tuple[list[Finding], dict[str, Any]]:
    """The threshold itself, what firms charge on either side of it, and what being open earns there."""
    n, fee, effort = options["n"], options["fee"], options["effort"]
    theory = AddOn(options["cost"], options["worth"], options["mu"], effort, fee, 0.5)

    # Surveying everybody takes time: fewer customers do where only levers are read, and some more where profits are.
    few = dict(options) | {"customers": min(options["customers"], 500)}
    some = dict(options) | {"customers": min(options["customers"], 2000)}

    def shrouds(myopes: float, seed: int) -> bool:
        return float(levers([played(mixed(few, myopes), seed)])[0, 1]) > 0.5 * (effort + fee)

    critical = [threshold(lambda share, s=seed: shrouds(share, s), 0.0, 1.0, options["steps"]) for seed in seeds(min(2, options["seeds"]))]
    found = [CASE.finding("share of myopes from which firms shroud", theory.threshold(), critical, 0.0025, relative=False)]
    for side in ("below", "above"):
        myopes = options[side]
        told = AddOn(theory.cost, theory.worth, theory.mu, effort, fee, myopes)
        charged = told.equilibrium_fee(n)
        price = told.symmetric(n, charged)
        engines = [played(mixed(few, myopes), seed) for seed in seeds(options["seeds"])]
        chosen = levers(engines)
        label = f"{100 * myopes:g} % myopic"
        wasted = 0.0 if charged <= effort else effort * (1.0 - myopes)
        effort_spent = [one.frames()["monthly"]["avoidance"].iloc[-1] for one in engines]
        found += [
            CASE.finding(f"{label}: hidden fee (£/month)", charged, chosen[:, 1], 0.005),
            CASE.finding(f"{label}: base price (£/month)", price, chosen[:, 0], 0.005),
            CASE.finding(f"{label}: effort of avoiding it (£/month per person)", wasted, effort_spent, 0.005 * effort, relative=False),
        ]
        fees = [effort] + [fee] * (n - 1)
        profit = told.profits(told.settled(fees), fees)
        strategies = [f"{PLAYERS}OpenPricer"] + [f"{PLAYERS}Shrouder"] * (n - 1)
        values = mixed(some, myopes, firms__strategy=strategies, allow_user_code=True)
        ratios = [earned(played(values, seed), options["months"]) for seed in seeds(options["seeds"])]
        found.append(CASE.finding(f"{label}: profit of one open firm relative to shrouding rivals'", profit[0] / profit[1], ratios, 0.02))
    grid = np.linspace(0.04, 0.96, 14)
    charged_at = levers([played(mixed(few, float(share)), 1) for share in grid])[:, 1]
    return found, {"grid": grid, "charged": charged_at, "threshold": theory.threshold(), "effort": effort, "fee": fee}


def draw(figure: Figure, report: Report) -> None:
    """Base price and total price against the highest fee; the fee charged against the share of myopes."""
    left, right = figure.subplots(1, 2)
    data = report.data
    sweep, at, base = data["sweep"], data["at"], np.array(data["base"])
    curve(left, at, base)
    curve(left, at, base + at, label="_nolegend_")
    dots(left, sweep[:, 0], sweep[None, :, 1], label="engine: base price")
    dots(left, sweep[:, 0], (sweep[:, 1] + sweep[:, 2])[None], label="engine: with the fee", colour=VERMILION, marker="s")
    left.set_xlabel("highest fee, £/month (all myopic)")
    head(left, "The fee cuts the base price", "£/month")
    key(left, "lower left")
    edge = min(data["threshold"], 1.0)
    curve(right, [0.0, edge, edge, 1.0], [data["effort"], data["effort"], data["fee"], data["fee"]])
    right.plot(data["grid"], data["charged"], linestyle="none", marker="o", markersize=6, color=BLUE, label="engine: fee charged")
    right.set_ylim(0.0, 1.15 * max(data["fee"], data["effort"]))
    right.set_xlabel("share of myopes")
    head(right, "The fee that firms choose", "£/month")
    key(right, "lower right")


CASE = Case(
    "shrouded_fees", "Shrouded fees survive competition where enough customers are myopic", "Gabaix and Laibson (2006)", OPTIONS, run, draw,
    quick={"seeds": 6, "months": 30, "customers": 4000, "steps": 9}, about=__doc__ or "",
)  # fmt: skip
