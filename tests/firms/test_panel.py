"""Surveys: who is asked, and whether what is learned of their options is what those customers would do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.panel import pick
from cxsim.firms.planner import ask_panel, outlook_of
from cxsim.market.model import Market

from . import reference


def a_market(months=4, seed=6, **values):
    market = Market(with_values(Config(), {"market.n_customers": 600, "months": 12, "burn_in": 0} | values), rng=seed)
    for _ in range(months):
        market.step()
    return market


@given(st.integers(1, 300), st.integers(0, 10**6), st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=100)
def test_whom_a_firm_asks_are_different_people_of_the_right_kind(n, seed, own_wanted, else_wanted):
    luck = np.random.default_rng(seed)
    supplier = luck.integers(0, 3, n).astype(np.int16)
    stride = next(step for step in range(max(1, int(0.618 * n)), 2 * n + 2) if np.gcd(step, n) == 1)
    rows = np.full(max(1, own_wanted + else_wanted), -1)
    own, others = pick(supplier, 1, int(luck.integers(n)), stride % n if n > 1 else 1, own_wanted, else_wanted, rows)
    asked = rows[: own + others]
    assert own == min(own_wanted, (supplier == 1).sum())
    assert others == min(else_wanted, (supplier != 1).sum())
    assert len(set(asked.tolist())) == len(asked)
    assert np.all(supplier[asked[:own]] == 1)
    assert np.all(supplier[asked[own:]] != 1)


@pytest.mark.parametrize(
    "values",
    [{}, {"market.n_customers": 1}, {"market.n_customers": 2}, {"market.n_customers": 33, "market.n_firms": 20}, {"market.n_firms": 1},
     {"firms.insight": 0.0}, {"firms.panel_size": 100_000, "firms.insight": 1.0}],
)  # fmt: skip
def test_weights_bring_the_panel_back_to_the_market(values):
    market = a_market(**values)
    columns = market.population.columns
    for firm in market.firms:
        panel = ask_panel(firm, market)
        mine = (columns["supplier"] == firm.slot).mean()
        assert panel.weight.sum() == pytest.approx(1.0)
        assert panel.weight[panel.status < 2].sum() == pytest.approx(mine)
        assert np.all(np.isfinite(np.concatenate([np.ravel(part) for part in panel])))
        if 0 < mine < 1:  # half of those asked are its own, as far as there are any
            assert abs((panel.status < 2).sum() - min(len(panel.weight) // 2, round(mine * market.population.n))) <= 1 or mine > 0.5


def test_the_panel_grows_with_insight_and_never_falls_below_thirty_two():
    sizes = [len(ask_panel(a_market(**{"firms.insight": insight}).firms[0], a_market(**{"firms.insight": insight})).weight)
             for insight in (0.0, 0.1, 0.5, 1.0)]  # fmt: skip
    assert sizes == [32, 32, 128, 256]


def test_a_full_panel_has_the_markets_means():
    market = a_market(**{"firms.panel_size": 100_000, "firms.insight": 1.0})
    panel = ask_panel(market.firms[0], market)
    columns = market.population.columns
    assert len(panel.weight) == 600
    assert (panel.weight * panel.value).sum() == pytest.approx(columns["willingness_to_pay"].mean(), rel=1e-6)
    assert (panel.weight * panel.vigilance).sum() == pytest.approx(columns["vigilance"].mean(), rel=1e-6)
    established = (columns["supplier"] == market.firms[0].slot) & (columns["tenure"] >= 12)
    assert panel.weight[panel.status == 1].sum() == pytest.approx(established.mean())


@pytest.mark.parametrize("values", [{}, {"market.outside_option": None}, {"market.brand": 1.0}, {"market.switching_cost": 0.0}])
def test_the_log_sum_of_her_options_is_that_of_her_own_choice(values):
    """For a firm's own customers: rivals as she would see them in the choice that the month makes, friends' words left out."""
    market = a_market(**values)
    firm = market.firms[1]
    panel = ask_panel(firm, market)
    offers, rules, columns = market.offers, market.population.rules, market.population.columns
    own = np.flatnonzero(panel.status < 2)
    rows = {float(value): row for row, value in enumerate(columns["willingness_to_pay"])}
    for member in own[:60]:
        row = rows[panel.value[member]]
        value = float(columns["willingness_to_pay"][row])
        belief = rules.transparency * offers.quality[columns["profile"][row]] + (1 - rules.transparency) * offers.hearsay
        worth = value * belief + offers.appeal - offers.price - columns["switching_cost"][row] * rules.inverse_horizon
        options = [float(worth[rival.slot]) for rival in market.firms if rival is not firm]
        if rules.can_do_without:
            options.append(value * float(rules.outside))
        assert panel.rest_here[member] == pytest.approx(logsumexp(np.array(options) / panel.noise[member]), abs=1e-3)


@pytest.mark.parametrize("noise", [4.0, 0.5, 0.02, 1e-3])
def test_options_are_reckoned_right_however_small_taste_shocks_are(noise):
    """In pounds, the log-sum is the best rival's worth less the cost of moving, up to a few taste shocks."""
    market = a_market(0, **{"market.choice_noise": noise, "market.outside_option": None, "market.switching_cost": 120.0})
    firm = market.firms[0]
    panel = ask_panel(firm, market)
    offers, rules = market.offers, market.population.rules
    columns = market.population.columns
    rows = {float(value): row for row, value in enumerate(columns["willingness_to_pay"])}
    for member in np.flatnonzero(panel.status < 2)[:40]:
        row = rows[panel.value[member]]
        belief = rules.transparency * offers.quality[columns["profile"][row]] + (1 - rules.transparency) * offers.hearsay
        worth = panel.value[member] * belief + offers.appeal - offers.price
        best = max(float(worth[rival.slot]) for rival in market.firms if rival is not firm)
        moving = float(columns["switching_cost"][row] * rules.inverse_horizon)
        assert noise * panel.rest_here[member] == pytest.approx(best - moving, abs=noise * np.log(5) + 1e-4)


def test_what_a_firm_does_not_know_it_does_not_weigh():
    market = a_market(**{"firms.insight": 0.5})
    firm = market.firms[0]
    panel = ask_panel(firm, market)
    known = market.table.known[firm.slot]
    assert known.sum() == 3
    assert np.all(panel.weights[:, ~known] == 0)
    assert np.allclose(panel.weights.sum(axis=1), 1.0)


def test_panels_differ_from_month_to_month_and_not_from_look_to_look():
    market = a_market()
    firm = market.firms[0]
    first, again = ask_panel(firm, market), ask_panel(firm, market)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    market.month += 1
    assert not np.array_equal(first.value, ask_panel(firm, market).value)


def test_what_firms_expect_of_customers_is_what_customers_do():
    """Chances of leaving and of coming against those who in fact leave and come, over a year of standing offers."""
    values = {
        "market.n_customers": 6000, "firms.levers": ["disclosure"], "firms.disclosure_cost": 1.0, "market.attention": 0.1,
        "firms.panel_size": 100_000, "firms.insight": 1.0, "market.load_variation": 0.0,
    }  # fmt: skip
    market = a_market(30, **values)
    columns, n = market.population.columns, market.population.n
    expected_left = expected_came = left = came = 0
    for _ in range(12):
        for firm in market.firms:
            panel, outlook = ask_panel(firm, market), outlook_of(firm, market)
            levers, quality = market.table.levers[firm.slot], market.table.quality[firm.slot]
            a_new, a_old, b, *_ = reference.chances_and_margins(levers, quality, panel.base, panel, outlook)
            leaves = np.where(panel.status == 0, a_new, a_old)
            expected_left += (panel.weight * leaves)[panel.status < 2].sum() * n
            expected_came += (panel.weight * b)[panel.status == 2].sum() * n
        before = columns["supplier"].copy()
        market.step()
        moved = columns["supplier"] != before
        left += (moved & (before > 0)).sum()
        came += (moved & (columns["supplier"] > 0)).sum()
    assert left == pytest.approx(expected_left, rel=0.25)
    assert came == pytest.approx(expected_came, rel=0.25)
