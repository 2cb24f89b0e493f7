"""What the charts draw, taken from one replication: arrays by month, ready to be averaged over replications and sent."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxsim.market.ledger import C, F, R
from cxsim.results.columns import MONTHLY
from cxsim.results.intervals import Interval, mean_interval
from cxsim.results.summary import KEYS, window

if TYPE_CHECKING:
    from cxsim.market.model import Market
    from cxsim.market.recorder import History

YEAR = 12
METRICS = tuple(column.name for column in MONTHLY if column.name not in KEYS)

LINES: Mapping[str, tuple[str, str]] = {
    "experience": ("What customers experience", "index, 0 to 100"),
    "satisfaction": ("Satisfaction", "0 to 1"),
    "trust": ("Trust in the own supplier", "0 to 1"),
    "price": ("Price for new customers", "£/month"),
    "price_paid": ("All that a customer pays", "£/month"),
    "hidden_fees": ("Hidden fees", "£/month"),
    "loyalty_premium": ("Loyalty and personal premiums", "£/month"),
    "unwanted_extras": ("Extras that customers did not want", "£/month"),
    "leavers": ("Customers who left within the past year", "%"),
    "consumer_surplus": ("Worth to customers less all they pay", "£/month a person"),
    "firms_profit": ("Firms' profit", "£/month a person"),
    "budget": ("The regulator's money in hand", "£"),
    "spent": ("Spent on cases so far", "£"),
    "fined": ("Fines so far", "£"),
    "repaid": ("Paid back to customers so far", "£"),
}
"""The lines, with what each shows and its unit."""

FLOWS: Mapping[str, tuple[str, ...]] = {
    "bill": ("bill", "extra"),
    "cartel": ("overcharge",),
    "premium": ("loyalty_premium", "personal_premium"),
    "hidden": ("hidden_fee",),
    "trap": ("unwanted_extra",),
    "effort": ("switching_cost", "exit_barrier", "avoidance"),
    "redress": ("redress",),
}
"""The ledger's conducts as the chart by segment adds them up; all are paid by customers but redress, which they receive."""


@dataclasses.dataclass(frozen=True)
class Picture:
    """One replication.

    Attributes:
        lines: by name of :data:`LINES`, shape (months,).
        ends: mean of each of :data:`METRICS` over the last months, as :func:`~cxsim.results.summary.summarise` takes it.
        firms: names of all firms that ever were in the market.
        share: share of customers, shape (firms, months); NaN before a firm came.
        extraction: what customers pay beyond the advertised price (£/month each), over the past year, shape (firms, months).
        price: new-customer price, shape (firms, months).
        segments: names of the segments.
        ledger: £/month a person over the past year, shape (flows, segments, months), flows as in :data:`FLOWS`.
    """

    lines: dict[str, np.ndarray]
    ends: np.ndarray
    firms: tuple[str, ...]
    share: np.ndarray
    extraction: np.ndarray
    price: np.ndarray
    segments: tuple[str, ...]
    ledger: np.ndarray


def picture(market: Market) -> Picture:
    """The picture of the reported months so far."""
    population = market.population
    history = market.recorder.history()
    monthly = history.market_columns()
    people = float(population.n) * population.scale
    costs, enforcement = history.costs.sum(axis=1), history.regulator
    lines = {name: monthly[name] for name in LINES if name in monthly}
    lines |= {
        "leavers": 100.0 * past_year(monthly["churn"]),
        "firms_profit": monthly["profit"] / people,
        "budget": monthly["regulator_budget"],
        "spent": np.cumsum(enforcement[:, R["enforcement"]]),
        "fined": np.cumsum(costs[:, F["fine"]] + costs[:, F["fine_retained"]]),
        "repaid": np.cumsum(monthly["redress"]),
    }
    ends = _means(np.stack([monthly[name] for name in METRICS])[:, -window(len(history.month)) :])
    names, share, extraction, price = _firms(history, [firm.name if firm else "" for firm in market.by_slot])
    everyone = _people(history) * population.scale
    flows = np.stack([history.flows[..., [C[name] for name in parts]].sum(axis=(2, 3)) for parts in FLOWS.values()])
    ledger = past_year(np.moveaxis(flows / everyone, 1, 2))
    return Picture({name: lines[name] for name in LINES}, ends, names, share, extraction, price, tuple(population.segment_names), ledger)


def _means(values: np.ndarray) -> np.ndarray:
    """Means along the last axis, added up by pandas as the summary's are, so that both agree to the last digit."""
    frame = pd.DataFrame(np.ascontiguousarray(values.T))
    return frame.groupby(np.zeros(len(frame), np.int64)).mean().to_numpy(dtype=float)[0]


def _people(history: History) -> np.ndarray:
    """Simulated people by month and segment, with and without a supplier."""
    from cxsim.customers.tables import SUM

    return np.asarray(history.sums[..., SUM["customers"]].sum(axis=2))


def _firms(history: History, names: Sequence[str]) -> tuple[tuple[str, ...], np.ndarray, np.ndarray, np.ndarray]:
    customers = history.number("customers")[:, 1:].T
    total = customers.sum(axis=0)
    there = np.arange(1, len(names))[:, None] < history.present[None, :]
    share = np.where(there, customers / np.where(total > 0, total, 1.0), np.nan)
    extras = [C[name] for part in ("cartel", "premium", "hidden", "trap") for name in FLOWS[part]]
    taken = history.flows[:, :, 1:, extras].sum(axis=(1, 3)).T
    extraction = past_year(taken) / np.maximum(past_year(customers), 1e-9)
    extraction = np.where(there & (past_year(customers) > 0), extraction, np.nan)
    price = np.where(there, history.levers[:, 1:, 0].T, np.nan)
    return tuple(names[1:]), share, extraction, price


def past_year(values: np.ndarray) -> np.ndarray:
    """Mean over each month and the eleven before it, of those that there are; along the last axis."""
    padded = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    upto = np.arange(1, values.shape[-1] + 1)
    since = np.maximum(upto - YEAR, 0)
    return np.asarray((padded[..., upto] - padded[..., since]) / (upto - since))


@dataclasses.dataclass(frozen=True)
class Averaged:
    """Several replications of one side: means, and 95 % intervals of the lines from the second replication on.

    Attributes:
        count: number of replications.
        lines: by name the mean, the low and the high end, each of shape (months,); the ends are NaN for one replication.
        ends: for each of :data:`METRICS` mean, low and high.
        firms, segments: names.
        share, extraction, price, ledger: means of what :class:`Picture` holds.
    """

    count: int
    lines: dict[str, Interval]
    ends: Interval
    firms: tuple[str, ...]
    segments: tuple[str, ...]
    share: np.ndarray
    extraction: np.ndarray
    price: np.ndarray
    ledger: np.ndarray


def average(pictures: Sequence[Picture]) -> Averaged:
    """Average replications; a firm that is in only some of them is averaged over those."""
    first = pictures[0]
    whole = _mean(np.array([[one.lines[name] for name in LINES] for one in pictures]))
    lines = {name: Interval(*(part[place] for part in whole)) for place, name in enumerate(LINES)}
    firms = tuple(dict.fromkeys(name for one in pictures for name in one.firms))
    share, extraction, price = (_by_name(pictures, field, firms) for field in ("share", "extraction", "price"))
    ledger = np.mean([one.ledger for one in pictures], axis=0)
    ends = _mean(np.array([one.ends for one in pictures]))
    return Averaged(len(pictures), lines, ends, firms, first.segments, share, extraction, price, ledger)


def difference(baseline: Sequence[Picture], policy: Sequence[Picture]) -> Interval:
    """Policy less baseline for each of :data:`METRICS`, replication by replication, so that their common luck cancels."""
    pairs = zip(baseline, policy, strict=False)
    return _mean(np.array([after.ends - before.ends for before, after in pairs]))


def _mean(values: np.ndarray) -> Interval:
    """Mean and interval over the first axis; at once where there is but one replication."""
    if len(values) > 1:
        return mean_interval(values)
    none = np.full_like(values[0], np.nan)
    return Interval(values[0] + 0.0, none, none)  # as the sum of one value, which is never -0


def _by_name(pictures: Sequence[Picture], field: str, firms: tuple[str, ...]) -> np.ndarray:
    if len(pictures) == 1:
        return np.asarray(getattr(pictures[0], field))
    if all(one.firms == firms for one in pictures):
        stacked = np.stack([getattr(one, field) for one in pictures])
    else:
        months = getattr(pictures[0], field).shape[1]
        stacked = np.full((len(pictures), len(firms), months), np.nan)
        for number, one in enumerate(pictures):
            for row, name in enumerate(one.firms):
                stacked[number, firms.index(name)] = getattr(one, field)[row]
    known = ~np.isnan(stacked)
    count = known.sum(axis=0)
    total = np.where(known, stacked, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
