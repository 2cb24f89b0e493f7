"""A lever is shown where it can do something, and only there."""

import pytest

from cxsim.app import lever
from cxsim.config.load import load


@pytest.mark.parametrize(
    ("test", "there", "away"),
    [
        (lever.not_franchised, ["market=generic"], ["market=rail"]),
        (lever.franchised, ["market=rail"], ["market=generic"]),
        (lever.rivalry, ["market.n_firms=2"], ["market.n_firms=1"]),
        (lever.planning, ["firms=mixed"], ["firms=low_price"]),
        (lever.patient, ["firms=cartelist"], ["firms=low_price"]),
        (lever.funded, ["regulator=fca"], ["regulator=none"]),
        (lever.funded, ["regulator=spain_self_funded"], ["regulator=none"]),
        (lever.fining, ["regulator=fca"], ["regulator=none"]),
        (lever.punishing, ["regulator=fca"], ["regulator=none", "regulator.fine_multiple_of_gain=2"]),
        (lever.feared, ["regulator=fca"], ["regulator=fca", "firms=low_price"]),
        (lever.cartels_punished, ["firms=cartelist", "regulator=cma"], ["firms=equity_planner", "regulator=cma"]),
        (lever.failing, ["market.failing_rate=0.1"], ["market.failing_rate=0"]),
        (lever.extras_pressed, ["market.extra_price=0.1", "firms.levers=[dark_pattern]"], ["market.extra_price=0.1", "firms.levers=[]"]),
        (lever.serving, ["firms.levers=[service]"], ["firms=extractors"]),
        (lever.caring, ["firms=value_planner"], ["firms=profit_planner"]),
        (lever.announcing, ["firms.levers=[announcement]"], ["firms=low_price", "firms.levers=[announcement]"]),
        (lever.heard, ["firms.levers=[announcement]", "customers.talk_weight=0.5"], ["firms.levers=[announcement]"]),
        (lever.colluding, ["firms.levers=[collusion]"], ["firms.levers=[price]"]),
        (lever.practising("technology"), ["firms.initial_levers={technology: 0.5}"], ["firms.initial_levers={process: 1}"]),
        (lever.daring, ["market.easy_quality=0.6"], []),
        (lever.secretive, ["market.failing_rate=0.1", "market.truth_hazard=0.1"], ["market.failing_rate=0.1", "market.truth_hazard=0"]),
        (lever.telling, ["market.failing_rate=0.1", "firms.initial_levers={disclosure: 1}"], ["market.failing_rate=0.1"]),
        (lever.renewing, ["market.renewal_months=12"], ["market.renewal_months=0"]),
        (lever.offered, ["market.extra_price=0.1"], ["market.extra_price=0"]),
        (lever.entering, ["market.entry=free"], ["market.entry=none"]),
        (lever.complained, ["regulator=fca", "regulator.targeting=complaints"], ["regulator=fca", "regulator.targeting=random"]),
        (lever.may("hidden_fee"), ["firms=extractors"], ["firms=value_creators"]),
    ],
)
def test_where_a_lever_matters(test, there, away):
    assert test(load("market=generic", *there))
    assert not test(load(*(["market=generic"] if "market=rail" not in away else []), *away))
