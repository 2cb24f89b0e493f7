from __future__ import annotations

import numpy as np
import pytest

from cxsim.compiled import record
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.customers.tables import SUM, SUMS
from cxsim.firms.table import BARRIER, DISCLOSURE, GAMING, HIDDEN, INSIGHT, PREMIUM, PRICE, SERVICE
from cxsim.market import accounts
from cxsim.market.ledger import C, F, MonthBook
from cxsim.market.model import Market


@pytest.fixture
def market():
    values = {"market.n_customers": 200, "market.n_firms": 2, "burn_in": 0, "market.fixed_cost": 0.01, "firms.barrier_cost": 0.1}
    return Market(with_values(Config(), values), rng=2)


def terms(market, **changes):
    """The market's terms with one real customer to a simulated one, changed as given."""
    return accounts.account_terms(market.config, 1.0)._replace(**changes)


def book_customers(book, sums, table, given):
    accounts.book_customers(book.customers, sums, table.levers, table.cartel, table.numbers, given)


def book_costs(book, market):
    table = market.table
    accounts.book_costs(book.firms, table.levers, table.quality, table.numbers, table.active, terms(market), market.service)


def judge(market):
    table = market.table
    accounts.judge(table.levers, table.numbers, table.active, table.cartel, market.sheets.standing(market.regulator.enforcement))


def sums_of(**columns):
    """Sums of one segment and two firms; each column gives (without, first, second)."""
    sums = np.zeros((1, 3, len(SUMS)))
    for name, values in columns.items():
        sums[0, :, SUM[name]] = values
    return sums


def test_customers_pay_price_and_fees_and_the_established_the_premium(market):
    market.table.levers[1:, [PRICE, PREMIUM, HIDDEN]] = [[40.0, 5.0, 1.0], [50.0, 0.0, 0.0]]
    book = MonthBook(1, 3)
    sums = sums_of(
        customers=[7, 10, 20], new_customers=[7, 4, 20], personal=[0, 3.0, 0], switching_cost=[0, 90.0, 0], barrier_cost=[0, 8, 0]
    )  # fmt: skip
    book_customers(book, sums, market.table, terms(market, scale=100.0))
    flows = book.customers[0]
    assert flows[:, C["bill"]].tolist() == [0, 40.0 * 1000, 50.0 * 2000]
    assert flows[:, C["loyalty_premium"]].tolist() == [0, 5.0 * 600, 0]
    assert flows[:, C["hidden_fee"]].tolist() == [0, 1000, 0]
    assert flows[:, C["personal_premium"]].tolist() == [0, 300, 0]
    assert flows[:, C["switching_cost"]].tolist() == [0, 9000, 0]
    assert flows[:, C["exit_barrier"]].tolist() == [0, 800, 0]
    assert not flows[:, C["overcharge"]].any()


def test_who_avoids_the_fee_bears_the_effort_instead_and_extras_are_booked_by_whether_they_are_wanted(market):
    market.table.levers[1:, HIDDEN] = [2.0, 0.5]
    book = MonthBook(1, 3)
    sums = sums_of(customers=[7, 10, 20], avoiders=[0, 4, 0], extras=[0, 6, 5], unwanted_extras=[0, 1, 5])
    book_customers(book, sums, market.table, terms(market, scale=100.0, effort=0.5, extra_price=8.0))
    flows = book.customers[0]
    assert flows[:, C["hidden_fee"]].tolist() == [0, 2.0 * 600, 0.5 * 2000]
    assert flows[:, C["avoidance"]].tolist() == [0, 0.5 * 400, 0]
    assert flows[:, C["extra"]].tolist() == [0, 8.0 * 500, 0]
    assert flows[:, C["unwanted_extra"]].tolist() == [0, 8.0 * 100, 8.0 * 500]
    accounts.take_stock(market.table.numbers, sums, terms(market, scale=100.0, reputation_speed=0.1))
    assert market.table.fee_payers[1:].tolist() == [0.6, 1.0]
    assert market.table.trapped[1:].tolist() == [0.1, 0.25]


def test_a_cartels_bill_is_split_at_the_price_before(market):
    table = market.table
    table.levers[1:, PRICE] = [60.0, 45.0]
    table.cartel[1:], table.but_for_price[1:] = True, [50.0, 48.0]
    book = MonthBook(1, 3)
    book_customers(book, sums_of(customers=[0, 10, 10]), table, terms(market))
    assert book.customers[0, 1:, C["bill"]].tolist() == [500, 450]
    assert book.customers[0, 1:, C["overcharge"]].tolist() == [100, 0]


def test_costs_are_those_of_the_description(market):
    table = market.table
    table.customers[:] = [5000.0, 1000.0, 0.0]
    table.open_problems[:] = [0.0, 50.0, 0.0]
    table.quality[1], table.unit_cost[1] = 0.5, 30.0
    table.levers[1, [SERVICE, INSIGHT, GAMING, DISCLOSURE, BARRIER]] = [1.2, 0.5, 0.4, 0.25, 6.0]
    book = MonthBook(1, 3)
    book_costs(book, market)
    cost = dict(zip(F, book.firms[1], strict=True))
    assert cost["production"] == pytest.approx(30_000)
    assert cost["quality"] == pytest.approx(12.0 * 0.25 * 1000)
    assert cost["service"] == pytest.approx(3.0 * 1.2 * 1000)
    assert cost["contact"] == pytest.approx(6.0 * 50)
    beside = 50 * (0.01 * 0.25 + 0.01 * 0.16 + 0.002 * 0.25) + 0.1 * 6.0
    fixed = 0.01 * 50 * 1e6
    assert cost["overhead"] == pytest.approx(beside * 1000 + fixed)
    assert book.firms[2].sum() == pytest.approx(fixed)
    assert not book.firms[0].any()
    table.active[2] = False
    gone = MonthBook(1, 3)
    book_costs(gone, market)
    assert gone.firms[2].sum() == 0


def test_standing_follows_customers_and_stays_where_there_are_none(market):
    table = market.table
    before = table.reputation.copy(), table.satisfaction.copy()
    sums = sums_of(customers=[5, 10, 0], satisfaction=[0, 7.0, 0], experience=[0, 6.0, 0], problems=[0, 2, 0], complaints=[0, 1, 0],
                   joiners=[1, 3, 0], leavers=[0, 2, 0], job_outcome=[0, 5.5, 0])  # fmt: skip
    accounts.take_stock(table.numbers, sums, terms(market, scale=50.0, reputation_speed=0.1))
    assert table.customers[1:].tolist() == [500, 0]
    assert table.open_problems[1] == 100
    assert (table.complaints[1], table.joiners[1], table.leavers[1]) == (50, 150, 100)
    assert table.satisfaction[1] == pytest.approx(0.7)
    assert table.reputation[1] == pytest.approx(before[0][1] + 0.1 * (0.7 - before[0][1]))
    assert table.reputation[2] == before[0][2]
    assert table.satisfaction[2] == before[1][2]


def test_closing_the_books_moves_cash_and_remembers_the_year(market):
    table = market.table
    book = MonthBook(1, 3)
    book.customers[0, 1:, C["bill"]] = [1000.0, 100.0]
    book.customers[0, 1, C["redress"]] = 30.0
    book.firms[1:, F["production"]] = [600.0, 300.0]
    book.firms[1, [F["fine"], F["fine_retained"]]] = [50.0, 20.0]
    table.cash[:], table.annual_revenue[:] = [0, 5.0, 5.0], [0, 12_000.0, 0.0]
    table.losses_in_a_row[:] = [0, 4, 4]
    table.exposed[:] = 0.5
    accounts.close_books(book.customers, book.firms, table.levers, table.numbers, table.active)
    assert table.profit.tolist() == [0, 300, -200]
    assert table.cash.tolist() == [0, 305, -195]
    assert table.fines.tolist() == [0, 70, 0]
    assert table.redress.tolist() == [0, 30, 0]
    assert table.losses_in_a_row.tolist() == [0, 0, 5]
    assert table.annual_revenue.tolist() == [0, 12_000, 100]  # steady at twelve times the month
    assert np.array_equal(table.price_last, table.levers[:, PRICE])
    assert not table.exposed.any()


def test_judging_works_out_severity_and_the_years_gain(market):
    table = market.table
    table.levers[1:, HIDDEN] = [2.0, 0.0]
    table.customers[1:], table.annual_gain[:] = 1000.0, [0, 24_000.0, 12_000.0]
    judge(market)
    assert table.severity[1:] == pytest.approx([2.0 / 50, 0.0])
    assert table.annual_gain[1:] == pytest.approx([24_000.0, 11_000.0])
    table.active[1] = False
    judge(market)
    assert table.severity[1] == 0


def test_margin_is_revenue_less_cost_by_customer(market):
    table = market.table
    table.customers[:], table.revenue[:], table.cost[:] = [9, 100, 0], [0, 5000, 0], [0, 3000, 70]
    assert accounts.mean_margin(table).tolist() == [0, 20, 0]


def test_redress_without_customers_goes_to_the_treasury():
    book = MonthBook(3, 3)
    sums = np.zeros((3, 3, len(SUMS)))
    sums[:, 1, SUM["customers"]] = [1, 3, 0]
    accounts.book_redress(book.customers, book.firms, sums, np.array([0.0, 100.0, 40.0]))
    assert book.customers[:, 1, C["redress"]].tolist() == [25, 75, 0]
    assert book.customers[:, 2, C["redress"]].sum() == 0
    assert book.firms[2, F["fine"]] == 40
    assert book.firms[:2].sum() == 0


def test_a_month_is_closed_in_order_and_reports_what_the_market_asks(market):
    """Standing before costs, costs before profit: what customers did this month is in this month's books."""
    table, sums = market.table, sums_of(customers=[5, 60, 40], to_regulator=[0, 3, 1], problems=[0, 6, 0])
    table.levers[1:, [PRICE, PREMIUM]] = [[40.0, 0.0], [50.0, 0.0]]
    table.cash[:] = 0.0
    book, complaints, held = MonthBook(1, 3), np.array([0.0, 12.0, 0.0]), np.empty(1)
    settings = record(terms(market, scale=10.0)), record(market.service)
    billed = accounts.close_month(
        book.customers, book.firms, sums, table.levers, table.quality, table.numbers, table.active, table.cartel, np.zeros(3), 2.0,
        market.sheets.standing(market.regulator.enforcement), *settings, complaints, held,
    )  # fmt: skip
    assert billed == pytest.approx((60 * 40 + 40 * 50) / 100)
    assert complaints == pytest.approx([0, 12 + (30 - 12) / 12, 10 / 12])
    assert held.tolist() == [100]
    assert book.firms[1:, F["franchise"]].tolist() == [1200, 800]
    assert book.firms[1, F["contact"]] == pytest.approx(6.0 * 60)
    assert table.cash == pytest.approx(book.profit())
    assert table.revenue == pytest.approx(book.revenue())
    assert table.cost == pytest.approx(book.operating_cost())
    assert table.morale[1] < table.morale[2]  # problems wait at the first firm


def test_a_market_without_customers_bills_nobody(market):
    table = market.table
    book, sums = MonthBook(1, 3), sums_of(customers=[9, 0, 0])
    billed = accounts.close_month(
        book.customers, book.firms, sums, table.levers, table.quality, table.numbers, table.active, table.cartel, np.zeros(3), 0.0,
        market.sheets.standing(market.regulator.enforcement), record(terms(market)), record(market.service), np.empty(3), np.empty(1),
    )  # fmt: skip
    assert np.isnan(billed)
    assert np.isfinite(table.numbers).all()
