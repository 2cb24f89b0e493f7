"""Comparisons to start from: a baseline, a policy, and what to look at."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A ready-made comparison.

    Attributes:
        name: short name, for the address.
        title: what the page calls it.
        question: what to look at, to be answered by looking.
        query: the state it puts the page in.
    """

    name: str
    title: str
    question: str
    query: str


SCENARIOS = (
    Scenario(
        "watchdog",
        "A market with and without a watchdog",
        "Five firms, nobody watching; then a regulator with money and no limit on fines. What do firms stop doing, and what happens to the "
        "price?",
        "market=generic&regulator=none&policy.regulator=stylised_continental",
    ),
    Scenario(
        "rivals",
        "Is competition enough?",
        "Two firms against six, without a regulator. The price falls. What happens to the charges that nobody compares?",
        "market=generic&regulator=none&market.n_firms=2&policy.market.n_firms=6",
    ),
    Scenario(
        "cost-of-business",
        "A fine that is a cost of doing business",
        "The same regulator with the same money; only the highest fine differs. When does a firm reckon that breaking the rules pays?",
        "market=generic&regulator=stylised_continental&regulator.fine_cap=50000&policy.regulator.fine_cap=null",
    ),
    Scenario(
        "self-funded",
        "The watchdog that lives on its fines",
        "Little public money; the policy lets the regulator keep what it fines. Watch its budget. What happens to it once firms behave?",
        "market=generic&regulator=self_funded&regulator.self_funding_share=0.0&policy.regulator.self_funding_share=1.0",
    ),
    Scenario(
        "loyal",
        "The loyal pay more",
        "Home insurance before and after the ban on price walking. Who gains, who pays, and does the price for newcomers stay where "
        "it was?",
        "market=home_insurance&regulator=fca&policy.market.ban_price_walking=true",
    ),
    Scenario(
        "waterbed",
        "Push here, and it comes up there",
        "Hidden fees are banned and nothing else changes. How much of them comes back in the advertised price?",
        "market=retail_banking&regulator=none&market.price_cap=null&policy.regulator.ban_hidden_fees=true",
    ),
    Scenario(
        "cap",
        "A cap on the energy bill",
        "Energy bills with and without the default-tariff cap of 2019. Who gains most, and do customers still look around?",
        "market=energy&regulator=ofgem&policy.market.price_cap=94.75",
    ),
    Scenario(
        "cartel",
        "A cartel, and leniency for the first to confess",
        "Three firms that would rather agree. The policy sends a cartel authority that spares the first to confess. Does the cartel "
        "still form?",
        "market=generic&firms=cartelist&market.n_firms=3&regulator=none&policy.regulator=cma&policy.regulator.detection=0.9",
    ),
    Scenario(
        "discounters",
        "The loyalty card and the discounters",
        "Supermarkets that live on loyalty data share the market with discounters. The policy lets shoppers see quality "
        "at once. Who wins them over?",
        "market=grocery&regulator=none&firms=loyalty_data_vs_discounters&market.transparency=0.2&policy.market.transparency=1.0",
    ),
    Scenario(
        "railway",
        "One railway at a time",
        "A franchise with and without a floor for quality in the contract. Nobody can leave: what replaces leaving?",
        "market=rail&regulator=orr&market.franchise_quality_floor=0.0&policy.market.franchise_quality_floor=0.7",
    ),
)

DEFAULT = SCENARIOS[0]
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
