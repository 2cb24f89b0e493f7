"""Planners reach the logit-Bertrand equilibrium, whatever their horizon.

Source: Anderson, de Palma and Thisse (1992), chapter 7, on the logit of McFadden (1974).

Utility of firm i is (a_i - p_i) / mu plus a Gumbel shock; doing without has utility 0. Profit is (p_i - c_i) s_i with
ds_i / dp_i = -s_i (1 - s_i) / mu, so that the first-order condition is p_i = c_i + mu / (1 - s_i). Without an outside
option and with equal firms s = 1/n and p - c = mu n / (n - 1). Where customers look every month, pay nothing for
moving and carry nothing over, today's price changes nothing tomorrow: the static price is optimal at any discount
factor.

The engine: attention 1, no switching cost, no loyalty, full transparency, quality fixed, the price the only lever;
firms start from random prices. Unit costs may differ and enter through a table of firms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.validation.case import COMMON, Case, Finding, Option, Report
from cxsim.validation.figures import by_month
from cxsim.validation.plain import demand, prices, seeds, with_costs
from cxsim.validation.theory import logit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxsim.market.model import Market

OPTIONS = COMMON | {
    "n": Option(2, "firms; ignored where costs lists several", 2, 50),
    "mu": Option(0.25, "scale of the taste shock (£/month)", 0.01, 100.0),
    "worth": Option(2.0, "worth a of the job done (£/month)", 0.0, 1e4),
    "costs": Option((1.0,), "unit cost of each firm, or one for all (£/month)", 0.01, 1e4),
    "outside": Option(True, "whether one can do without"),
    "horizons": Option((1.0, 36.0), "horizons of the firms tried (months)", 1.0, 1e6),
    "months": Option(60, "months until prices are read", 5, 10_000),
    "customers": Option(2000, "simulated customers", 100, 10_000_000),
}
TOLERANCE = 0.005


def unit_costs(options: Mapping[str, Any]) -> np.ndarray:
    """Unit cost by firm."""
    given = options["costs"]
    return np.full(options["n"], given[0]) if len(given) == 1 else np.array(given)


def market(options: Mapping[str, Any], horizon: float, seed: int) -> Market:
    """The market before its first month; start prices are random, up to 60 % off the middle."""
    costs = unit_costs(options)
    middle = float(costs.mean()) + 2.0 * options["mu"]
    luck = np.random.default_rng(seed).uniform(-0.6, 0.6, len(costs))
    starts = np.maximum(middle * (1.0 + luck), 0.55 * costs)
    values = demand(options["worth"], float(costs.mean()), options["mu"], options["outside"]) | {
        "firms.horizon_months": horizon,
        "market.n_customers": options["customers"],
        "months": options["months"],
        "firms.price_step": 0.15,
    }
    return with_costs(values, costs, starts, seed)


def run(options: Mapping[str, Any]) -> Report:
    """Prices of every firm, for each horizon, and customers' shares at them."""
    costs = unit_costs(options)
    expected = logit.bertrand(costs, options["worth"], options["mu"], options["outside"])
    expected_share = logit.shares(expected, options["worth"], options["mu"], options["outside"])
    found: list[Finding] = []
    paths: dict[float, list[np.ndarray]] = {}
    for horizon in options["horizons"]:
        reached, held = [], []
        for seed in seeds(options["seeds"]):
            engine = market(options, horizon, seed)
            path = [prices(engine)]
            for _ in range(options["months"]):
                engine.step()
                path.append(prices(engine))
            paths.setdefault(horizon, []).append(np.array(path))
            reached.append(path[-1])
            tail = engine.frames()["firms"].query(f"month >= {options['months'] // 2}")
            mean = tail.groupby("firm", sort=False)["customers"].mean().to_numpy()
            held.append(mean / engine.config.market.population)
        kinds = np.unique(costs) if len(costs) > 1 else costs
        for cost in kinds:
            alike = np.flatnonzero(costs == cost)
            who = f"cost {cost:g}" if len(kinds) > 1 else f"{len(costs)} firms"
            value = np.array(reached)[:, alike].mean(axis=1)
            found.append(CASE.finding(f"price, {who}, horizon {horizon:g} months (£)", expected[alike[0]], value, TOLERANCE))
        far = np.abs(np.array(reached) - expected).max(axis=1) / expected.max()
        found.append(
            CASE.finding(
                f"largest distance of any firm's price, horizon {horizon:g} (share)",
                0.0,
                far,
                TOLERANCE,
                relative=False,
            )
        )
    share = np.array(held).sum(axis=1)
    found.append(CASE.finding("customers with a supplier (share)", float(expected_share.sum()), share, 0.01))
    return Report(found, {"paths": paths, "theory": expected})


def draw(figure: Figure, report: Report) -> None:
    """Price paths from random starts towards the theory's lines."""
    paths = report.data["paths"]
    panels = figure.subplots(1, len(paths), sharey=True, squeeze=False)[0]
    for axes, (horizon, runs) in zip(panels, paths.items(), strict=True):
        by_month(
            axes,
            runs,
            report.data["theory"],
            f"Horizon {horizon:g} month{'s' if horizon > 1 else ''}",
            "price, £/month",
        )


CASE = Case(
    "logit_bertrand", "Planners reach the logit-Bertrand equilibrium", "Anderson, de Palma and Thisse (1992)", OPTIONS, run, draw,
    quick={"seeds": 6, "months": 30, "customers": 4000}, about=__doc__ or "",
)  # fmt: skip
