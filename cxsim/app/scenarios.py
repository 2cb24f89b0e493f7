"""Comparisons to start from: a baseline, a policy, and what to look at."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A ready-made comparison.

    Attributes:
        name: short name, for the address.
        title: what the page calls it.
        topic: under which heading it stands.
        question: what to look at, to be answered by looking.
        query: the state it puts the page in.
    """

    name: str
    title: str
    topic: str
    question: str
    query: str


_RULES = "Competition and rules"
_THINK = "What firms see and want"
_WORK = "How the work is done, and what is said of it"

SCENARIOS = (
    Scenario(
        "watchdog",
        "A market with and without a watchdog",
        _RULES,
        "Five firms, nobody watching; then a regulator with money and no limit on fines. What do firms stop doing, and what happens to the "
        "price?",
        "market=generic&regulator=none&policy.regulator=stylised_continental",
    ),
    Scenario(
        "rivals",
        "Is competition enough?",
        _RULES,
        "Two firms against six, without a regulator. The price falls. What happens to the charges that nobody compares?",
        "market=generic&regulator=none&market.n_firms=2&policy.market.n_firms=6",
    ),
    Scenario(
        "cost-of-business",
        "A fine that is a cost of doing business",
        _RULES,
        "The same regulator with the same money; only the highest fine differs. When does a firm reckon that breaking the rules pays?",
        "market=generic&regulator=stylised_continental&regulator.fine_cap=50000&policy.regulator.fine_cap=null",
    ),
    Scenario(
        "self-funded",
        "The watchdog that lives on its fines",
        _RULES,
        "Little public money; the policy lets the regulator keep what it fines. Watch its budget. What happens to it once firms behave?",
        "market=generic&regulator=self_funded&regulator.self_funding_share=0.0&policy.regulator.self_funding_share=1.0",
    ),
    Scenario(
        "loyal",
        "The loyal pay more",
        _RULES,
        "Home insurance before and after the ban on price walking. Who gains, who pays, and does the price for newcomers stay where "
        "it was?",
        "market=home_insurance&regulator=fca&policy.market.ban_price_walking=true",
    ),
    Scenario(
        "waterbed",
        "Push here, and it comes up there",
        _RULES,
        "Hidden fees are banned and nothing else changes. How much of them comes back in the advertised price?",
        "market=retail_banking&regulator=none&market.price_cap=null&policy.regulator.ban_hidden_fees=true",
    ),
    Scenario(
        "cap",
        "A cap on the energy bill",
        _RULES,
        "Energy bills with and without the default-tariff cap of 2019. Who gains most, and do customers still look around?",
        "market=energy&regulator=ofgem&policy.market.price_cap=94.75",
    ),
    Scenario(
        "cartel",
        "A cartel, and leniency for the first to confess",
        _RULES,
        "Three firms that would rather agree. The policy sends a cartel authority that spares the first to confess. Does the cartel "
        "still form?",
        "market=generic&firms=cartelist&market.n_firms=3&regulator=none&policy.regulator=cma&policy.regulator.detection=0.9",
    ),
    Scenario(
        "discounters",
        "The loyalty card and the discounters",
        _RULES,
        "Supermarkets that live on loyalty data share the market with discounters. The policy lets shoppers see quality "
        "at once. Who wins them over?",
        "market=grocery&regulator=none&firms=loyalty_data_vs_discounters&market.transparency=0.2&policy.market.transparency=1.0",
    ),
    Scenario(
        "railway",
        "One railway at a time",
        _RULES,
        "A franchise with and without a floor for quality in the contract. Nobody can leave: what replaces leaving?",
        "market=rail&regulator=orr&market.franchise_quality_floor=0.0&policy.market.franchise_quality_floor=0.7",
    ),
    Scenario(
        "captive",
        "One firm that nobody can leave",
        _RULES,
        "Everybody needs it and the price is capped. One firm serves all; under the policy there are three, at the same cap. What does the "
        "cap not protect?",
        "market=generic&regulator=none&market.n_firms=1&market.price_cap=48&market.outside_option=-2"
        "&firms.levers=price,quality,service,hidden_fee,exit_barrier&policy.market.n_firms=3",
    ),
    Scenario(
        "newcomers",
        "Open the door",
        _RULES,
        "Two firms, and nobody may come in; under the policy anyone may who pays for it. Who comes, what do newcomers change, and does "
        "everybody treat customers better?",
        "market=generic&regulator=none&market.n_firms=2&market.fixed_cost=0.02&policy.market.entry=free",
    ),
    Scenario(
        "trap",
        "Easy to start, hard to stop",
        _RULES,
        "Firms sell an extra that renews by itself, and press people into it. The policy bans such dark patterns. What happens to trust, "
        "and to the price of the thing itself?",
        "market=generic&regulator=none&market.extra_price=0.2&market.extra_offers=0.1&firms.levers=price,quality,service,dark_pattern"
        "&policy.regulator.ban_dark_patterns=true",
    ),
    Scenario(
        "shakeout",
        "How many firms a market can bear",
        _RULES,
        "Eight firms that each cost a lot to keep up, and compete below that cost. Under the policy a firm goes under after a year of "
        "losses. What happens to the price once some have gone?",
        "market=generic&regulator=none&market.n_firms=8&market.fixed_cost=0.05&policy.market.exit_after_months=12",
    ),
    Scenario(
        "obliquity",
        "Profit alone, or customers too",
        _THINK,
        "The same five firms; under the policy a pound of worth to their customers counts in their plans as much as ten pence of profit. "
        "What becomes of price, experience and profit?",
        "market=generic&regulator=none&policy.firms.customer_weight=0.1",
    ),
    Scenario(
        "unseen",
        "What cannot be measured is not done",
        _THINK,
        "Firms always see what quality costs. Under the policy they see only a tenth of what it brings in. How far do quality and "
        "experience fall, and who pays for it?",
        "market=generic&regulator=none&policy.firms.value_visibility=0.1",
    ),
    Scenario(
        "impatience",
        "Programmes that are cut before they pay",
        _THINK,
        "A market with much to improve. The policy gives a programme of better quality nine months to pay, not five years. Where does "
        "experience end up?",
        "market=generic&regulator=none&market.initial_quality=0.4&firms.levers=price,quality,service&firms.patience_months=60"
        "&policy.firms.patience_months=9",
    ),
    Scenario(
        "silos",
        "Each part for itself",
        _THINK,
        "Under the policy product, service and sales each look at their own account. Is what is best for each part best for the firm, and "
        "for its customers?",
        "market=generic&regulator=none&firms.levers=price,quality,service,hidden_fee,exit_barrier&policy.firms.silo=1",
    ),
    Scenario(
        "score",
        "Managing to the score",
        _THINK,
        "Firms that may work on their survey score. Under the policy half of what they work for is the score. What do those who stay live "
        "through, what do they pay, and who is left to be asked?",
        "market=generic&regulator=none&firms.levers=price,quality,service,hidden_fee,exit_barrier,score_gaming&policy.firms.proxy_bias=0.5",
    ),
    Scenario(
        "script",
        "What no script covers",
        _WORK,
        "Three in ten requests fit no script. Under the policy staff may decide for themselves, which costs money. What happens to open "
        "problems, and to who leaves?",
        "market=generic&regulator=none&market.off_script=0.3&market.problem_rate=0.1&firms.levers=price,quality"
        "&policy.firms.initial_levers.discretion=1",
    ),
    Scenario(
        "technology",
        "Technology on a mess, and on work in order",
        _WORK,
        "All firms buy the same technology. Under the policy they first put their work in order. Which of the two is worth more?",
        "market=generic&regulator=none&market.problem_rate=0.1&firms.levers=price,quality&firms.initial_levers.technology=1"
        "&policy.firms.initial_levers.process=1",
    ),
    Scenario(
        "bold",
        "Small steps, and leaps that may fail",
        _WORK,
        "Small improvements lead only so far. Under the policy firms dare projects of which most fail. What do customers get out of it, "
        "and what do firms?",
        "market=generic&regulator=none&market.easy_quality=0.65&firms.insight=1&firms.levers=price,quality,service"
        "&policy.firms.initial_levers.boldness=1",
    ),
    Scenario(
        "owning-up",
        "Tell of a failing, or hide it",
        _WORK,
        "Now and then a firm fails its customers without their seeing it. Under the policy firms tell. When does telling cost more trust "
        "than being found out?",
        "market=generic&regulator=none&market.failing_rate=0.05&firms.levers=price,quality,service"
        "&policy.firms.initial_levers.disclosure=1",
    ),
    Scenario(
        "talk",
        "Firms that say how good they are",
        _WORK,
        "People listen to announcements. Under the policy firms may make them. Do the loud firms treat their customers better, and for how "
        "long are they believed?",
        "market=generic&regulator=none&customers.talk_weight=0.5&policy.firms.levers=price,quality,service,loyalty_premium,hidden_fee,"
        "exit_barrier,overpromise,announcement",
    ),
)

DEFAULT = SCENARIOS[0]
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
