"""What is measured: metrics of the monthly table, money by who has it, harm by conduct; with words and units for each."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from cxsim.comparison.data import Data
from cxsim.config.errors import BadValueError, nearest
from cxsim.results.columns import Column
from cxsim.sweeps.columns import METRICS

HEADLINES = (
    "experience", "consumer_surplus", "price_paid", "hidden_fees", "loyalty_premium", "satisfaction", "trust", "churn", "violations",
    "profit",
)  # fmt: skip
"""What a comparison is about unless other metrics are named."""

BETTER = {
    **dict.fromkeys(
        ("experience", "job_outcome", "service", "satisfaction", "trust", "quality", "coverage", "consumer_surplus",
         "customers", "total"), 1),
    **dict.fromkeys(
        ("harm", "price", "price_paid", "loyalty_premium", "hidden_fees", "exit_barriers", "complaints", "violations", "overcharge",
         "switching_costs", "cartel_members", "unwanted_extras", "avoidance"), -1),
}  # fmt: skip
"""Whether more of a metric is better (1) or worse (-1) for customers and all together; of the others it depends on who is asked."""

LABELS = {
    "experience": "experience", "job_outcome": "job outcome", "service": "service", "harm": "felt harm",
    "satisfaction": "satisfaction", "trust": "trust", "price": "the new-customer price", "price_paid": "the price paid",
    "loyalty_premium": "the loyalty premium paid", "hidden_fees": "hidden fees paid", "exit_barriers": "exit barriers",
    "quality": "quality", "churn": "churn", "complaints": "complaints", "coverage": "coverage", "hhi": "concentration (HHI)",
    "consumer_surplus": "consumer surplus", "profit": "firms' profit", "fines": "fines", "redress": "redress",
    "regulator_budget": "the regulator's money in hand", "regulator_spend": "the regulator's spending", "cases": "open cases",
    "violations": "the share with a rule-breaking supplier", "detection_perceived": "detection as firms see it",
    "cartel_members": "firms in a cartel", "overcharge": "the cartel overcharge", "switching_costs": "switching costs",
    "margin": "the operating margin", "n_firms": "the number of firms", "unwanted_extras": "unwanted extras paid",
    "avoidance": "the effort of avoiding hidden fees", "announcement": "what firms announce", "credibility": "firms' credibility",
    "recoveries": "complaints made good",
    "customers": "customers' gain", "firms": "firms' profit a year", "treasury": "the public purse",
    "regulator": "the regulator's savings", "total": "the gain of all together",
}  # fmt: skip
"""A metric in the middle of a sentence."""

_HEADS = {
    "violations": "Rule-breaking supplier", "detection_perceived": "Detection as firms see it", "n_firms": "Number of firms",
    "hhi": "Concentration (HHI)", "regulator_budget": "Regulator's money in hand", "regulator_spend": "Regulator's spending",
    "firms": "Firms' profit", "regulator": "Regulator's savings", "total": "All together",
}  # fmt: skip

HARMS: Mapping[str, str] = {
    "hidden_fee": "Hidden fees",
    "loyalty_premium": "Loyalty premiums",
    "personal_premium": "Personal premiums",
    "overcharge": "Cartel overcharge",
    "exit_barrier": "Exit barriers",
    "switching_cost": "Switching costs",
    "unwanted_extra": "Unwanted extras",
    "avoidance": "Avoiding hidden fees",
}
"""What customers lose, by conduct of the ledger."""

PARTIES = (
    Column("customers", "£/year", "Consumer surplus of all people and the redress that they get."),
    Column("firms", "£/year", "Firms' profit after fines, redress and all other payments."),
    Column("treasury", "£/year", "Fines and franchise payments that the treasury gets, less the regulator's funding."),
    Column("regulator", "£/year", "Funding and retained fines, less what the regulator spends: what it puts by."),
    Column("total", "£/year", "Sum of these four: transfers between them cancel."),
)
MONEY = (
    Column("funding", "£/year", "Public money for the regulator."),
    Column("enforcement", "£/year", "What the regulator spends on cases."),
    Column("fine", "£/year", "Fines that go to the treasury."),
    Column("fine_retained", "£/year", "Fines that the regulator keeps."),
    Column("redress", "£/year", "Redress paid to customers."),
)
RATIOS = (
    Column("per_public_pound", "£ per £", "Change of customers' gain per pound more of public funding."),
    Column("per_net_public_pound", "£ per £", "The same per pound more of public funding less the fines that the treasury gets."),
    Column("per_pound_spent", "£ per £", "The same per pound more that the regulator spends, whoever pays."),
)


def label(metric: str) -> str:
    """A metric in the middle of a sentence."""
    return LABELS.get(metric, metric.replace("_", " "))


def heading(metric: str) -> str:
    """A metric as the heading of a panel."""
    words = label(metric).removeprefix("the ")
    return _HEADS.get(metric, words[0].upper() + words[1:])


@dataclasses.dataclass(frozen=True)
class Measure:
    """Something measured in every run.

    Attributes:
        column: name, unit and meaning.
        values: of shape (replications, regimes).
    """

    column: Column
    values: np.ndarray

    @property
    def name(self) -> str:
        """The metric's name."""
        return self.column.name


def metric_names() -> tuple[str, ...]:
    """Everything that can be named as a metric."""
    return (*(column.name for column in METRICS), *(column.name for column in PARTIES))


def check_metric(key: str, name: object) -> str:
    """The name of a metric.

    Raises:
        BadValueError: there is none of that name.
    """
    if isinstance(name, str) and name in metric_names():
        return name
    raise BadValueError(key, name, "a column of cxsim columns monthly, or " + ", ".join(column.name for column in PARTIES),
                        nearest(str(name), metric_names()))  # fmt: skip


def measure(data: Data, name: str, populations: Sequence[float]) -> Measure:
    """One metric of the runs.

    Args:
        data: the runs.
        name: a column of the monthly table, or one of `PARTIES`.
        populations: people in the market of each regime.
    """
    for column in METRICS:
        if column.name == name:
            return Measure(column, data.mean(name))
    return next(found for found in parties(data, populations) if found.name == name)


def parties(data: Data, populations: Sequence[float]) -> tuple[Measure, ...]:
    """Who has how much, in pounds a year: `PARTIES`."""
    customers = 12.0 * data.mean("consumer_surplus") * np.asarray(populations, dtype=float) + data.flow("redress")
    firms = 12.0 * data.mean("profit")
    treasury = data.flow("fine", "franchise") - data.flow("funding")
    regulator = data.flow("fine_retained", "funding") - data.flow("enforcement")
    values = (customers, firms, treasury, regulator, customers + firms + treasury + regulator)
    return tuple(Measure(column, value) for column, value in zip(PARTIES, values, strict=True))


def money(data: Data) -> tuple[Measure, ...]:
    """The regulator's money, in pounds a year: `MONEY`."""
    return tuple(Measure(column, data.flow(column.name)) for column in MONEY)


def harms(data: Data) -> tuple[Measure, ...]:
    """What customers lose by conduct, in pounds a year, and in all."""
    found = [Measure(Column(name, "£/year", title), data.flow(name)) for name, title in HARMS.items()]
    return (*found, Measure(Column("all", "£/year", "All these conducts"), data.flow(*HARMS)))
