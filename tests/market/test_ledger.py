"""Every pound is booked once: over markets of all kinds the books balance, and agree with what firms, regulator and customers hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.table import HIDDEN, PREMIUM, PRICE
from cxsim.market.ledger import CUSTOMER_FLOWS, FIRM_FLOWS, PARTIES, REGULATOR_FLOWS, C, F, MonthBook, R
from cxsim.market.model import Market
from cxsim.results.columns import CONDUCTS

from .configs import markets

PATIENT = settings(max_examples=60, suppress_health_check=list(HealthCheck))
PAID = ("bill", "overcharge", "loyalty_premium", "personal_premium", "hidden_fee", "extra", "unwanted_extra")


def near(found, expected, turnover):
    return np.all(np.abs(np.asarray(found) - np.asarray(expected)) <= 1e-9 * turnover + 1e-6)


@given(markets())
@PATIENT
def test_the_books_balance_every_month_in_every_market(values):
    market = Market(with_values(Config(), values), rng=1)
    cash, budget = market.table.cash.copy(), market.regulator.budget
    while market.running:
        market.step()
        book = market.book
        flows = [book.customers, book.firms, book.regulator]
        assert all(np.all(np.isfinite(flow)) and np.all(flow >= 0) for flow in flows)
        turnover = sum(flow.sum() for flow in flows)
        balances = book.balances()
        assert set(balances) == set(PARTIES)
        assert abs(sum(balances.values())) <= 1e-9 * turnover

        # firms' cash is the sum of their entries
        slots = len(book.firms)
        had = np.pad(cash, (0, slots - len(cash)))
        earned = book.customers[:, :, [C[name] for name in PAID]].sum(axis=(0, 2))
        spent = book.firms.sum(axis=1) + book.customers[:, :, C["redress"]].sum(axis=0)
        assert near(market.table.cash[:slots], had + earned - spent, turnover + np.abs(had).sum())
        assert near(balances["firm"], (earned - spent).sum(), turnover)
        assert book.firms[0].sum() == 0
        assert earned[0] == 0
        cash = market.table.cash.copy()

        # the regulator's money is the sum of its entries
        regulator = market.regulator
        moved = book.regulator[R["funding"]] + book.firms[:, F["fine_retained"]].sum() - book.regulator[R["enforcement"]]
        assert near(regulator.budget, budget + moved, turnover + budget)
        assert regulator.funds >= 0
        budget = regulator.budget


def expected_payments(market, before, levers, personal):
    """What customers owe by segment and slot, from the columns as they are after the month and the prices in force during it."""
    columns, population = market.population.columns, market.population
    supplier, tenure = columns["supplier"].astype(int), columns["tenure"].astype(int) - 1
    served = supplier > 0
    established = served & (tenure >= market.config.market.intro_months)
    value = columns["willingness_to_pay"].astype(float)
    each = {
        "price": np.where(served, levers[supplier, PRICE], 0.0),
        "loyalty_premium": np.where(established, levers[supplier, PREMIUM], 0.0),
        "personal_premium": np.where(established, personal[supplier] * value * (1.0 - columns["vigilance"].astype(float)), 0.0),
    }
    settings = market.config
    effort, extra_price = settings.customers.avoidance_cost, settings.market.extra_price * settings.market.reference_price
    knows = (columns["aware"] > 0) | (columns["foresees"] > 0)
    # as the customers' month sees it, in single precision
    avoids = knows & (np.full(len(supplier), effort is not None) & (market.offers.felt < market.offers.hidden)[supplier])
    each["hidden_fee"] = np.where(served & ~avoids, levers[supplier, HIDDEN], 0.0)
    each["avoidance"] = np.where(served & avoids, (effort or 0.0) * settings.market.reference_price, 0.0)
    holds, wants = served & (columns["extra"] > 0), columns["wants_extra"] > 0
    each["extra"], each["unwanted_extra"] = np.where(holds & wants, extra_price, 0.0), np.where(holds & ~wants, extra_price, 0.0)
    moved = supplier != before
    each["switching_cost"] = np.where(moved & served, columns["switching_cost"].astype(float), 0.0)
    paid = {}
    for name, amounts in each.items():
        paid[name] = np.zeros((len(population.segment_names), len(levers)))
        np.add.at(paid[name], (columns["segment"], supplier), amounts * population.scale)
    barrier = np.zeros((len(population.segment_names), len(levers)))
    old = before.astype(int)
    np.add.at(barrier, (columns["segment"], old), np.where(moved, market.offers.barrier[old].astype(float), 0.0) * population.scale)
    paid["exit_barrier"] = barrier
    return paid


@given(markets())
@PATIENT
def test_customers_payments_are_those_that_their_columns_and_the_firms_prices_say(values):
    values = {**values, "market.exit_after_months": None, "market.entry": "none", "market.entrants": []}
    market = Market(with_values(Config(), values), rng=2)
    before = market.population.columns["supplier"].copy()
    while market.running:
        if market.franchise is not None and market.franchise.is_due(market.month):
            before = np.where(before == market.firms[0].slot, len(market.table), before)
        market.step()
        levers = market.table.levers
        paid = expected_payments(market, before, levers, market.offers.personal.astype(float))
        flows = market.book.customers
        turnover = flows.sum()
        for name, expected in paid.items():
            found = flows[:, :, C["bill"]] + flows[:, :, C["overcharge"]] if name == "price" else flows[:, :, C[name]]
            assert np.abs(found - expected).max() <= 3e-6 * np.abs(expected).max() + 1e-9 * turnover + 1e-6, name
        before = market.population.columns["supplier"].copy()


@given(markets())
@PATIENT
def test_the_table_of_entries_says_what_the_books_say(values):
    market = Market(with_values(Config(), values), rng=3)
    while market.running:
        market.step()
    table = market.frames()["ledger"]
    assert np.isfinite(table["amount"]).all()
    assert (table["amount"] > 0).all()
    assert table["month"].between(0, market.config.months - 1).all()
    known = {**CUSTOMER_FLOWS, **FIRM_FLOWS, **REGULATOR_FLOWS}
    for conduct, rows in table.groupby("conduct"):
        assert set(zip(rows["payer"], rows["payee"], strict=True)) == {known[conduct]}
    booked = dict.fromkeys(known, 0.0)
    for book in market.recorder.books:
        for name, column in C.items():
            booked[name] += book.customers[:, :, column].sum()
        for name, column in F.items():
            booked[name] += book.firms[:, column].sum()
        for name, column in R.items():
            booked[name] += book.regulator[column]
    summed = table.groupby("conduct")["amount"].sum()
    for name, amount in booked.items():
        assert summed.get(name, 0.0) == pytest.approx(amount, rel=1e-9, abs=1e-6)


def test_every_conduct_is_described():
    assert {*CUSTOMER_FLOWS, *FIRM_FLOWS, *REGULATOR_FLOWS} == set(CONDUCTS)


def test_one_pound_of_each_kind_moves_from_its_giver_to_its_taker():
    for flows, array in ((CUSTOMER_FLOWS, "customers"), (FIRM_FLOWS, "firms"), (REGULATOR_FLOWS, "regulator")):
        for column, (payer, payee) in enumerate(flows.values()):
            book = MonthBook(2, 3)
            getattr(book, array)[..., column].flat[-1] = 1.0
            expected = dict.fromkeys(PARTIES, 0.0)
            expected[payer] -= 1.0
            expected[payee] += 1.0
            assert book.balances() == expected
            assert book.profit().sum() == expected["firm"]


def test_revenue_cost_and_profit_of_a_book_filled_by_hand():
    book = MonthBook(1, 3)
    for name, amount in (("bill", 100.0), ("loyalty_premium", 20.0), ("hidden_fee", 5.0), ("redress", 7.0), ("switching_cost", 99.0)):
        book.customers[0, 2, C[name]] = amount
    for name, amount in (("production", 60.0), ("service", 4.0), ("fine", 3.0), ("entry", 2.0)):
        book.firms[2, F[name]] = amount
    assert book.revenue().tolist() == [0, 0, 125]
    assert book.operating_cost().tolist() == [0, 0, 64]
    assert book.profit().tolist() == [0, 0, 125 - 64 - 3 - 2 - 7]
