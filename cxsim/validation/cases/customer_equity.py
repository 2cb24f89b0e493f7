"""What customers are worth to a firm: closed form, exact chain, and brute force over the engine's own months.

Source: Rust, Lemon and Zeithaml (2004), customer equity as a Markov chain with switching both ways.

With fixed offers a customer moves between the firms as a Markov chain; its expected discounted profit is (1 - d C)^-1
m. The independent solver keeps supplier and months of tenure as states. Against it stand (a) brute force: the
discounted sum of the profits that the engine books over hundreds of months, and (b) the planner's closed form with
its three states new, established and elsewhere.

With no premium, or with graduation after one month, the three states are exact. Where new customers graduate after T
months, brute force still meets the chain, and the closed form rests on two assumptions of its own: customers graduate
with chance 1/T each month, so that some reach the premium early who in truth must stay T months to do so; and
whoever is with a rival keeps paying it what she pays today. The solver works out the value under these assumptions
too, each by itself and both: the closed form must agree with the last, and is shown beside the chain with what each costs it.

The engine: two firms with no lever to pull, alike but for price; a switching cost; attention below one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.firms.equity import equity as planned_equity
from cxsim.firms.planner import Plan
from cxsim.results.figures.style import BLUE, head
from cxsim.validation.case import COMMON, Case, Option, Report
from cxsim.validation.figures import curve, key
from cxsim.validation.plain import demand, seeds, with_costs
from cxsim.validation.theory import lifetime

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxsim.market.model import Market

OPTIONS = COMMON | {
    "prices": Option((1.6, 1.5), "prices of the two firms (£/month)", 0.1, 1e3),
    "premium": Option(0.2, "loyalty premium in the rows that have one (£/month)", 0.0, 1e3),
    "cost": Option(1.0, "unit cost (£/month)", 0.0, 1e3),
    "intro": Option(12, "months to graduation in the rows with a premium", 1, 120),
    "attention": Option(0.25, "chance per month of looking around", 0.001, 1.0),
    "switching_cost": Option(0.4, "cost of switching (£)", 0.0, 1e3),
    "mu": Option(0.25, "scale of the taste shock (£/month)", 0.01, 100.0),
    "horizon": Option(24.0, "horizon of the firms (months)", 1.0, 200.0),
    "customers": Option(40_000, "simulated customers", 500, 10_000_000),
}
POPULATION = 1_000_000.0
_MEAN_TENURE = 36.0


def starting(case: lifetime.Duopoly) -> np.ndarray:
    """Chances of the states at the start: half at each firm, tenures exponential with mean 36 months and rounded down."""
    reached = np.exp(-np.arange(case.intro + 1) / _MEAN_TENURE)
    tenure = np.append(reached[:-1] - reached[1:], reached[-1])
    return 0.5 * np.concatenate([tenure, tenure])


def market(options: Mapping[str, Any], case: lifetime.Duopoly, months: int, seed: int) -> Market:
    """The market before its first month."""
    values = demand(20.0, case.cost, case.mu, False) | {
        "market.attention": case.attention,
        "market.switching_cost": case.switching_cost,
        "market.intro_months": case.intro,
        "market.review_months": 120,
        "market.n_customers": options["customers"],
        "market.population": POPULATION,
        "market.max_loyalty_premium": 10.0,
        "firms.levers": ["disclosure"],
        "firms.horizon_months": options["horizon"],
        "firms.panel_size": min(options["customers"], 100_000),
        "firms.initial_levers": {"loyalty_premium": case.premium},
        "months": months,
    }
    return with_costs(values, (case.cost, case.cost), case.price, seed, case.premium)


def brute_force(engine: Market, months: int) -> np.ndarray:
    """Profit per customer of the market that the engine books, month by month; shape (months, firms)."""
    for _ in range(months):
        engine.step()
    firms = engine.frames()["firms"]
    return firms["profit"].to_numpy().reshape(months, -1) / POPULATION


def closed_form(engine: Market) -> np.ndarray:
    """The planners' valuation of present levers per customer of the market, by firm."""
    worth = []
    for firm in engine.firms:
        plan = Plan(firm, engine)
        mean, square = float(plan.quality.mean()), float((plan.quality**2).mean())
        worth.append(planned_equity(plan.levers, mean, square, plan.panel.base, plan.panel, plan.outlook, plan.enforcement) / POPULATION)
    return np.array(worth)


def run(options: Mapping[str, Any]) -> Report:
    """Brute force and closed form against the chain, without and with a premium."""
    discount = 1.0 - 1.0 / options["horizon"]
    months = 1 if discount <= 0.0 else int(np.ceil(np.log(1e-6) / np.log(discount)))
    plain = lifetime.Duopoly(options["prices"][:2], 0.0, options["cost"], 1, options["attention"], options["switching_cost"], options["mu"])
    walking = dataclasses.replace(plain, premium=options["premium"], intro=options["intro"])
    found, data = [], {}
    for label, case in (("no premium", plain), (f"premium after {walking.intro} months", walking)):
        theory = lifetime.equity(case, starting(case), discount)
        forced, formula, paths = [], [], []
        for seed in seeds(options["seeds"]):
            engine = market(options, case, months, seed)
            formula.append(closed_form(engine))
            paths.append(brute_force(engine, months))
            forced.append(discount ** np.arange(months) @ paths[-1])
        chance = lifetime.by_chance(case, starting(case), discount)
        assumed = lifetime.by_chance_with_rivals_as_today(case, starting(case), discount)
        for firm in (0, 1):
            who = f"firm at {case.price[firm]:g}, {label} (£ per customer)"
            values = np.array(formula)[:, firm]
            found.append(CASE.finding(f"brute force, {who}", theory[firm], np.array(forced)[:, firm], 0.01))
            found.append(CASE.finding(f"planner's closed form against its assumptions, {who}", assumed[firm], values, 0.01))
            if abs(assumed[firm] / theory[firm] - 1.0) > 1e-9:
                first, both = (100.0 * (one[firm] / theory[firm] - 1.0) for one in (chance, assumed))
                note = (
                    f"graduating by chance instead of after {case.intro} months changes the value by {first:+.2f} %, taking rivals' "
                    f"customers as they pay today besides by {both - first:+.2f} %"
                )
                found.append(CASE.finding(f"planner's closed form, {who}", theory[firm], values, 0.01, judged=False, note=note))
        data[label] = (np.array(paths), lifetime.profit_path(case, starting(case), months))
    return Report(found, data)


def draw(figure: Figure, report: Report) -> None:
    """Profit by month of the first firm: the engine's months and the chain."""
    panels = figure.subplots(1, len(report.data), squeeze=False)[0]
    for axes, (label, (paths, theory)) in zip(panels, report.data.items(), strict=True):
        shown = min(60, len(theory))
        for number, path in enumerate(paths):
            axes.plot(path[:shown, 0], color=BLUE, linewidth=0.8, alpha=0.6, label="engine" if number == 0 else "_nolegend_")
        curve(axes, np.arange(shown), theory[:shown, 0])
        axes.set_xlabel("Month")
        head(axes, label.capitalize(), "profit of firm 1, £/month per customer")
        key(axes)


CASE = Case(
    "customer_equity", "Customer equity in closed form and by brute force", "Rust, Lemon and Zeithaml (2004)", OPTIONS, run, draw,
    quick={"seeds": 4, "horizon": 12.0, "customers": 20_000}, about=__doc__ or "",
)  # fmt: skip
