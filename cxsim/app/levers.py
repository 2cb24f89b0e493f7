"""The levers of the page: which parameters a newcomer meets first, in plain words, and between which ends each moves.

Unit, range, meaning and source of a parameter come from the schema; here is only what the schema does not say: a short name, an
explanation without jargon, and round stops inside the allowed range.
"""

from __future__ import annotations

from typing import Any

from cxsim.app.lever import (
    CONDUCT_NAMES,
    LEVER_NAMES,
    Lever,
    Section,
    cartels_punished,
    feared,
    funded,
    may,
    not_franchised,
    patient,
    planning,
    punishing,
    rivalry,
)
from cxsim.app.stops import decades, even, listed, per_price, whole
from cxsim.config.firms import LEVERS
from cxsim.config.run import Config

_SHARE = even(0.0, 1.0, 20)
_CHANCE = listed(0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)

MARKET = Section(
    "market",
    "The market",
    "How many firms there are, how easily customers can see and leave them, and how much room there is to take more than the price.",
    (
        Lever(
            "market.n_firms",
            "Number of firms",
            "How many firms compete when the run starts.",
            stops=whole(1, 2, 3, 4, 5, 6, 8, 10, 12),
            none="as many as in this market",
            show="whole",
            unit="firms",
            matters=not_franchised,
        ),
        Lever(
            "market.entry",
            "New firms",
            "Whether anyone may come in when there is money to be made.",
            kind="choice",
            choices=(("none", "nobody may enter"), ("free", "anyone may enter"), ("named", "those named by the preset")),
            matters=not_franchised,
        ),
        Lever(
            "market.attention",
            "Looking around",
            "The chance that a customer looks at other offers in a month without any special reason. Real people look seldom.",
            stops=_CHANCE,
            show="percent",
            unit="a month",
        ),
        Lever(
            "market.switching_cost",
            "Cost of switching",
            "What changing supplier costs a customer once: money, time and worry together.",
            stops=per_price(0, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 25),
            show="pounds",
        ),
        Lever(
            "market.transparency",
            "Transparency",
            "How well outsiders see how good a firm really is; the rest is hearsay and advertising.",
            stops=_SHARE,
            show="percent",
        ),
        Lever(
            "market.rivals_seen",
            "Offers compared",
            "How many other firms a customer finds when she looks.",
            stops=whole(1, 2, 3, 4, 5, 8, None),
            none="all of them",
            show="whole",
            unit="firms",
            matters=rivalry,
        ),
        Lever(
            "market.renewal_months",
            "Renewal date",
            "How many months lie between the dates at which a contract must be renewed; a date makes people look.",
            stops=whole(0, 6, 12, 18, 24, 36),
            show="whole",
            unit="months",
        ),
        Lever(
            "market.outside_option",
            "Doing without",
            "How well life goes without any supplier, compared with the job done well. At 0 % it is no loss, below that it hurts.",
            stops=listed(-2.0, -1.0, -0.75, -0.5, -0.25, -0.1, 0.0, 0.1, 0.25, 0.5, None),
            none="nobody can do without",
            show="percent",
        ),
        Lever(
            "market.problem_rate",
            "Things going wrong",
            "The chance that a customer meets a problem in a month.",
            stops=_CHANCE,
            show="percent",
            unit="a month",
        ),
        Lever(
            "market.max_loyalty_premium",
            "Room for a loyalty premium",
            "How much more than a new customer an old one can be made to pay, compared with the usual price.",
            stops=listed(0.0, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0),
            show="percent",
            unit="of the price",
            matters=may("loyalty_premium"),
        ),
        Lever(
            "market.max_hidden_fee",
            "Room for hidden fees",
            "The most that can be charged on top of the advertised price without most people seeing it.",
            stops=listed(0.0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5),
            show="percent",
            unit="of the price",
            matters=may("hidden_fee"),
        ),
        Lever(
            "market.max_exit_barrier",
            "Room for obstacles",
            "The most that a firm can make leaving cost: notice periods, long calls, exit fees.",
            stops=listed(0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0),
            show="percent",
            unit="of a month's price",
            matters=may("exit_barrier"),
        ),
    ),
)

CUSTOMERS = Section(
    "customers",
    "The customers",
    "What people notice, how they take it, and what they say about it.",
    (
        Lever(
            "customers.vigilance",
            "Vigilance",
            "The chance that a large hidden charge is noticed in a month.",
            stops=_CHANCE,
            show="percent",
            unit="a month",
            matters=may("hidden_fee", "personalisation"),
        ),
        Lever(
            "customers.dissatisfaction_attention",
            "Acting on disappointment",
            "How strongly being let down makes a customer look around.",
            stops=listed(0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0),
            show="factor",
        ),
        Lever(
            "customers.trust_loss",
            "Trust lost",
            "How much of her trust a customer loses at once when she finds a hidden charge.",
            stops=_SHARE,
            show="percent",
            matters=may("hidden_fee"),
        ),
        Lever(
            "customers.word_of_mouth",
            "Word of mouth",
            "How far a friend's story moves what a customer expects, each month.",
            stops=listed(0.0, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5),
            show="percent",
        ),
        Lever(
            "customers.complaint_rate",
            "Complaining",
            "The chance that a customer with a reason to complain does so.",
            stops=_SHARE,
            show="percent",
        ),
    ),
)

FIRMS = Section(
    "firms",
    "The firms",
    "What firms want, what they know, and what they are able to do.",
    (
        Lever(
            "firms.levers",
            "What firms may do",
            "Each firm does what it expects to earn most by, within this list.",
            kind="set",
            choices=tuple((name, LEVER_NAMES[name]) for name in LEVERS),
            matters=planning,
        ),
        Lever(
            "firms.horizon_months",
            "Patience",
            "How many months ahead a firm counts its profit; short means what it earns now matters most.",
            stops=listed(1.0, 3.0, 6.0, 12.0, 24.0, 36.0, 60.0, 120.0, 240.0),
            show="whole",
            unit="months",
            matters=patient,
        ),
        Lever(
            "firms.insight",
            "Knowing the customer",
            "Which share of the things that matter to customers a firm knows.",
            stops=_SHARE,
            show="percent",
        ),
        Lever(
            "firms.proxy_bias",
            "Managing to the score",
            "How far a firm works for its survey score instead of for what customers live through.",
            stops=_SHARE,
            show="percent",
            matters=planning,
        ),
        Lever(
            "firms.prior_detection",
            "Fear at the start",
            "The chance of being investigated in a month that firms believe in before they have seen a case.",
            stops=_CHANCE,
            show="percent",
            unit="a month",
            matters=feared,
        ),
    ),
)

REGULATOR = Section(
    "regulator",
    "The regulator",
    "Money, cases, fines and bans. Without money there are no cases; bans and a price cap work by themselves.",
    (
        Lever(
            "regulator.annual_funding",
            "Public money",
            "What the state gives the regulator for this market, each year.",
            stops=decades(4, 9, zero=True),
            show="pounds",
            unit="a year",
        ),
        Lever("regulator.case_cost", "Cost of a case", "What one investigation costs.", stops=decades(4, 7), show="pounds", matters=funded),
        Lever(
            "regulator.case_months",
            "Length of a case",
            "How long an investigation takes.",
            stops=whole(1, 3, 6, 9, 12, 18, 24, 36, 48, 60),
            show="whole",
            unit="months",
            matters=funded,
        ),
        Lever(
            "regulator.targeting",
            "Whom it looks at",
            "How the regulator picks the next firm.",
            kind="choice",
            choices=(("complaints", "whom people complain about"), ("random", "by lot"), ("severity", "the worst offender")),
            matters=funded,
        ),
        Lever(
            "regulator.detection",
            "Finding out",
            "The chance that a case finds a severe breach.",
            stops=_SHARE,
            show="percent",
            matters=funded,
        ),
        Lever(
            "regulator.fine_share_of_turnover",
            "Fine by size",
            "The fine for a severe breach, as a share of the firm's yearly turnover.",
            stops=listed(0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.05, 0.1, 0.2, 0.3),
            show="percent",
            unit="of turnover",
            matters=funded,
        ),
        Lever(
            "regulator.fine_multiple_of_gain",
            "Fine by gain",
            "The fine as a multiple of what the firm gained in the past year, if that is more.",
            stops=listed(0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0),
            show="factor",
            unit="times the gain",
            matters=funded,
        ),
        Lever(
            "regulator.fine_cap",
            "Highest fine",
            "No fine can be higher than this, whatever was gained.",
            stops=decades(4, 10, none=True),
            none="no cap",
            show="pounds",
            matters=punishing,
        ),
        Lever(
            "regulator.redress_share",
            "Money back",
            "Which part of the past year's gain must be paid back to customers.",
            stops=listed(0.0, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0),
            show="percent",
            unit="of the gain",
            matters=funded,
        ),
        Lever(
            "regulator.self_funding_share",
            "Fines it keeps",
            "Which part of the fines joins the regulator's own budget next year.",
            stops=_SHARE,
            show="percent",
            matters=punishing,
        ),
        Lever(
            "regulator.publicity",
            "Publicity",
            "The chance that a customer hears of her firm's fine; rivals hear of it as often.",
            stops=_SHARE,
            show="percent",
            matters=funded,
        ),
        Lever(
            "regulator.leniency",
            "Leniency",
            "How much of the fine the first member of a cartel is spared for confessing.",
            stops=_SHARE,
            show="percent",
            matters=cartels_punished,
        ),
        Lever(
            "regulator.rules",
            "What is against the rules",
            "Conduct that a case can find and fine.",
            kind="set",
            choices=tuple(CONDUCT_NAMES.items()),
            matters=funded,
        ),
        Lever(
            "market.ban_price_walking",
            "Ban on price walking",
            "Old customers must be offered the new customers' price.",
            kind="switch",
            matters=may("loyalty_premium", "personalisation"),
        ),
        Lever(
            "regulator.ban_hidden_fees",
            "Ban on hidden fees",
            "Only the full price may be advertised, so nothing can be hidden.",
            kind="switch",
            matters=may("hidden_fee"),
        ),
        Lever(
            "regulator.ban_exit_barriers",
            "Ban on obstacles",
            "A switching service makes leaving free of obstacles.",
            kind="switch",
            matters=may("exit_barrier"),
        ),
        Lever(
            "market.price_cap",
            "Price cap",
            "The highest monthly bill, loyalty premium included; hidden fees escape it.",
            stops=per_price(0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.25, none=True),
            none="no cap",
            show="pounds",
            unit="a month",
        ),
    ),
)

SECTIONS = (MARKET, CUSTOMERS, FIRMS, REGULATOR)
BY_KEY = {lever.key: lever for section in SECTIONS for lever in section.levers}


def effective(lever: Lever, config: Config) -> Any:
    """The value of a lever that is in force, as the page shows it; the number of firms where the table decides."""
    group, _, field = lever.key.partition(".")
    value = getattr(getattr(config, group), field)
    if lever.key == "market.n_firms" and value is None:
        from cxsim.config.tables import read_firms_table

        return len(read_firms_table(str(config.market.firms_table)))
    if lever.key == "firms.levers":
        from cxsim.config.checks import expand_levers

        return list(expand_levers(value))
    return value
