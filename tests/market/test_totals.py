"""The compiled sums beside the same sums written out with NumPy, column by column from the columns' meanings."""

import numpy as np
import pytest

from cxsim.customers.tables import SUM, SUMS
from cxsim.firms.table import LEVER, LEVER_NAMES, NUMBER, NUMBERS
from cxsim.market import totals
from cxsim.market.ledger import CUSTOMER_FLOWS, FIRM_FLOWS, C, F
from cxsim.results.columns import MONTHLY, SEGMENTS

SCALE, THRESHOLD = 37.5, 0.005
MARKET = tuple(column.name for column in MONTHLY if column.name in totals.RATES)
SEGMENT = tuple(column.name for column in SEGMENTS if column.name in totals.RATES)
PREMIUMS = ("loyalty_premium", "personal_premium")
PAID = ("bill", "overcharge", *PREMIUMS, "hidden_fee", "extra", "unwanted_extra")
RUNNING = ("production", "quality", "service", "contact", "overhead")


class Months:
    """Months that somebody might have recorded: whole customers, positive and negative amounts, firms that are not active."""

    def __init__(self, months, segments, slots, seed=1):
        luck = np.random.default_rng(seed)
        self.sums = luck.normal(0.0, 50.0, (months, segments, slots, len(SUMS)))
        self.sums[..., SUM["customers"]] = luck.integers(1, 400, (months, segments, slots))
        self.flows = luck.exponential(1e4, (months, segments, slots, len(CUSTOMER_FLOWS)))
        self.costs = luck.exponential(1e3, (months, slots, len(FIRM_FLOWS)))
        self.held = luck.integers(1, 900, (months, segments)).astype(float)
        self.levers = luck.uniform(0.0, 30.0, (months, slots, len(LEVER_NAMES)))
        self.quality = luck.uniform(size=(months, slots))
        self.numbers = luck.uniform(0.0, 2.0 * THRESHOLD, (months, len(NUMBERS), slots))
        self.active = luck.uniform(size=(months, slots)) < 0.7

    def segments(self):
        amounts = np.zeros((*self.held.shape, len(totals.SEGMENT)))
        totals.add_segments(self.sums, self.flows, self.held, SCALE, amounts)
        return amounts

    def market(self):
        amounts = np.zeros((len(self.held), 1, len(totals.MARKET)))
        kept = self.levers, self.quality, self.numbers, self.active
        totals.add_market(self.segments(), SCALE, self.sums, self.costs, kept, THRESHOLD, amounts)
        return amounts

    def segment_columns(self):
        return columns(self.segments(), SEGMENT, totals.SEGMENT)

    def market_columns(self):
        return columns(self.market(), MARKET, totals.MARKET)


def columns(amounts, names, places):
    """Rates by column: months x groups."""
    out = np.full((len(names), amounts.shape[0] * amounts.shape[1]), np.nan)
    totals.rate(amounts, *totals.rates(names, places), out)
    return dict(zip(names, out.reshape(len(names), *amounts.shape[:2]), strict=True))


def written_out(months, who, how_many, held):
    """What segments and the market have in common.

    Args:
        who: adds up sums or flows of months x segments x slots over slots and, for the market, over segments.
        how_many: adds up people in the same way.
        held: who had a supplier.
    """
    served = {name: who(months.sums[:, :, 1:, place]) for name, place in SUM.items()}
    flow = {name: who(months.flows[..., place]) for name, place in C.items()}
    customers, people = served["customers"], how_many
    return {
        "experience": 100.0 * served["experience"] / customers,
        "job_outcome": served["job_outcome"] / customers,
        "service": 1.0 - served["problems"] / customers,
        "harm": served["harm"] / customers,
        "satisfaction": served["satisfaction"] / customers,
        "trust": served["trust"] / customers,
        "price_paid": sum(flow[name] for name in PAID) / (customers * SCALE),
        "loyalty_premium": sum(flow[name] for name in PREMIUMS) / (customers * SCALE),
        "hidden_fees": flow["hidden_fee"] / (customers * SCALE),
        "unwanted_extras": flow["unwanted_extra"] / (customers * SCALE),
        "churn": 12.0 * served["leavers"] / held,
        "complaints": served["complaints"] / customers,
        "recoveries": served["recovered"] / customers,
        "coverage": customers / people,
        "consumer_surplus": who(months.sums[..., SUM["surplus"]]) / people,
        "overcharge": flow["overcharge"] / (customers * SCALE),
        "switching_costs": flow["switching_cost"] / (people * SCALE),
        "avoidance": flow["avoidance"] / (people * SCALE),
    }


def firms_written_out(months):
    """What only the market has: means weighted by customers, sums and means over firms."""
    customers = months.sums[:, :, 1:, SUM["customers"]].sum(axis=1)
    share = customers / customers.sum(axis=1, keepdims=True)
    levers, numbers = months.levers[:, 1:], months.numbers[:, :, 1:]
    revenue = months.flows[..., [C[name] for name in PAID]].sum(axis=(1, 2, 3))
    redress = months.flows[..., C["redress"]].sum(axis=(1, 2))
    belief = np.ma.array(months.numbers[:, NUMBER["perceived_detection"]], mask=~months.active)
    return {
        "price": (share * levers[..., LEVER["price"]]).sum(axis=1),
        "exit_barriers": (share * levers[..., LEVER["exit_barrier"]]).sum(axis=1),
        "quality": (share * months.quality[:, 1:]).sum(axis=1),
        "announcement": (share * levers[..., LEVER["announcement"]]).sum(axis=1),
        "credibility": (share * numbers[:, NUMBER["credibility"]]).sum(axis=1),
        "violations": (share * (numbers[:, NUMBER["severity"]] > THRESHOLD)).sum(axis=1),
        "hhi": 10_000.0 * (share**2).sum(axis=1),
        "profit": revenue - redress - months.costs.sum(axis=(1, 2)),
        "fines": months.costs[..., [F["fine"], F["fine_retained"]]].sum(axis=(1, 2)),
        "redress": redress,
        "margin": (revenue - months.costs[..., [F[name] for name in RUNNING]].sum(axis=(1, 2))) / revenue,
        "detection_perceived": belief.mean(axis=1).filled(0.0),
    }


SHAPES = pytest.mark.parametrize(("count", "segments", "slots"), [(7, 3, 6), (1, 1, 2), (4, 2, 11), (0, 3, 4)])


@SHAPES
def test_rates_of_segments_are_those_written_out(count, segments, slots):
    months = Months(count, segments, slots)
    found = months.segment_columns()
    people = months.sums[..., SUM["customers"]].sum(axis=2)
    expected = written_out(months, lambda values: values.sum(axis=2), people, months.held) | {"customers": people * SCALE}
    assert set(found) <= set(expected)
    for name, values in found.items():
        np.testing.assert_allclose(values, expected[name], rtol=1e-12, atol=1e-12, err_msg=name)


@SHAPES
def test_rates_of_the_market_are_those_written_out(count, segments, slots):
    months = Months(count, segments, slots)
    found = months.market_columns()
    people = months.sums[..., SUM["customers"]].sum(axis=(1, 2))
    expected = written_out(months, lambda values: values.sum(axis=(1, 2)), people, months.held.sum(axis=1)) | firms_written_out(months)
    assert set(found) == set(expected)
    for name, values in found.items():
        np.testing.assert_allclose(values[:, 0], expected[name], rtol=1e-11, atol=1e-9, err_msg=name)


def test_columns_that_are_no_rate_are_left_alone():
    amounts, out = Months(2, 3, 4).segments(), np.full((3, 6), np.nan)
    totals.rate(amounts, *totals.rates(("else", "coverage", "other"), totals.SEGMENT), out)
    assert np.isnan(out).tolist() == [[True] * 6, [False] * 6, [True] * 6]


def test_where_there_is_nobody_to_count_rates_are_zero():
    months = Months(3, 2, 4)
    months.sums[1] = months.flows[1] = months.held[1] = 0.0
    months.costs[1], months.active[1] = 0.0, False
    for found in (months.segment_columns(), months.market_columns()):
        for name, values in found.items():
            assert not values[1].any(), name
            assert np.isfinite(values).all(), name


def test_a_market_with_one_firm_is_wholly_its_own():
    """Index and shares are exact, whatever the number of customers: they are ratios of whole numbers."""
    months = Months(50, 3, 2)
    months.numbers[:, NUMBER["severity"]] = 1.0
    found = months.market_columns()
    assert (found["hhi"] == 10_000.0).all()
    assert (found["violations"] == 1.0).all()
    np.testing.assert_allclose(found["price"][:, 0], months.levers[:, 1, LEVER["price"]], rtol=1e-15)


def test_severity_at_the_threshold_breaks_no_rule_yet():
    months = Months(1, 1, 3)
    months.numbers[:, NUMBER["severity"]] = [0.0, THRESHOLD, np.nextafter(THRESHOLD, 1.0)]
    customers = months.sums[0, 0, :, SUM["customers"]]
    assert months.market_columns()["violations"][0, 0] == customers[2] / customers[1:].sum()


def test_who_does_without_counts_as_people_and_not_as_customers():
    months = Months(1, 1, 3)
    months.sums[0, 0, 0] *= 1000.0
    more, less = Months(1, 1, 3).segment_columns(), months.segment_columns()
    assert more["satisfaction"] == less["satisfaction"]
    assert less["coverage"] < more["coverage"]


def test_every_rate_names_amounts_that_there_are():
    for name, rate in totals.RATES.items():
        assert {rate.amount, rate.per} <= set(totals.MARKET), name
    assert all({totals.RATES[name].amount, totals.RATES[name].per} <= set(totals.SEGMENT) for name in SEGMENT)
