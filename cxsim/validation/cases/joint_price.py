"""All firms colluding charge the joint-profit price.

Source: Anderson, de Palma and Thisse (1992); Friedman (1971).

The sum of profits has one margin m for all members at its maximum, with m = mu / s_0, where s_0 is the share that
does without.

The engine: the plain market of the Bertrand case, the levers price and collusion, firms patient enough for the
agreement to hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.validation.case import COMMON, Case, Option, Report
from cxsim.validation.figures import by_month
from cxsim.validation.plain import demand, made, prices, seeds
from cxsim.validation.theory import logit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OPTIONS = COMMON | {
    "n": Option((2.0, 3.0), "numbers of firms tried", 2, 50),
    "mu": Option(0.25, "scale of the taste shock (£/month)", 0.01, 100.0),
    "worth": Option(2.0, "worth a of the job done (£/month)", 0.0, 1e4),
    "cost": Option(1.0, "unit cost (£/month)", 0.0, 1e4),
    "horizon": Option(36.0, "horizon of the firms (months)", 1.0, 1e6),
    "months": Option(60, "months until prices are read", 15, 10_000),
    "customers": Option(2000, "simulated customers", 100, 10_000_000),
}


def run(options: Mapping[str, Any]) -> Report:
    """Prices of all members, for each number of firms."""
    found, paths, expected = [], {}, {}
    for count in (int(n) for n in options["n"]):
        theory = float(logit.joint([options["cost"]] * count, options["worth"], options["mu"])[0])
        values = demand(options["worth"], options["cost"], options["mu"], True) | {
            "market.n_firms": count,
            "market.n_customers": options["customers"],
            "firms.levers": ["price", "collusion"],
            "firms.horizon_months": options["horizon"],
            "firms.max_price": 10.0,
        }
        runs = []
        for seed in seeds(options["seeds"]):
            engine = made(values, seed)
            path = [prices(engine)]
            for _ in range(options["months"]):
                engine.step()
                path.append(prices(engine))
            runs.append(np.array(path))
        reached = [path[-1].mean() for path in runs]
        found.append(CASE.finding(f"cartel price, {count} firms (£)", theory, reached, 0.005))
        paths[count], expected[count] = runs, theory
    return Report(found, {"paths": paths, "theory": expected})


def draw(figure: Figure, report: Report) -> None:
    """Prices before and after the cartel forms."""
    panels = figure.subplots(1, len(report.data["paths"]), sharey=True, squeeze=False)[0]
    for axes, (count, runs) in zip(panels, report.data["paths"].items(), strict=True):
        by_month(axes, runs, report.data["theory"][count], f"{count} firms", "price, £/month")


CASE = Case(
    "joint_price", "A cartel reaches the joint-profit price", "Friedman (1971); Anderson, de Palma and Thisse (1992)", OPTIONS, run, draw,
    quick={"seeds": 2, "months": 25, "customers": 500}, about=__doc__ or "",
)  # fmt: skip
