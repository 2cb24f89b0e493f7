"""A cartel holds exactly when patience exceeds the critical discount factor, and a large enough expected fine breaks it.

Source: Friedman (1971) with the logit deviation profit; the fine as in Becker (1968).

Under grim trigger colluding for good is worth pi_J / (1 - d) and deviating once pi_D + d pi_N / (1 - d): it holds iff
d > (pi_D - pi_J) / (pi_D - pi_N). With an expected fine f a month while colluding it holds iff pi_J - f > (1 - d)
pi_D + d pi_N. The fine is detection x min(fine, cap): a cap of too small a share of turnover leaves the cartel
standing whatever the fine.

The engine: plain market, levers price and collusion, no settling for less than the joint price. Firms' belief about
the chance of an investigation is held at its prior, a finding is sure; the fine is varied through its cap in pounds.
Critical values are found by bisection over runs of the engine, each of them a whole market that forms a cartel or
does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.results.figures.style import BLUE, head
from cxsim.validation.case import COMMON, Case, Option, Report
from cxsim.validation.figures import THEORY
from cxsim.validation.plain import demand, played, seeds
from cxsim.validation.theory.logit import Collusion

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OPTIONS = COMMON | {
    "seeds": Option(3, "independent runs behind each interval", 1, 10_000),
    "n": Option(2, "firms", 2, 20),
    "mu": Option(0.25, "scale of the taste shock (£/month)", 0.01, 100.0),
    "worth": Option(2.0, "worth a of the job done (£/month)", 0.0, 1e4),
    "cost": Option(1.0, "unit cost (£/month)", 0.0, 1e4),
    "horizon": Option(36.0, "horizon of the firms where the fine is varied (months)", 1.5, 1e6),
    "detection": Option(0.02, "chance per month of being found out that firms believe in", 1e-6, 1.0),
    "months": Option(40, "months of each run", 15, 10_000),
    "steps": Option(11, "halvings of the bisection", 3, 40),
    "customers": Option(500, "simulated customers", 100, 10_000_000),
}
POPULATION = 1_000_000.0


def market(options: Mapping[str, Any], horizon: float, fines: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a market in which a cartel may form."""
    return (
        demand(options["worth"], options["cost"], options["mu"], True)
        | {
            "market.n_firms": options["n"],
            "market.population": POPULATION,
            "market.n_customers": options["customers"],
            "firms.levers": ["price", "collusion"],
            "firms.partial_collusion": False,
            "firms.horizon_months": horizon,
            "firms.prior_detection": options["detection"] if fines else 0.0,
            "firms.detection_learning": 0.0,
            "firms.price_step": 0.1,
            "firms.initial_price_spread": 0.05,
            "firms.max_price": 10.0,
            "regulator.rules": ["collusion"],
            "regulator.detection": 1.0,
            "regulator.severity_scale": 0.0,
            "regulator.fine_severity_scale": 1e-9,
            "months": options["months"],
        }
        | dict(fines)
    )


def holds(values: Mapping[str, Any], seed: int) -> bool:
    """Whether there is a cartel at the end."""
    return len(played(values, seed).cartel.members) > 0


def threshold(breaks: Callable[[float], bool], low: float, high: float, steps: int) -> float:
    """The value between ``low`` (does not break) and ``high`` (breaks) where it starts to break, by bisection."""
    for _ in range(steps):
        middle = 0.5 * (low + high)
        if breaks(middle):
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


def run(options: Mapping[str, Any]) -> Report:
    """The critical discount factor, the fine that breaks, and turnover caps on either side of what is needed."""
    theory = Collusion(options["n"], options["cost"], options["worth"], options["mu"])
    discount = 1.0 - 1.0 / options["horizon"]
    expected = theory.expected_fine_that_breaks(discount) * POPULATION
    fine = expected / options["detection"]
    turnover = 12.0 * POPULATION * theory.joint_price * theory.collude / (theory.joint_price - options["cost"])
    patience, fines = [], []
    for seed in seeds(options["seeds"]):

        def held(d: float, seed: int = seed) -> bool:
            return holds(market(options, 1.0 / (1.0 - d), {}), seed)

        def broken(pounds: float, seed: int = seed) -> bool:
            terms = {"regulator.fine_share_of_turnover": 10.0, "regulator.fine_cap": pounds}
            return not holds(market(options, options["horizon"], terms), seed)

        patience.append(threshold(held, 0.0, 0.95, options["steps"]))
        fines.append(threshold(broken, 0.0, 3.0 * max(fine, 1.0), options["steps"]) if fine > 0 else np.nan)
    found = [CASE.finding("critical discount factor", theory.critical_discount, patience, 0.005)]
    if fine > 0:
        found.append(CASE.finding(f"fine that breaks it, detection {options['detection']:g} a month (£ million)", fine / 1e6,
                                  np.array(fines) / 1e6, 0.01))  # fmt: skip
        for share in (0.5, 1.5):
            cap = share * fine / turnover
            if cap <= 10.0:
                terms = {"regulator.fine_share_of_turnover": 10.0, "regulator.fine_cap_share_of_turnover": cap}
                held_up = [holds(market(options, options["horizon"], terms), seed) for seed in seeds(options["seeds"])]
                label = f"share of cartels standing, fine capped at {100 * cap:.0f} % of turnover"
                found.append(CASE.finding(label, float(share < 1.0), held_up, 0.01, relative=False))
    grid = np.linspace(0.05, 0.95, 19)
    standing = [holds(market(options, 1.0 / (1.0 - d), {}), 1) for d in grid]
    return Report(found, {"grid": grid, "standing": standing, "patience": theory.critical_discount})


def draw(figure: Figure, report: Report) -> None:
    """Whether the cartel stands, by patience."""
    axes = figure.subplots()
    data = report.data
    axes.plot(data["grid"], np.array(data["standing"], float), "o", color=BLUE)
    axes.axvline(data["patience"], **THEORY)
    axes.annotate(
        f"theory: {data['patience']:.4f}",
        (data["patience"], 0.5),
        xytext=(6, 0),
        textcoords="offset points",
        fontsize=9,
    )
    axes.set_yticks([0, 1], ["no cartel", "cartel"])
    axes.set_ylim(-0.2, 1.2)
    axes.set_xlabel("monthly discount factor of the firms")
    head(axes, "Each point is a run of the engine", "")


CASE = Case(
    "cartel_patience", "A cartel holds above the critical discount factor and below the critical fine",
    "Friedman (1971); Becker (1968)", OPTIONS, run, draw,
    quick={"seeds": 1, "steps": 10, "months": 25, "customers": 200}, about=__doc__ or "",
)  # fmt: skip
