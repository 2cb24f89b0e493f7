"""What a planner is said to have weighed, held against what it then did."""

import numpy as np
import pytest

from cxsim.config.load import load
from cxsim.firms.breach import expected_penalty
from cxsim.firms.explain import ORDER, Watched, weigh
from cxsim.firms.planner import enforcement_on
from cxsim.market.model import Market

SETTINGS = ("market.n_customers=300", "months=12", "burn_in=0", "firms.levers=[all]")


def at_month(count, *overrides):
    market = Market(load(*SETTINGS, *overrides), rng=4)
    for _ in range(count):
        market.step()
    return market


@pytest.fixture(scope="module", params=["generic", "retail_banking", "rail", "home_insurance"])
def market(request):
    return at_month(7, f"market={request.param}", "regulator=fca")


def test_it_ends_with_the_levers_that_the_review_sets(market):
    for firm in market.firms[:3]:
        weighing, chosen = weigh(firm, market), firm.strategy.review(firm, market)
        assert weighing.levers
        for one in weighing.levers:
            if one.lever.startswith("quality: "):
                assert chosen["quality"][market.config.market.outcomes.index(one.lever[9:])] == pytest.approx(one.after, rel=1e-9)
            else:
                assert chosen[one.lever] == pytest.approx(one.after, rel=1e-9)


def test_what_was_chosen_is_worth_at_least_what_was_there(market):
    for firm in market.firms[:3]:
        for one in weigh(firm, market).levers:
            net = dict(zip(one.value, one.profit - one.fines, strict=True))
            assert net[one.after] >= net[one.before] - 1e-9 * abs(net[one.before])


def test_no_candidate_shown_is_much_better_than_the_one_chosen(market):
    # The search looks at a grid and closes in by parabolas, so a candidate between its points may be a little better.
    for firm in market.firms[:3]:
        for one in weigh(firm, market).levers:
            net = one.profit - one.fines
            chosen = net[list(one.value).index(one.after)]
            assert chosen >= net.max() - 0.005 * abs(net.max())


def test_candidates_ascend_and_hold_the_present_value(market):
    for one in weigh(market.firms[0], market).levers:
        assert (np.diff(one.value) > 0).all()
        assert one.before in one.value
        assert one.after in one.value


def test_levers_come_in_the_planners_order(market):
    names = [one.lever.partition(":")[0] for one in weigh(market.firms[0], market).levers]
    assert [name for name in ORDER if name in names] == list(dict.fromkeys(names))


def test_expected_fines_are_those_of_the_present_conduct_before_anything_is_changed():
    market = at_month(7, "market=generic", "regulator=stylised_continental")
    firm = market.firms[0]
    first = weigh(firm, market).levers[0]
    assert first.lever == "price"
    levers = market.table.levers[firm.slot].copy()
    fines = firm.horizon * expected_penalty(levers, enforcement_on(firm, market))
    assert fines > 0
    assert first.fines[list(first.value).index(first.before)] == pytest.approx(fines, rel=1e-6)


def test_without_a_regulator_no_fine_is_expected():
    market = at_month(4, "market=generic", "regulator=none", "firms.prior_detection=0")
    assert all((one.fines == 0).all() for one in weigh(market.firms[0], market).levers)


def test_a_rule_of_thumb_weighs_nothing_and_says_its_rule():
    market = at_month(2, "market=generic", "firms.strategy=superior_service")
    weighing = weigh(market.firms[0], market)
    assert weighing.levers == ()
    assert weighing.rule


def test_weighing_changes_nothing(market):
    before = [(market.table.levers.copy(), market.table.quality.copy(), market.table.numbers.copy())]
    weigh(market.firms[0], market)
    for levers, quality, numbers in before:
        np.testing.assert_array_equal(levers, market.table.levers)
        np.testing.assert_array_equal(quality, market.table.quality)
        np.testing.assert_array_equal(numbers, market.table.numbers)


@pytest.mark.parametrize("strategy", ["equity_planner", "cartelist", "q_learning"])
def test_a_watched_strategy_decides_as_it_would_alone(strategy):
    def played(watched):
        market = Market(load(*SETTINGS, f"firms.strategy={strategy}", "market.n_firms=3"), rng=4)
        if watched:
            for firm in market.firms:
                firm.strategy = Watched(firm.strategy)
        while market.running:
            market.step()
        return market

    watched, alone = played(True), played(False)
    for name, frame in alone.frames().items():
        assert frame.equals(watched.frames()[name])
    last = watched.firms[0].strategy.last
    assert last.month >= 9
    assert last.firm == watched.firms[0].name


def test_only_the_reviews_wanted_are_looked_at():
    market = Market(load(*SETTINGS), rng=4)
    firm = market.firms[0]
    firm.strategy = Watched(firm.strategy, lambda month: month < 5)
    while market.running:
        market.step()
    assert firm.strategy.last.month < 5
