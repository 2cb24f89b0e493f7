"""Consumer surplus, concentration, churn and elasticity against integrals and definitions.

Source: Small and Rosen (1981) for surplus; Herfindahl (1950); the definitions of churn and elasticity.

Customers differ in willingness to pay v (lognormal). Consumer surplus is the mean over v of E[max_k (u_k + mu e_k)]
with shocks of mean zero: the solver integrates the density of that maximum numerically over the shocks and over v,
without the log-sum formula. Shares are integrals of the logit over v; HHI is 10,000 times their squares' sum among
those served. With attention a, a customer of firm f leaves in a month with chance a (1 - s_f(v)), so that yearly
churn is 12 a times the mean of s_f (1 - s_f) among those served. The own-price elasticity is the derivative of log
demand by log price, -p E[s (1 - s)] / (mu E[s]); the engine's is an arc between two runs with the same luck.

The engine: fixed prices, no lever to pull.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.validation.case import COMMON, Case, Option, Report
from cxsim.validation.figures import ladder
from cxsim.validation.plain import demand, seeds, with_costs
from cxsim.validation.theory import integrals

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxsim.market.model import Market

OPTIONS = COMMON | {
    "prices": Option((1.4, 1.6, 1.7), "prices of the firms (£/month)", 0.1, 1e3),
    "worth": Option(2.0, "mean willingness to pay (£/month)", 0.1, 1e4),
    "spread": Option(0.25, "coefficient of variation of willingness to pay", 0.0, 3.0),
    "mu": Option(0.25, "scale of the taste shock (£/month)", 0.01, 100.0),
    "attention": Option(0.3, "chance per month of looking around, in the row on churn", 0.01, 1.0),
    "customers": Option(20_000, "simulated customers", 500, 10_000_000),
    "months": Option(60, "months measured", 5, 10_000),
}
STEP = 0.02


def market(options: Mapping[str, Any], prices: tuple[float, ...], attention: float, seed: int) -> Market:
    """The market after its last month."""
    values = demand(options["worth"], 1.0, options["mu"], True) | {
        "market.willingness_to_pay_spread": options["spread"],
        "market.attention": attention,
        "market.n_customers": options["customers"],
        "market.review_months": 120,
        "firms.levers": ["disclosure"],
        "firms.panel_size": 32,
        "firms.max_price": 1000.0,
        "burn_in": 40 if attention < 1.0 else 1,
        "months": options["months"],
    }
    engine = with_costs(values, [1.0] * len(prices), prices, seed)
    for _ in range(engine.config.burn_in + engine.config.months):
        engine.step()
    return engine


def run(options: Mapping[str, Any]) -> Report:
    """Each column against its integral or its definition."""
    prices = np.array(options["prices"])
    taste = integrals.Tastes(options["worth"], options["spread"], options["mu"])
    shares = integrals.shares(prices, taste)
    dearer, cheaper = prices.copy(), prices.copy()
    dearer[0] *= 1.0 + STEP
    cheaper[0] *= 1.0 - STEP
    measured = {name: [] for name in ("surplus", "hhi", "counted", "churn", "elasticity", "coverage")}
    for seed in seeds(options["seeds"]):
        engine = market(options, tuple(prices), 1.0, seed)
        monthly = engine.frames()["monthly"]
        measured["surplus"].append(monthly["consumer_surplus"].mean())
        measured["coverage"].append(monthly["coverage"].mean())
        mean = engine.frames()["firms"].groupby("firm", sort=False)["customers"].mean()
        measured["hhi"].append(1e4 * float(((mean / mean.sum()) ** 2).sum()))
        heads = np.bincount(engine.population.columns["supplier"], minlength=len(prices) + 1)[1:]
        measured["counted"].append(monthly["hhi"].iloc[-1] - 1e4 * float(((heads / heads.sum()) ** 2).sum()))
        measured["churn"].append(market(options, tuple(prices), options["attention"], seed).frames()["monthly"]["churn"].mean())
        sold = [
            market(options, tuple(trial), 1.0, seed).frames()["firms"].query("firm == 'Firm 1'")["customers"].sum()
            for trial in (dearer, cheaper)
        ]
        measured["elasticity"].append(np.log(sold[0] / sold[1]) / np.log((1 + STEP) / (1 - STEP)))
    found = [
        CASE.finding("consumer surplus (£/month per person)", integrals.surplus(prices, taste), measured["surplus"], 0.01),
        CASE.finding("coverage (share)", float(shares.sum()), measured["coverage"], 0.01),
        CASE.finding("HHI of mean shares", 1e4 * float(((shares / shares.sum()) ** 2).sum()), measured["hhi"], 0.01),
        CASE.finding("HHI column less HHI of customers counted one by one", 0.0, measured["counted"], 1e-6, relative=False),
        CASE.finding("churn (1/year)", integrals.churn(prices, taste, options["attention"]), measured["churn"], 0.01),
        CASE.finding("own-price elasticity of firm 1", integrals.elasticity(prices, taste), measured["elasticity"], 0.02),
    ]
    return Report(found)


def draw(figure: Figure, report: Report) -> None:
    """How far each number is from its definition, in tolerances."""
    ladder(figure, report.findings)


CASE = Case(
    "definitions", "Surplus, concentration, churn and elasticity", "Small and Rosen (1981); Herfindahl (1950)", OPTIONS, run, draw,
    quick={"seeds": 6, "customers": 20_000, "months": 15}, about=__doc__ or "",
)  # fmt: skip
