"""Algorithms that learn to collude: Q-learning in a logit duopoly.

Source: Calvano, Calzolari, Denicolò and Pastorello (2020), baseline: a - c = 1, outside quality 0, mu = 1/4, discount
0.95, 15 prices from p_N - 0.1 (p_M - p_N) to p_M + 0.1 (p_M - p_N), memory of one period, alpha = 0.15, beta = 4e-6,
start values as if rivals chose at random; a session ends when no greedy strategy has changed for 100,000 periods. The
profit gain (pi - pi_N) / (pi_M - pi_N) of the prices they settle on is published as about 0.85 for two firms.

The null are myopic learners (discount 0), who have no future to gain from. In a state that play returns to, each
must in the end charge a best answer to what the other charges there: prices are a Nash equilibrium of the game played once
on the grid, whose gains the solver works out (two equilibria for the baseline, one above and one below the Bertrand price).
Myopic learners who also see what the prices they did not charge would have earned do end there. Those of the
paper see only what they try: once they hardly try anything, they do not notice that another price has become
better, and part of a gain stays that is no collusion (Asker, Fershtman and Pakes 2022). It is shown beside the equilibrium.

The engine: a market of two firms in which every pair of grid prices is charged for some months; the shares of
customers that its compiled month moves to each firm are set beside the logit's, and multiplied by the margin they
make the table of profits. The sessions then run on that table in a compiled loop (``cxsim.firms.qlearning.session``):
a million periods of the customers' month itself would take hours and, as customers carry nothing over here, would
only add sampling noise. The same learner also plays in an ordinary market as the strategy ``q_learning``.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.firms import qlearning
from cxsim.results.figures.style import BLUE, GREEN, QUIET, VERMILION, head
from cxsim.validation.case import Case, Option, Report
from cxsim.validation.figures import key
from cxsim.validation.plain import demand, made
from cxsim.validation.theory import logit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OPTIONS = {
    "sessions": Option(200, "sessions of patient learners", 2, 100_000),
    "null_sessions": Option(100, "sessions of myopic learners of either kind", 2, 100_000),
    "worth": Option(2.0, "worth a of the job done (£)", 0.0, 1e4),
    "cost": Option(1.0, "unit cost c (£)", 0.0, 1e4),
    "mu": Option(0.25, "scale of the taste shock (£)", 0.01, 100.0),
    "discount": Option(0.95, "discount factor per period", 0.0, 0.999),
    "prices": Option(15, "points m of the price grid", 3, 40),
    "xi": Option(0.1, "how far the grid reaches beyond the two benchmarks", 0.0, 0.5),
    "alpha": Option(0.15, "learning rate", 0.001, 1.0),
    "beta": Option(4e-6, "fading of experiments", 1e-8, 1.0),
    "unchanged": Option(100_000, "periods without a change that end a session", 100, 100_000_000),
    "customers": Option(20_000, "simulated customers in the market that demand is read off", 500, 1_000_000),
    "months": Option(5, "months for which each pair of prices is charged", 1, 1000),
}
PUBLISHED = 0.85


def engine_demand(options: Mapping[str, Any], grid: np.ndarray) -> np.ndarray:
    """Share of all people with each firm at each pair of grid prices; shape (prices ** 2, 2), the first firm's index counting fastest."""
    values = demand(options["worth"], options["cost"], options["mu"], True) | {
        "market.n_firms": 2,
        "market.n_customers": options["customers"],
        "market.review_months": 120,
        "firms.levers": ["disclosure"],
        "firms.panel_size": 32,
        "firms.max_price": 100.0,
    }
    market = made(values, 1)
    count = len(grid)
    share = np.zeros((count * count, 2))
    for state in range(count * count):
        chosen = (grid[state % count], grid[state // count])
        for firm, price in zip(market.firms, chosen, strict=True):
            firm.set_levers({"price": float(price)})
        for _ in range(options["months"]):
            market.step()
            share[state] += market.table.customers[1:3] / market.config.market.population / options["months"]
    return share


def run(options: Mapping[str, Any]) -> Report:
    """Demand against the logit; profit gains of patient and of myopic learners."""
    cost, worth, mu, count = options["cost"], options["worth"], options["mu"], options["prices"]
    nash = float(logit.bertrand([cost, cost], worth, mu)[0])
    monopoly = float(logit.joint([cost, cost], worth, mu)[0])
    reach = options["xi"] * (monopoly - nash)
    grid = np.linspace(nash - reach, monopoly + reach, count)
    pairs = np.stack([np.tile(grid, count), np.repeat(grid, count)], axis=1)
    share = engine_demand(options, grid)
    exact = np.array([logit.shares(pair, worth, mu) for pair in pairs])
    # The largest of so many cells is several standard errors out by chance alone.
    allowed = 4.5 * float(np.sqrt(0.25 / options["customers"] / options["months"]))
    low = (nash - cost) * float(logit.shares([nash, nash], worth, mu)[0])
    high = (monopoly - cost) * float(logit.shares([monopoly, monopoly], worth, mu)[0])

    def gains(
        sessions: int, discount: float, table: np.ndarray, decay: float, foregone: bool = False
    ) -> tuple[np.ndarray, list[qlearning.Outcome]]:
        def one(number: int) -> qlearning.Outcome:
            return qlearning.session(
                table,
                count,
                discount=discount,
                learning=options["alpha"],
                decay=decay,
                foregone=foregone,
                unchanged=options["unchanged"],
                limit=1_000_000 if foregone else 1_000_000_000,  # where sampling leaves no equilibrium, they go round for ever
                number=number,
            )

        with ThreadPoolExecutor(2) as pool:  # compiled code releases the interpreter
            ends = list(pool.map(one, range(sessions)))
        return np.array([(end.profit.mean() - low) / (high - low) for end in ends]), ends

    profit = (pairs - cost) * share
    patient, ends = gains(options["sessions"], options["discount"], profit, options["beta"])
    myopic, _ = gains(options["null_sessions"], 0.0, profit, options["beta"])
    # Who sees everything need not try everything.
    informed, _ = gains(options["null_sessions"], 0.0, profit, 25.0 * options["beta"], foregone=True)
    ends_alone = logit.grid_equilibria([cost, cost], worth, mu, grid)
    alone = [float(logit.profits(grid[[i, j]], [cost, cost], worth, mu).mean()) for i, j in ends_alone]
    least, most = ((bound - low) / (high - low) for bound in (min(alone), max(alone)))
    found = [
        CASE.finding(
            "largest gap between the engine's demand and the logit, all pairs of prices (share)",
            0.0,
            [np.abs(share - exact).max()],
            allowed,
            relative=False,
        ),
        CASE.finding(
            f"profit gain, discount {options['discount']:g}, {options['sessions']} sessions",
            PUBLISHED,
            patient,
            0.05,
            relative=False,
        ),
        CASE.finding("share of sessions that converged", 1.0, [float(end.converged) for end in ends], 0.01, relative=False),
        CASE.finding(
            "null: profit gain of myopic learners who see what other prices would have earned",
            0.5 * (least + most),
            informed,
            # Profits are read off a sample of customers: three standard errors of a firm's share, at the Bertrand margin.
            0.5 * (most - least) + 3.0 * (nash - cost) * float(np.sqrt(0.25 / options["customers"] / options["months"])) / (high - low),
            relative=False,
            note=f"Nash equilibria of one period on the grid gain {least:.3f} to {most:.3f}",
        ),
        CASE.finding(
            "null: profit gain of myopic learners",
            most,
            myopic,
            0.05,
            relative=False,
            judged=False,
            note="theory is the dearest Nash equilibrium on the grid; who sees only what she tries stops short of it",
        ),
    ]
    periods = np.array([end.periods for end in ends])
    return Report(found, {"patient": patient, "myopic": myopic, "alone": (least, most), "periods": periods})


def draw(figure: Figure, report: Report) -> None:
    """Distribution of the profit gain over sessions."""
    axes = figure.subplots()
    edges = np.linspace(-0.2, 1.1, 53)
    axes.hist(report.data["patient"], edges, color=BLUE, alpha=0.8, label="patient learners")
    axes.hist(report.data["myopic"], edges, color=VERMILION, alpha=0.6, hatch="//", label="myopic learners (null)")
    axes.axvline(PUBLISHED, color="black", linestyle=(0, (5, 2)), linewidth=1.4, label="published mean")
    axes.axvspan(*report.data["alone"], color=GREEN, alpha=0.35, zorder=0, label="Nash equilibria on the grid")
    for place, name in ((0.0, "competitive"), (1.0, "joint profit")):
        axes.axvline(place, color=QUIET, linewidth=0.8)
        axes.annotate(
            name,
            (place, 1),
            xycoords=("data", "axes fraction"),
            xytext=(3, -10),
            textcoords="offset points",
            fontsize=9,
            color=QUIET,
        )
    axes.set_xlabel("profit gain of a session")
    head(
        axes,
        f"{len(report.data['patient'])} and {len(report.data['myopic'])} sessions; "
        f"{np.median(report.data['periods']) / 1e6:.2f} million periods in the median of the patient",
        "sessions",
    )
    key(axes, "below")


CASE = Case(
    "q_learning", "Pricing algorithms learn to collude", "Calvano, Calzolari, Denicolò and Pastorello (2020)", OPTIONS, run, draw,
    quick={"sessions": 80, "null_sessions": 20, "customers": 20_000, "months": 5}, about=__doc__ or "",
)  # fmt: skip
