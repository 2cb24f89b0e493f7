"""Firms on a circle: p = c + t/n, and free entry up to sqrt(t/F).

Source: Salop (1979); Hotelling (1929) for the line.

Customers lie evenly on a circle of length one and lose t per unit of distance to their firm. With n firms evenly
placed the marginal customer of a neighbour at distance 1/n moves by dp / (2t), so that p = c + t/n and each firm
earns t/n^2. Entry at a cost F (as a flow) stops at n = sqrt(t/F). With a taste shock of scale mu beside distance, p =
c + (mu/n) / integral of s (1 - s): the solver's number; the pure circle is its limit.

The engine: ``market.job_circle`` places jobs and firms; no outside option, a small taste shock. In the rows on entry
firms pay a sunk cost F H for the H months of their horizon, and firms come whole: theory is the whole number below
sqrt(t/F). Costs of entry are tried for which that root lies well between two whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from cxsim.results.figures.style import head
from cxsim.validation.case import COMMON, Case, Option, Report
from cxsim.validation.figures import curve, dots, key
from cxsim.validation.plain import demand, played, prices, seeds
from cxsim.validation.theory import circle

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxsim.market.model import Market

OPTIONS = COMMON | {
    "seeds": Option(8, "independent runs behind each interval", 1, 10_000),
    "n": Option((2.0, 4.0, 6.0), "numbers of firms tried", 2, 40),
    "t": Option(2.0, "cost of distance (£/month around the whole circle)", 0.1, 1e3),
    "cost": Option(1.0, "unit cost (£/month)", 0.0, 1e4),
    "mu": Option(0.06, "scale of the taste shock that remains (£/month)", 0.01, 10.0),
    "entry": Option((0.0988, 0.0473, 0.0277), "costs of entry F tried (£/month per customer of the market)", 1e-4, 1e3),
    "months": Option(40, "months until prices are read", 10, 10_000),
    "customers": Option(15_000, "simulated customers, all of them surveyed", 500, 100_000),
}
WORTH = 20.0


def market(options: Mapping[str, Any], n: int, seed: int, **more: Any) -> Market:
    """The market after its last month."""
    t, cost = options["t"], options["cost"]
    values = demand(WORTH + cost, cost, options["mu"], False) | {
        "market.n_firms": n,
        "market.job_circle": t,
        "market.jobs": [{"name": "job", "share": 1.0, "weights": {"works": 1.0}}],
        "market.outcomes": ["works"],
        "market.job_variants": 1000,
        "market.reference_price": cost + t / n,
        "market.n_customers": options["customers"],
        "customers.satisfaction_speed": 1.0,
        "customers.disconfirmation_weight": 0.0,
        "firms.horizon_months": 1,
        "firms.panel_size": options["customers"],
        "firms.initial_price_spread": 0.1,
        "months": options["months"],
    }
    return played(values | {name.replace("__", "."): value for name, value in more.items()}, seed)


def entered(options: Mapping[str, Any], fee: float, seed: int) -> int:
    """Firms in the market in the end, from two, where anyone may enter at a cost of ``fee`` a month and customer of the market."""
    horizon = 12.0
    smaller = dict(options) | {"customers": min(options["customers"], 4000)}
    reference = options["cost"] + options["t"] / 2
    return len(market(
        smaller, 2, seed, market__entry="free", market__entry_cost=fee * horizon / (12.0 * reference), firms__horizon_months=horizon,
        months=90,
    ).firms)  # fmt: skip


def run(options: Mapping[str, Any]) -> Report:
    """Prices by number of firms, and the number of firms by cost of entry."""
    t, cost, mu = options["t"], options["cost"], options["mu"]
    found, got = [], {}
    for n in (int(count) for count in options["n"]):
        got[n] = [float(prices(market(options, n, seed)).mean()) for seed in seeds(options["seeds"])]
        theory = circle.price(n, cost, t, mu)
        found.append(CASE.finding(f"price, {n} firms (£/month)", theory, got[n], 0.01, note=f"c + t/n = {cost + t / n:.4f}"))
    firms = {}
    for fee in options["entry"]:
        firms[fee] = [entered(options, fee, seed) for seed in seeds(min(3, options["seeds"]))]
        root = circle.free_entry(t, fee)
        found.append(
            CASE.finding(
                f"firms under free entry, F = {fee:g}", float(int(root)), firms[fee], 0.5, relative=False, note=f"sqrt(t/F) = {root:.3g}"
            )
        )
    return Report(found, {"prices": got, "firms": firms, "t": t, "cost": cost, "mu": mu})


def draw(figure: Figure, report: Report) -> None:
    """Margins by number of firms, and firms by cost of entry."""
    left, right = figure.subplots(1, 2)
    data = report.data
    counts = sorted(data["prices"])
    at = np.arange(2, max(counts) + 2)
    curve(left, at, [circle.price(int(n), 0.0, data["t"], data["mu"]) for n in at], label="theory, with the taste shock")
    curve(left, at, data["t"] / at, label="t/n", color="#888888", linestyle=":")
    dots(left, counts, (np.array([data["prices"][n] for n in counts]) - data["cost"]).T)
    left.set_ylim(0)
    left.set_xlabel("firms")
    left.xaxis.set_major_locator(MaxNLocator(integer=True))
    head(left, "Margin", "£/month")
    key(left)
    fees = sorted(data["firms"])
    if fees:
        span = np.geomspace(0.7 * fees[0], 1.4 * fees[-1], 500)
        root = np.sqrt(data["t"] / span)
        curve(right, span, np.floor(root), label="theory: whole firms", drawstyle="steps-mid")
        curve(right, span, root, label="sqrt(t/F)", color="#888888", linestyle=":")
        dots(right, fees, np.array([data["firms"][fee] for fee in fees]).T)
        right.set_xscale("log")
        right.set_xticks(fees, [f"{fee:.3g}" for fee in fees])
        right.minorticks_off()
        right.set_ylim(0)
        right.set_xlabel("cost of entry F, £/month per customer")
        key(right)
    head(right, "Free entry", "firms")


CASE = Case(
    "circle", "Firms on a circle, and free entry", "Salop (1979); Hotelling (1929)", OPTIONS, run, draw,
    quick={"seeds": 10, "n": (4.0,), "entry": (0.0988,), "customers": 8000, "months": 20}, about=__doc__ or "",
)  # fmt: skip
