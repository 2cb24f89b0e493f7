"""Parameters of the market: its size, its prices, its jobs, how easily customers can move, and who may enter."""

from __future__ import annotations

import dataclasses
from typing import Any

from cxsim.config.parameter import param

ENTRY_RULES = ("none", "free", "named")
SPREADS = ("lognormal", "uniform", "constant")

GENERIC_OUTCOMES = ["works", "reliable", "easy", "clear", "helped", "valued"]
GENERIC_JOBS = [
    {"name": "get the job done", "share": 0.5,
     "weights": {"works": 0.35, "reliable": 0.25, "easy": 0.15, "clear": 0.1, "helped": 0.1, "valued": 0.05}},
    {"name": "no worries", "share": 0.3,
     "weights": {"works": 0.2, "reliable": 0.35, "easy": 0.1, "clear": 0.1, "helped": 0.15, "valued": 0.1}},
    {"name": "get me through a hard time", "share": 0.2,
     "weights": {"works": 0.2, "reliable": 0.15, "easy": 0.1, "clear": 0.2, "helped": 0.25, "valued": 0.1}},
]  # fmt: skip


@dataclasses.dataclass(frozen=True)
class MarketConfig:
    """The market that customers and firms meet in."""

    title: str = param("Generic service market", "Name of the market, as shown in tables and figures.")
    n_firms: int | None = param(
        5, "Number of firms at the start.", unit="firms", low=1, high=200,
        optional="as many as the table of firms names", from_start=True)  # fmt: skip
    n_customers: int = param(
        5000, "Number of simulated customers.", unit="customers", low=1, high=100_000_000, from_start=True)  # fmt: skip
    population: float = param(
        1_000_000, "Number of real customers that the simulated ones stand for.",
        unit="customers", low=1, high=1e10, from_start=True)  # fmt: skip
    reference_price: float = param(
        50.0, "What customers take as the normal price when the run starts; the scale of every relative amount.",
        unit="£/month", low=1e-6, high=1e9, from_start=True)  # fmt: skip
    reference_price_speed: float = param(
        0.0, "Monthly speed at which the price that customers take as normal follows what they are billed.",
        unit="1/month", low=0, high=1, reference="adaptation level, Kalyanaram and Winer (1995); value a guess")  # fmt: skip
    willingness_to_pay: float = param(
        90.0, "Mean worth of the job done fully.", unit="£/month", low=0, high=1e9)  # fmt: skip
    willingness_to_pay_spread: float = param(
        0.25, "Coefficient of variation of willingness to pay (lognormal).", low=0, high=5)  # fmt: skip
    choice_noise: float = param(
        4.0, "Scale of the taste shock in choice (logit scale mu): small means price and quality decide alone.",
        unit="£/month", low=1e-9, high=1e9, reference="McFadden (1974)")  # fmt: skip
    outside_option: float | None = param(
        -0.25, "How bearable it is to do without, as a share of willingness to pay.",
        low=-10, high=1, optional="nobody can do without")  # fmt: skip
    switching_cost: float = param(
        60.0, "Mean cost of changing supplier, in money, time and worry, paid once.", unit="£", low=0, high=1e9)  # fmt: skip
    switching_cost_spread: str = param(
        "lognormal", "How switching costs vary: lognormal (coefficient of variation 0.5), "
        "uniform between zero and twice the mean, or the same for all.", choices=SPREADS)  # fmt: skip
    switching_cost_lasting: bool = param(
        True, "Whether a customer's switching cost is a lasting trait; otherwise it is drawn anew each month, as in "
        "models where it is learned at the time of choosing.", reference="Chen (1997) for the latter")  # fmt: skip
    switching_horizon: float = param(
        12.0, "Months over which a customer spreads the cost of switching when comparing offers.",
        unit="months", low=1, high=600, reference="guess")  # fmt: skip
    transparency: float = param(
        0.5, "How well prospects see the true quality of a firm they are not with.", low=0, high=1)  # fmt: skip
    attention: float = param(
        0.03, "Mean baseline chance that a customer reconsiders in a month.", unit="1/month", low=0, high=1,
        reference="Hortaçsu, Madanizadeh and Puller (2017)")  # fmt: skip
    price_attention: float = param(
        0.1, "How strongly paying more than the normal price makes a customer reconsider: added monthly chance per "
        "squared relative excess.", low=0, high=1000, reference="guess")  # fmt: skip
    rivals_seen: float | None = param(
        None, "Mean number of rivals that enter the comparison.", unit="firms", low=0, high=200,
        optional="all")  # fmt: skip
    renewal_months: int = param(
        0, "Months between renewal dates; zero where contracts simply roll on.", unit="months", low=0, high=120)  # fmt: skip
    renewal_attention: float = param(
        0.5, "Added chance of reconsidering at a renewal date.", low=0, high=1)  # fmt: skip
    intro_months: int = param(
        12, "Months for which a customer pays the new-customer price.", unit="months", low=1, high=600)  # fmt: skip
    max_loyalty_premium: float = param(
        0.3, "Highest loyalty premium that contracts and custom allow, relative to the reference price.", low=0, high=10,
        reference="home insurance after five years: up to 0.7, Citizens Advice (2018)")  # fmt: skip
    max_hidden_fee: float = param(
        0.05, "Highest hidden fee that the product leaves room for, relative to the reference price.",
        low=0, high=10, reference="guess")  # fmt: skip
    extra_price: float = param(
        0.0, "Monthly price of an optional extra that renews by itself, relative to the reference price; zero where firms "
        "offer none.", low=0, high=10, reference="UK subscriptions that nobody wants cost £14 a month, Department for "
        "Business and Trade (2024)")  # fmt: skip
    extra_offers: float = param(
        0.05, "Chance per month that a customer without the extra is asked to take it.", unit="1/month", low=0, high=1,
        reference="guess")  # fmt: skip
    max_exit_barrier: float = param(
        0.5, "Highest exit barrier, relative to the reference price.", low=0, high=100, reference="guess")  # fmt: skip
    price_cap: float | None = param(
        None, "Highest price, loyalty premium included, that may be charged; it rules out personal prices, hidden fees escape it.",
        unit="£/month", low=0, high=1e9, optional="no cap")  # fmt: skip
    ban_price_walking: bool = param(
        False, "Whether existing customers must be offered the new-customer price.")  # fmt: skip
    brand: float = param(
        0.0, "How far starting shares rest on lasting tastes for brands: at 1, equal treatment of all keeps the shares; at 0, "
        "brands mean nothing.", low=0, high=1, reference="inversion of shares, Berry (1994); value a guess", from_start=True)  # fmt: skip
    review_months: int = param(
        3, "Months between two reviews of a firm's levers; firms take turns.", unit="months", low=1, high=120)  # fmt: skip
    unit_cost: float = param(
        35.0, "Cost of serving one customer at no quality and no service.", unit="£/month", low=0, high=1e9)  # fmt: skip
    cost_spread: float = param(
        0.0, "Spread of unit costs between unnamed firms (coefficient of variation).", low=0, high=1)  # fmt: skip
    fixed_cost: float = param(
        0.0, "Fixed cost of a firm as a share of the market's reference revenue "
        "(reference price x population).", low=0, high=1)  # fmt: skip
    fixed_cost_by_size: float = param(
        0.0, "How far fixed cost goes with a firm's share of customers at the start: at 0 every firm bears the same, at 1 in proportion; "
        "an entrant bears as much as the smallest. The sum over the firms at the start stays the same.",
        low=0, high=1, reference="overheads that are sunk in a firm's scale, Sutton (1991); value a guess", from_start=True)  # fmt: skip
    quality_cost: float = param(
        12.0, "Cost per customer of full quality in every outcome; rises with the square.",
        unit="£/month", low=0, high=1e9)  # fmt: skip
    service_cost: float = param(
        3.0, "Cost per customer of service capacity equal to the arrival of new problems.",
        unit="£/month", low=0, high=1e9)  # fmt: skip
    contact_cost: float = param(
        6.0, "Cost to the firm of each open problem (failure demand).", unit="£/month", low=0, high=1e9)  # fmt: skip
    initial_quality: float = param(
        0.6, "Quality of every outcome when the run starts, where no satisfaction is given.", low=0, high=1, from_start=True)  # fmt: skip
    quality_spread: float = param(
        0.05, "Standard deviation of the initial quality between firms and outcomes.", low=0, high=0.5, from_start=True)  # fmt: skip
    problem_rate: float = param(
        0.03, "Monthly chance that a customer without a problem meets one, at quality one half.",
        unit="1/month", low=0, high=1)  # fmt: skip
    problem_quality_slope: float = param(
        1.0, "How far better quality prevents problems: the rate is multiplied by 1 + slope x (1/2 - quality).",
        low=0, high=2, reference="guess")  # fmt: skip
    off_script: float = param(
        0.0, "Share of the requests for service that no script covers; only staff with discretion solve them.",
        low=0, high=1, reference="Frei (2006) on the variety of requests; value a guess")  # fmt: skip
    failing_rate: float = param(
        0.0, "Monthly chance that a firm fails its customers in a way that they do not see.", unit="1/month", low=0, high=1,
        reference="guess")  # fmt: skip
    truth_hazard: float = param(
        0.02, "Monthly chance that one hidden failing comes out: how much people and media talk.", unit="1/month", low=0, high=1,
        reference="guess")  # fmt: skip
    easy_quality: float = param(
        1.0, "Quality up to which small safe improvements lead; beyond it only bold projects do.", low=0, high=1,
        reference="Levinthal (1997); value a guess")  # fmt: skip
    bold_success: float = param(
        0.15, "Chance that a bold project succeeds.", low=0, high=1, reference="guess")  # fmt: skip
    bold_gain: float = param(
        0.1, "How much further a bold project that succeeds lets quality go.", low=0, high=1, reference="guess")  # fmt: skip
    bold_cost: float = param(
        0.1, "Cost of a bold project, as a share of the firm's monthly revenue.", low=0, high=100, reference="guess")  # fmt: skip
    load_variation: float = param(
        0.15, "Month-to-month variation of service load at each firm (coefficient of variation, lognormal), so that spare "
        "capacity has a use.", low=0, high=2, reference="guess")  # fmt: skip
    outcomes: list[str] = param(GENERIC_OUTCOMES, "Names of the desired outcomes that customers judge by.", from_start=True)
    jobs: list[dict[str, Any]] = param(
        GENERIC_JOBS, "Jobs to be done: name, share of customers, and importance weights over the outcomes.", from_start=True)  # fmt: skip
    job_variants: int = param(
        8, "Number of variants of each job, so that customers with one job differ in what matters to them.",
        low=1, high=1000, reference="latent classes, Greene and Hensher (2003)", from_start=True)  # fmt: skip
    job_concentration: float = param(
        40.0, "How alike the variants of a job are (Dirichlet concentration).", low=0.1, high=1e9, from_start=True)  # fmt: skip
    job_exponent: float = param(
        1.0, "How far outcomes make up for one another in getting the job done: 1 they add up, 0 their geometric mean counts, far below "
        "zero the weakest link.", low=-50, high=1, reference="Arrow, Chenery, Minhas and Solow (1961)")  # fmt: skip
    basics: list[str] = param(
        [], "Outcomes that are taken for granted.", reference="Kano et al. (1984)")  # fmt: skip
    basics_threshold: float = param(
        0.0, "Level of the basics below which the other outcomes count only in proportion; zero: they always count.", low=0, high=1,
        reference="Kano et al. (1984); value a guess")  # fmt: skip
    job_circle: float | None = param(
        None, "Places jobs and firms evenly on a circle: loss of worth per unit of distance between a customer's "
        "job and a firm.", unit="£/month", low=0, high=1e9, optional="no circle",
        reference="Salop (1979)")  # fmt: skip
    entry: str = param(
        "none", "Who may enter: nobody; anyone while entry pays; or the entrants named.", choices=ENTRY_RULES)  # fmt: skip
    entry_cost: float = param(
        0.05, "Sunk cost of entry, as a share of the market's annual reference revenue.", low=0, high=10)  # fmt: skip
    entrants: list[dict[str, Any]] = param(
        [], "Named entrants: name, month, cost_advantage (share of unit cost saved), quality.")  # fmt: skip
    exit_after_months: int | None = param(
        None, "Months of losses in a row, with no cash left, after which a firm leaves.",
        unit="months", low=1, high=1200, optional="never")  # fmt: skip
    franchise_months: int | None = param(
        None, "Length of a franchise: one supplier at a time, chosen by tender.", unit="months", low=1, high=600,
        optional="no franchise")  # fmt: skip
    franchise_bidders: int = param(
        3, "Number of bidders in a tender.", unit="bidders", low=1, high=50)  # fmt: skip
    franchise_quality_floor: float = param(
        0.0, "Least mean quality that the franchise contract demands.", low=0, high=1)  # fmt: skip
    firms_table: str | None = param(
        None, "Table of firms (CSV) with columns name, share, price, margin, satisfaction; a name of a table that "
        "comes with cxsim, or a path.", optional="unnamed firms of equal size", from_start=True)  # fmt: skip
    sources: dict[str, Any] = param(
        {}, "For each number of a preset: where it comes from and how sure it is.")  # fmt: skip
