"""Fixed service capacity against the queue it makes.

Source: the machine-repair queue (Palm 1947; Feller 1968, XVII.7) with many customers, in discrete time.

A customer without an open problem meets one with chance r a month; the firm resolves c problems per customer and
month, drawn evenly from the open ones. With c < r the share waiting is w_t = (1 - c/r) (1 - (1-r)^t), settling at 1 -
c/r. Everyone's experience falls by crowding x (load / capacity - 1), that of those who wait also by the weight of a
problem. Where load swings from month to month the share waiting is a Markov process, whose stationary mean the solver
works out on a grid.

Nothing but sampling separates engine and theory here, so that a tolerance is five standard errors of the mean over
runs: two for the interval, three for its middle. The solver works the standard errors out too: from the binomial
draws of arrivals and resolutions, and from the long-run variance of the process under swings.

The engine: one firm whose customers cannot leave, no lever to pull, quality one half.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.firms.service import log_spread, waiting_share
from cxsim.results.figures.style import BLUE, head
from cxsim.validation.case import COMMON, Case, Option, Report
from cxsim.validation.figures import curve, key
from cxsim.validation.plain import demand, played, seeds
from cxsim.validation.theory import queue

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

OPTIONS = COMMON | {
    "seeds": Option(16, "independent runs behind each interval", 1, 10_000),
    "rate": Option(0.25, "chance of a new problem (1/month)", 0.001, 1.0),
    "service": Option(0.7, "capacity relative to the arrival of problems", 0.05, 0.99),
    "variation": Option(0.3, "coefficient of variation of load in the last rows", 0.01, 2.0),
    "problem": Option(0.35, "experience lost by who waits", 0.0, 1.0),
    "crowding": Option(0.05, "experience lost by all when load is twice capacity", 0.0, 1.0),
    "months": Option(60, "months without swings", 13, 10_000),
    "long": Option(8000, "months with swings", 120, 12_000),
    "customers": Option(200_000, "simulated customers", 500, 10_000_000),
}
STANDARD_ERRORS = 5.0
"""Standard errors of the mean over runs that a row may be off."""


def lived(options: Mapping[str, Any], variation: float, months: int, customers: int, seed: int) -> pd.DataFrame:
    """The monthly table of a run."""
    values = demand(50.0, 5.0, 1.0, False) | {
        "market.n_firms": 1,
        "market.n_customers": customers,
        "market.initial_quality": 0.5,
        "market.problem_rate": options["rate"],
        "market.load_variation": variation,
        "market.review_months": 120,
        "customers.problem_weight": options["problem"],
        "customers.crowding_weight": options["crowding"],
        "customers.crowding_limit": 100.0,
        "firms.levers": ["disclosure"],
        "firms.panel_size": 32,
        "firms.initial_service": options["service"],
        "months": months,
    }
    return played(values, seed).frames()["monthly"]


def run(options: Mapping[str, Any]) -> Report:
    """The share waiting as it builds up and where it settles, what it costs, and the same under swings."""
    rate, capacity = options["rate"], options["rate"] * options["service"]
    months = options["months"]
    theory = queue.waiting(rate, capacity, months)
    runs = [lived(options, 0.0, months, options["customers"], seed) for seed in seeds(options["seeds"])]
    waiting = np.array([1.0 - monthly["service"].to_numpy() for monthly in runs])
    settled = 1.0 - options["service"]
    load = settled + rate * (1.0 - settled)
    experience = 100.0 * (0.5 - options["problem"] * settled - options["crowding"] * (load / capacity - 1.0))
    tail = slice(int(0.8 * months), None)
    late = 100.0 * (0.5 - options["problem"] * theory - options["crowding"] * _overload(theory, rate, capacity))
    errors = STANDARD_ERRORS * queue.spread(rate, capacity, months) / np.sqrt(options["customers"] * options["seeds"])
    lost = 100.0 * (options["problem"] + options["crowding"] * (1.0 - rate) / capacity)  # experience per share waiting
    found = [
        CASE.finding("waiting after 6 months (share)", theory[5], waiting[:, 5], errors[5], relative=False),
        CASE.finding(
            "waiting in the last fifth (share)", float(theory[tail].mean()), waiting[:, tail].mean(axis=1), errors[-1], relative=False
        ),
        CASE.finding(
            "experience in the last fifth (index)",
            float(late[tail].mean()),
            [monthly["experience"].to_numpy()[tail].mean() for monthly in runs],
            lost * errors[-1],
            relative=False,
            note=f"settles at {experience:.2f}",
        ),
    ]
    variation = options["variation"]
    settling = min(60, options["long"] // 2)
    swinging = [
        1.0 - lived(options, variation, options["long"], 500, seed)["service"].to_numpy()[settling:].mean()
        for seed in seeds(options["seeds"])
    ]
    expected = queue.settled_with_swings(rate, capacity, variation)
    # Its 500 customers add their own draws to the swings.
    own = queue.spread(rate, capacity, months)[-1] / np.sqrt(500.0) / rate
    noise = np.hypot(queue.noise_with_swings(rate, capacity, variation), own)
    allowed = STANDARD_ERRORS * noise / np.sqrt((options["long"] - settling) * options["seeds"])
    found.append(CASE.finding(f"waiting where load swings by {100 * variation:g} % (share)", expected, swinging, allowed, relative=False))
    found.append(
        CASE.finding(
            "the planners' formula for it (share)",
            expected,
            [waiting_share(rate, capacity, log_spread(variation))],
            0.005,
            judged=False,
            note="it takes the mean of each month's resolution and leaves out that the queue itself swings",
        )
    )
    return Report(found, {"waiting": waiting, "theory": theory})


def _overload(waiting: np.ndarray, rate: float, capacity: float) -> np.ndarray:
    before = np.concatenate([[0.0], waiting[:-1]])
    return np.maximum(0.0, (before + rate * (1.0 - before)) / capacity - 1.0)


def draw(figure: Figure, report: Report) -> None:
    """The queue as it builds up."""
    axes = figure.subplots()
    waiting, theory = report.data["waiting"], report.data["theory"]
    for number, path in enumerate(waiting):
        axes.plot(
            np.arange(1, len(path) + 1),
            path,
            color=BLUE,
            linewidth=0.8,
            alpha=0.6,
            label="engine" if number == 0 else "_nolegend_",
        )
    curve(axes, np.arange(1, len(theory) + 1), theory)
    axes.set_ylim(0)
    axes.set_xlabel("Month")
    head(axes, "Customers waiting for help", "share")
    key(axes)


CASE = Case(
    "congestion", "The queue at a fixed capacity", "Palm (1947); Feller (1968)", OPTIONS, run, draw,
    quick={"seeds": 6, "months": 40, "long": 1000, "customers": 40_000}, about=__doc__ or "",
)  # fmt: skip
