"""Fill the tables of docs/model.md from the code: ``python docs/build_model.py``, or ``--check`` to see whether they are up to date.

A table stands between ``<!-- table: NAME -->`` and ``<!-- end -->``; the prose around it is written by hand. Where the code has names
without meanings, the meanings are given here, and a name without one (or a meaning without a name) stops the build.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from cxsim.config.describe import default, fill_tables, markdown_table
from cxsim.config.firms import EXTRACTION_LEVERS, PROXY_LEVERS, TALK_LEVERS, VALUE_LEVERS
from cxsim.config.keys import index
from cxsim.config.load import load
from cxsim.customers.fields import Field
from cxsim.customers.population import Population
from cxsim.customers.tables import State, Traits
from cxsim.customers.view import Customer
from cxsim.firms import table as firm_table
from cxsim.firms.archetypes import RuleOfThumb
from cxsim.firms.focus import EVEN, Focus
from cxsim.firms.limits import Limits
from cxsim.firms.registry import BY_NAME
from cxsim.market.ledger import CUSTOMER_FLOWS, FIRM_FLOWS, REGULATOR_FLOWS
from cxsim.randomness.streams import Purpose, Streams
from cxsim.results.columns import CONDUCTS, FIRMS, MONTHLY

PAGE = Path(__file__).resolve().parent / "model.md"

SYMBOLS = {
    r"v": "market.willingness_to_pay",
    r"\mu": "market.choice_noise",
    r"a": "market.attention",
    r"s": "market.switching_cost",
    r"H": "market.switching_horizon",
    r"\omega_0": "market.outside_option",
    r"\theta": "market.transparency",
    r"\eta": "market.price_attention",
    r"M": "market.intro_months",
    r"R_0": "market.reference_price",
    r"\varrho": "market.reference_price_speed",
    r"r": "market.problem_rate",
    r"\beta": "market.problem_quality_slope",
    r"\sigma_L": "market.load_variation",
    r"\ell_\circ": "market.job_circle",
    r"\nu": "customers.vigilance",
    r"h_0": "customers.notice_scale",
    r"\phi": "customers.forgetting",
    r"\Gamma": "customers.foresight",
    r"\epsilon_h": "customers.avoidance_cost",
    r"p_x": "market.extra_price",
    r"\rho_x": "market.extra_offers",
    r"m_0": "customers.enrolment_plain",
    r"m_{1/2}": "customers.enrolment_mild",
    r"m_1": "customers.enrolment_aggressive",
    r"\chi_x": "customers.backlash",
    r"\chi_h": "customers.harm_weight",
    r"\chi_b": "customers.hassle_weight",
    r"\chi_o": "customers.problem_weight",
    r"\chi_c": "customers.crowding_weight",
    r"\bar c": "customers.crowding_limit",
    r"\sigma_x": "customers.experience_noise",
    r"\lambda": "customers.loss_aversion",
    r"\delta": "customers.disconfirmation_weight",
    r"\alpha": "customers.satisfaction_speed",
    r"\varepsilon": "customers.expectation_speed",
    r"\varpi": "customers.promise_weight",
    r"\omega": "customers.word_of_mouth",
    r"\zeta": "customers.friend_weight",
    r"\kappa": "customers.dissatisfaction_attention",
    r"\sigma_p": "customers.price_shock_attention",
    r"\Lambda": "customers.loyalty",
    r"T_0": "customers.initial_trust",
    r"\tau_T": "customers.trust_speed",
    r"\chi_T": "customers.trust_loss",
    r"\xi": "customers.disclosure_relief",
    r"g": "customers.credulity",
    r"\tau_R": "customers.reputation_speed",
    r"\pi_c": "customers.complaint_rate",
    r"\bar e": "customers.complaint_threshold",
    r"\pi_r": "customers.complaint_to_regulator",
    r"b_0": "customers.sludge_scale",
    r"\psi_0": "customers.data_headroom",
    r"K_{0f}": "market.unit_cost",
    r"K_q": "market.quality_cost",
    r"K_s": "market.service_cost",
    r"K_o": "market.contact_cost",
    r"K_b": "firms.barrier_cost",
    r"K_k": "firms.insight_cost",
    r"K_\gamma": "firms.score_gaming_cost",
    r"K_d": "firms.disclosure_cost",
    r"K_a": "firms.announcement_cost",
    r"\vartheta": "customers.talk_weight",
    r"\chi_C": "customers.credibility_loss",
    r"\varrho_C": "customers.credibility_recovery",
    r"B": "firms.proxy_bias",
    r"\gamma_0": "firms.score_gaming_gain",
    r"N_H": "firms.horizon_months",
    r"\Omega": "firms.customer_weight",
    r"\Upsilon": "firms.value_visibility",
    r"\sigma_\Upsilon": "firms.attribution_noise",
    r"\Xi": "firms.silo",
    r"\pi_0": "firms.prior_detection",
    r"\tau_\pi": "firms.detection_learning",
    r"u": "firms.others_weight",
    r"D": "regulator.detection",
    r"z_0": "regulator.severity_scale",
    r"z_1": "regulator.fine_severity_scale",
    r"\Phi_y": "regulator.fine_share_of_turnover",
    r"\Phi_G": "regulator.fine_multiple_of_gain",
    r"\bar\Phi": "regulator.fine_cap",
    r"\bar\Phi_y": "regulator.fine_cap_share_of_turnover",
    r"\rho_G": "regulator.redress_share",
    r"\Pi": "regulator.publicity",
}
"""Symbols of the equations and the parameters that they stand for; where customers differ, the symbol with an index is one customer's."""

LEVER_SYMBOLS = {
    "price": "p", "loyalty_premium": r"\ell", "hidden_fee": "h", "exit_barrier": "b", "overpromise": "o", "personalisation": r"\psi",
    "disclosure": "d", "service": "c", "insight": "k", "score_gaming": r"\gamma",
    "discretion": r"\delta", "speed_target": r"\varsigma", "technology": r"\mathcal{T}",
    "process": r"\mathcal{P}", "staff_care": r"\kappa_s", "boldness": r"\beta_0", "dark_pattern": "t",
    "announcement": r"\mathcal{A}",
    "quality": "q_j",
}  # fmt: skip

STANDING = {
    "overhead": ("", "Its fixed cost relative to an average firm's at the start."),
    "unit_cost": ("£/month", "Cost of serving one customer at no quality and no service."),
    "reputation": ("", "Satisfaction of its customers as the public knows it."),
    "job_outcome": ("", "Mean outcome delivered to its customers last month."),
    "cash": ("£", "Cash in hand, from zero."),
    "perceived_detection": ("1/month", "Its belief about the chance of being investigated in a month."),
    "severity": ("", "Severity of its rule-breaking, relative to price."),
    "customers": ("customers", "Real customers."),
    "open_problems": ("problems", "Open problems of its customers at the end of last month."),
    "revenue": ("£/month", "All that customers paid."),
    "profit": ("£/month", "Change of its cash."),
    "cost": ("£/month", "Cost of serving, fixed cost included."),
    "annual_revenue": ("£/year", "Turnover: a sum that keeps 11/12 of itself each month."),
    "annual_gain": ("£/year", "Gain from breaking rules, summed in the same way."),
    "fines": ("£/month", "Fines paid."),
    "redress": ("£/month", "Redress paid."),
    "but_for_price": ("£/month", "For a cartel member the price before the cartel; zero otherwise."),
    "price_last": ("£/month", "Last month's price."),
    "premium_last": ("£/month", "Last month's loyalty premium."),
    "exposed": ("", "Chance that its customers hear of a fine this month."),
    "losses_in_a_row": ("months", "Months of losses in a row."),
    "appeal": ("£/month", "Lasting worth of its brand."),
    "horizon": ("months", "How far ahead it values."),
    "complaints": ("complaints", "Complaints received last month."),
    "experience": ("", "Mean experience of its customers."),
    "satisfaction": ("", "Mean satisfaction of its customers."),
    "joiners": ("customers", "Customers who joined last month."),
    "leavers": ("customers", "Customers who left last month."),
    "position": ("", "Place on the circle of jobs, where there is one."),
    "proxy_bias": ("", "How far it manages to its survey score."),
    "morale": ("", "Morale of its staff."),
    "frontier": ("", "Highest quality of an outcome that it can bring about."),
    "secrets": ("failings", "Failings that it hides."),
    "news_heard": ("", "Share of its customers who hear of a failing this month."),
    "news_loss": ("", "Share of trust that those who hear lose."),
    "fee_payers": ("", "Share of its customers who pay its hidden fee, and do not avoid it."),
    "credibility": ("", "How far its announcements count."),
    "programmes": ("programmes", "Experience programmes that have been judged."),
    "cancelled": ("programmes", "Those of them that have been cut back."),
    "trapped": ("", "Share of its customers who pay for an extra that they do not want."),
}
"""Unit and meaning of the numbers that the firm table holds."""

PURPOSES = {
    "MONTH_A": ("customer, month", "Four uniforms: reconsidering, a problem's arrival, its resolution, discovery."),
    "MONTH_B": ("customer, month", "Forgetting, complaining, luck in experience, which acquaintance is met."),
    "MONTH_C": ("customer, month", "Being asked to take the extra, taking it, noticing it; drawn only where there is one."),
    "CHOICE": ("customer, month, firm", "Taste shock for a firm; whether the firm enters the comparison."),
    "NETWORK": ("customer, which of four", "Far acquaintances, the same for good."),
    "TRAITS_A": ("customer", "Job profile; switching cost where it is uniform; whether she wants the extra; whether she foresees fees."),
    "TRAITS_B": ("customer", "Willingness to pay, attention, vigilance; switching cost where it is lognormal."),
    "START": ("customer (and firm)", "First supplier; first tenure."),
    "PROFILES": ("profile, outcome", "Variants of jobs."),
    "SWITCHING": ("customer, month", "Switching costs, where they are drawn anew."),
    "FIRM_START": ("firm", "Initial price, cost and qualities."),
    "FIRM_KNOWLEDGE": ("firm, outcome", "The order in which a firm comes to know outcomes."),
    "LOAD": ("firm, month", "Swing of service load."),
    "PANEL": ("firm, month", "Where the survey of customers starts; month alone for a cartel's reckoning."),
    "REVIEW": ("firm, month", "Whether a Q-learning firm tries a price, and which."),
    "CASES": ("month", "Number of cases that are opened."),
    "TARGET": ("firm, month", "Which firms are investigated."),
    "FINDING": ("firm, month", "Whether a case finds a breach."),
    "CONFESSION": ("firm, month", "Who wins the race to confess."),
    "ENTRY": ("", "Kept free."),
    "TENDER": ("tender, bidder", "Bidders' unit costs."),
    "FAILING": ("firm, month", "Whether a failing happens, is told, and comes out."),
    "PROJECT": ("firm, month", "Whether a firm dares a bold project, and whether that succeeds."),
    "ATTRIBUTION": ("outcome, firm, month", "A firm's errors in what quality, service and programmes bring in."),
    "USER": ("as the user likes", "Draws of users' own strategies and policies."),
}
"""What each purpose of randomness is keyed by besides seed and replication, and what it decides."""


def _together(names: Iterable[str], meanings: Mapping[str, object], what: str) -> None:
    """Raise unless every name has a meaning and every meaning a name."""
    odd = set(names) ^ set(meanings)
    if odd:
        raise SystemExit(f"docs/build_model.py: {what} and the code differ in {', '.join(sorted(odd))}")


def _plain(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table whose first column is not set as code (it holds mathematics)."""
    lines = [f"| {' | '.join(header)} |", f"|{' --- |' * len(header)}"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def _range(field: Field) -> str:
    if field.high < 1e30:
        return f"{field.low:g} to {field.high:,g}"
    return f"{field.low:g} or more" if field.low > -1e30 else ""


def customer_state() -> str:
    """One row per attribute of a customer that the engine keeps."""
    columns = Population(load("market=generic", **{"market.n_customers": 1}), Streams(1)).columns
    rows = []
    for name in columns:
        field = vars(Customer)[name]
        kind = "trait" if name in (*Traits._fields, "segment") else "state"
        rows.append((name, kind, _range(field), str(columns[name].dtype), field.__doc__))
    states = {row[0]: row for row in rows if row[1] == "state"}
    _together([name for name in State._fields if not name.endswith("_before")], states, "the population's columns")
    return markdown_table(("Attribute", "Kind", "Range", "Held as", "Meaning"), rows)


def levers() -> str:
    """One row per lever: symbol, unit, range and step in the generic market, which set it belongs to."""
    config = load("market=generic")
    limits = Limits(config)
    columns = {column.name: column for column in FIRMS}
    meanings = {"insight": ("", index()["firms.insight"].spec.meaning)}
    rows = []
    for name in (*firm_table.LEVER_NAMES, "quality"):
        unit, meaning = meanings.get(name) or (columns[name].unit, columns[name].meaning)
        if name == "quality":
            low, high, step, meaning = limits.quality_floor, 1.0, limits.quality_step, "Quality of each desired outcome."
        else:
            column = firm_table.LEVER[name]
            low, high, step = limits.low[column], limits.high[column], limits.step[column]
        sets = {"value": VALUE_LEVERS, "extraction": EXTRACTION_LEVERS, "proxy": PROXY_LEVERS, "talk": TALK_LEVERS}
        kind = "knowledge" if name == "insight" else next((word for word, members in sets.items() if name in members), "practice")
        rows.append((f"${LEVER_SYMBOLS[name]}$", f"`{name}`", kind, unit, f"{low:g} to {high:g}", f"{step:g}", meaning))
    return _plain(("Symbol", "Lever", "Set", "Unit", "Range", "Step", "Meaning"), rows)


def firm_state() -> str:
    """One row per number that the firm table holds besides levers."""
    _together(firm_table.NUMBERS, STANDING, "STANDING")
    return markdown_table(("Number", "Unit", "Meaning"), [(name, *STANDING[name]) for name in firm_table.NUMBERS])


def symbols() -> str:
    """One row per symbol of the equations that is a parameter."""
    rows = []
    for symbol, key in SYMBOLS.items():
        parameter = index()[key]
        rows.append((f"${symbol}$", f"`{key}`", default(parameter.default), parameter.spec.unit))
    return _plain(("Symbol", "Parameter", "Schema's default", "Unit"), rows)


def purposes() -> str:
    """One row per purpose of randomness."""
    _together([purpose.name for purpose in Purpose], PURPOSES, "PURPOSES")
    rows = [(purpose.name, str(int(purpose)), *PURPOSES[purpose.name]) for purpose in sorted(Purpose)]
    return markdown_table(("Purpose", "Number", "Keyed by", "Decides"), rows)


def ledger() -> str:
    """One row per kind of entry."""
    flows = CUSTOMER_FLOWS | FIRM_FLOWS | REGULATOR_FLOWS
    _together(flows, CONDUCTS, "CONDUCTS")
    return markdown_table(("Conduct", "From", "To", "Meaning"), [(name, *flows[name], CONDUCTS[name]) for name in flows])


def archetypes() -> str:
    """One row per strategy that comes with cxsim."""
    rows = []
    for name, kind in BY_NAME.items():
        aims = []
        if issubclass(kind, RuleOfThumb):
            below = f" - {100 * kind.undercut:g} %" if kind.undercut else ""
            aims.append(f"rivals' price{below}" if kind.markup is None else f"cost + {100 * kind.markup:g} %")
            aims += [f"{what} {value:g}" for what, value in (("quality", kind.quality), ("service", kind.service)) if value is not None]
            if issubclass(kind, Focus):
                aims.append(f"quality {EVEN:g} by cost, in the outcomes chosen")
            elif "targets" in vars(kind):
                aims.append(inspect.getdoc(kind.targets).splitlines()[0].rstrip(".").lower())
        about = inspect.getdoc(kind).splitlines()[0]
        rows.append((name, about, "; ".join(aims)))
    return markdown_table(("Strategy", "Idea", "Aims at"), rows)


def observed() -> str:
    """One row per column of the monthly table."""
    keys = ("replication", "month")
    return markdown_table(("Column", "Unit", "Meaning"), [(c.name, c.unit, c.meaning) for c in MONTHLY if c.name not in keys])


TABLES: dict[str, Callable[[], str]] = {
    "customer_state": customer_state,
    "levers": levers,
    "firm_state": firm_state,
    "symbols": symbols,
    "purposes": purposes,
    "ledger": ledger,
    "archetypes": archetypes,
    "observed": observed,
}


def filled(page: str) -> str:
    """The page with every marked table made anew.

    Raises:
        KeyError: a marker names no table.
    """

    return fill_tables(page, TABLES)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the page; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python docs/build_model.py", description="Fill the tables of docs/model.md.")
    parser.add_argument("--check", action="store_true", help="fail if a table is out of date")
    given = parser.parse_args(arguments)
    present = PAGE.read_text(encoding="utf-8")
    wanted = filled(present)
    if not given.check:
        PAGE.write_text(wanted, encoding="utf-8")
    elif wanted != present:
        print("docs/model.md: out of date; run python docs/build_model.py.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
