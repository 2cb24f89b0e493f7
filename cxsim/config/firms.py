"""Parameters of firms: strategy, horizon, what they know, which levers they may pull and how fast."""

from __future__ import annotations

import dataclasses
from typing import Any

from cxsim.config.parameter import param

VALUE_LEVERS = ("price", "quality", "service", "disclosure")
EXTRACTION_LEVERS = ("loyalty_premium", "hidden_fee", "exit_barrier", "overpromise", "personalisation", "dark_pattern", "collusion")
PROXY_LEVERS = ("score_gaming",)
TALK_LEVERS = ("announcement",)
STRATEGIES = (
    "equity_planner",
    "profit_planner",
    "value_planner",
    "superior_product",
    "superior_service",
    "low_price",
    "service_and_low_price",
    "price_walker",
    "hidden_fee_seller",
    "subscription_trap",
    "lock_in",
    "loyalty_data_harvester",
    "whole_job",
    "one_step",
    "basics_first",
    "emotion_first",
    "cartelist",
    "imitator",
    "q_learning",
)
LEVERS = VALUE_LEVERS + EXTRACTION_LEVERS + PROXY_LEVERS + TALK_LEVERS


@dataclasses.dataclass(frozen=True)
class FirmsConfig:
    """How firms decide, and within which limits."""

    title: str = param("Customer-equity planners", "Name of this set of firms.")
    strategy: Any = param(
        "equity_planner", "Strategy of every firm, or a list of strategies dealt to firms in turn; a name that comes "
        "with cxsim, or module:Class of your own (needs allow_user_code).")  # fmt: skip
    levers: list[str] = param(
        ["price", "quality", "service", "loyalty_premium", "hidden_fee", "exit_barrier", "overpromise"],
        "Levers that planners may use; value, extraction and all stand for the sets of those names.",
        choices=(*LEVERS, "value", "extraction", "all"))  # fmt: skip
    horizon_months: float = param(
        36.0, "Months ahead that a firm values; the monthly discount factor is 1 - 1/horizon.",
        unit="months", low=1, high=1e6, reference="executives' tenure of 18 to 48 months, Bingham (2008)")  # fmt: skip
    customer_weight: float = param(
        0.0, "What a pound of value to its customers is worth to a planner beside a pound of its own profit; 0: it maximises profit.",
        low=0, high=10, reference="Kay (2010) for the idea that profit is best earned obliquely; value a guess")  # fmt: skip
    value_visibility: float = param(
        1.0, "Share of what better quality and service bring in by way of customers that a planner's reckoning sees; what they cost it "
        "always sees.", low=0, high=1, reference="Rust, Zahorik and Keiningham (1995) on the problem; value a guess")  # fmt: skip
    attribution_noise: float = param(
        0.0, "Standard deviation of a firm's error in what quality and service bring in, relative to what they do bring in; drawn anew "
        "at each review.", low=0, high=10, reference="Lewis and Rao (2015) on the difficulty; value a guess")  # fmt: skip
    patience_months: float | None = param(
        None, "Months after which a programme of spending more on quality and service must have brought in what it costs; one that has "
        "not is cut back to where it began.", unit="months", low=1, high=1200, optional="programmes are never cut back",
        reference="Bingham (2008): chief customer officers stay 18 months")  # fmt: skip
    silo: float = param(
        0.0, "Share of the effects on other units of the firm that a planner's units leave out when they set their levers: of quality the "
        "problems it prevents, of service what waiting does to customers, of fees and barriers what they do to their experience.",
        low=0, high=1, reference="Kerr (1975); Holmström and Milgrom (1991); value a guess")  # fmt: skip
    insight: float = param(
        0.5, "Share of the outcomes that matter which a firm knows; also sets the size of its customer panel.",
        low=0, high=1, reference="the texts behind the claims assert 0.25, without data; guess")  # fmt: skip
    insight_cost: float = param(
        0.01, "Cost of full insight as a share of the reference price, per customer and month; rises with the square.",
        low=0, high=1, reference="guess")  # fmt: skip
    panel_size: int = param(
        256, "Customers a firm with full insight surveys at a review; the panel shrinks with insight, never below 32.",
        unit="customers", low=8, high=100_000, reference="guess")  # fmt: skip
    proxy_bias: float = param(
        0.0, "How far a firm manages to its survey score instead of to what customers experience.",
        low=0, high=1)  # fmt: skip
    score_gaming_gain: float = param(
        0.3, "Rise of the survey score at full gaming.", low=0, high=1, reference="guess")  # fmt: skip
    score_gaming_cost: float = param(
        0.01, "Cost of full gaming as a share of the reference price, per customer and month; rises with the square.",
        low=0, high=1, reference="guess")  # fmt: skip
    disclosure_cost: float = param(
        0.002, "Cost of full disclosure as a share of the reference price, per customer and month.",
        low=0, high=1, reference="guess")  # fmt: skip
    announcement_cost: float = param(
        0.005, "Cost of announcing the best of experiences as a share of the reference price, per customer and month; a lesser claim "
        "costs in proportion.", low=0, high=1, reference="guess")  # fmt: skip
    barrier_cost: float = param(
        0.0, "Cost to the firm of an exit barrier as a share of the barrier, per customer and month.",
        low=0, high=1, reference="guess")  # fmt: skip
    speed_gain: float = param(
        0.25, "Contacts handled in addition where staff are measured by handling time in full.", low=0, high=10,
        reference="guess")  # fmt: skip
    speed_loss: float = param(
        0.35, "Share of problems left unsolved where staff are measured by handling time in full.", low=0, high=1,
        reference="Seddon (2003) on failure demand; value a guess")  # fmt: skip
    discretion_cost: float = param(
        0.3, "Cost of full discretion for staff, as a share of the cost of service capacity; rises with the square.", low=0, high=10,
        reference="guess")  # fmt: skip
    technology_gain: float = param(
        0.4, "Contacts handled in addition with full technology on work that is in order; as many are lost where it is not.",
        low=0, high=1, reference="Brynjolfsson and Hitt (2000) for the complementarity; value a guess")  # fmt: skip
    technology_cost: float = param(
        0.02, "Cost of full technology as a share of the reference price, per customer and month; rises with the square.",
        low=0, high=1, reference="guess")  # fmt: skip
    care_cost: float = param(
        0.02, "Cost of full care for staff as a share of the reference price, per customer and month; rises with the square.",
        low=0, high=1, reference="guess")  # fmt: skip
    morale_gain: float = param(
        0.0, "Contacts handled in addition at the best morale, and lost at the worst; zero: morale does not matter.", low=0, high=1,
        reference="Heskett et al. (1994); Silvestro and Cross (2000) found next to nothing")  # fmt: skip
    morale_speed: float = param(
        0.08, "Monthly speed at which morale follows what the work is like.", unit="1/month", low=0, high=1,
        reference="guess")  # fmt: skip
    price_step: float = param(
        0.06, "Largest change of price at one review, as a share of the reference price.", low=0, high=10,
        reference="guess")  # fmt: skip
    quality_step: float = param(
        0.05, "Largest change of quality or service at one review.", low=0, high=1, reference="guess")  # fmt: skip
    extraction_step: float = param(
        1.0, "Largest rise of an extraction lever at one review, as a share of its range; it can be dropped at once.",
        low=0, high=1, reference="guess")  # fmt: skip
    max_price: float = param(
        3.0, "Highest price a firm considers, relative to the reference price.", low=0, high=1000)  # fmt: skip
    max_overpromise: float = param(
        0.3, "Largest gap between the experience promised and delivered.", low=0, high=1, reference="guess")  # fmt: skip
    prior_detection: float = param(
        0.01, "Chance per month of being investigated that a firm believes in before it has seen any case.",
        unit="1/month", low=0, high=1, reference="Bryant and Eckard (1991): at most 0.13 to 0.17 a year", from_start=True)  # fmt: skip
    detection_learning: float = param(
        0.03, "Monthly weight of what was seen of enforcement in the perceived chance of an investigation.",
        unit="1/month", low=0, high=1, reference="perceptual deterrence, Apel (2013); value a guess")  # fmt: skip
    others_weight: float = param(
        0.5, "Weight of cases against other firms, relative to one's own, in what a firm learns of detection.",
        low=0, high=1, reference="Shimshack and Ward (2005); value a guess")  # fmt: skip
    cartel_cooldown: int = param(
        12, "Months after a collapse in which no new cartel forms.", unit="months", low=0, high=1200,
        reference="guess")  # fmt: skip
    partial_collusion: bool = param(
        True, "Whether a cartel that cannot hold the joint-profit price settles for the highest price that it can hold.",
        reference="Compte, Jenny and Rey (2002)")  # fmt: skip
    initial_price: float | None = param(
        None, "Price of every unnamed firm at the start.", unit="£/month", low=0, high=1e9,
        optional="the reference price", from_start=True)  # fmt: skip
    initial_price_spread: float = param(
        0.03, "Standard deviation of initial prices between unnamed firms, relative to the reference price.",
        low=0, high=1, from_start=True)  # fmt: skip
    initial_service: float = param(
        1.0, "Service capacity at the start, relative to the arrival of new problems.", low=0, high=3, from_start=True)  # fmt: skip
    initial_levers: dict[str, float] = param(
        {}, "Start values of other levers by name (loyalty_premium, hidden_fee and exit_barrier in £).", from_start=True)  # fmt: skip
    sources: dict[str, Any] = param(
        {}, "For each number of a preset: where it comes from and how sure it is.")  # fmt: skip
