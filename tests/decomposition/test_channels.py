"""Every lever and every parameter goes through exactly one channel."""

from __future__ import annotations

import dataclasses

import pytest

from cxsim.config.errors import BadValueError
from cxsim.config.essence import PROSE
from cxsim.config.start import differing
from cxsim.decomposition.channels import CHANNELS, LEVERS, Channel, carrier, check, keys_of, mixed, one_with

from . import made


def changed(name, **parts):
    return {**CHANNELS, name: dataclasses.replace(CHANNELS[name], **parts)}


def test_the_channels_that_come_with_cxsim_carry_every_lever_once():
    check(CHANNELS)
    assert sorted(lever for channel in CHANNELS.values() for lever in channel.levers) == sorted(LEVERS)
    assert carrier(CHANNELS, "exit_barrier") == "switching"
    assert (one_with(CHANNELS, "rest"), one_with(CHANNELS, "publicity")) == ("other", "publicity")


def test_channels_of_ones_own_may_be_coarser_or_finer():
    check({"all": Channel("", LEVERS, publicity=True, rest=True)})
    finer = changed("prices", levers=("price", "insight")) | {"loyalty": Channel("", ("loyalty_premium", "personalisation"))}
    check(finer)


@pytest.mark.parametrize(("channels", "told"), [
    (changed("prices", levers=("price",)), "channels: given 'loyalty_premium, personalisation, insight'; allowed: each of the levers"),
    (changed("prices", levers=(*CHANNELS["prices"].levers, "service")), "channels: given 'service'"),
    (changed("prices", levers=("prize",)), r"channels\.prices: given 'prize'"),
    (changed("prices", keys=("market.n_frims",)), r"channels\.prices: given 'market\.n_frims'"),
    (changed("prices", keys=("seed",)), r"channels\.prices: given 'seed'"),
    (changed("prices", keys=("market.switching_cost",)), "channels: given 'market.switching_cost'; allowed: each of the keys in one"),
    (changed("prices", publicity=True), "channels: given 'publicity'; allowed: exactly one"),
    (changed("other", rest=False), "channels: given 'rest'; allowed: exactly one"),
])  # fmt: skip
def test_channels_that_leave_something_out_or_share_it_are_refused(channels, told):
    with pytest.raises(BadValueError, match=told):
        check(channels)


def test_parameters_go_with_their_channel_and_the_regulators_with_none():
    one = made.config()
    other = made.config(made.ENFORCED, {"market.switching_cost": 5.0, "market.problem_rate": 0.1, "market.transparency": 0.9,
                                        "market.title": "x", "name": "y"})  # fmt: skip
    assert {name: keys for name, keys in keys_of(CHANNELS, one, other).items() if keys} == {
        "quality": ["market.problem_rate"], "switching": ["market.switching_cost"], "other": ["market.transparency"],
    }  # fmt: skip


def test_what_is_settled_at_the_start_goes_through_no_channel_of_a_market_that_has_started():
    one, other = made.config(), made.config({"firms.initial_levers": {}, "market.transparency": 0.9})
    assert keys_of(CHANNELS, one, other)["other"] == ["market.transparency", "firms.initial_levers"]
    assert keys_of(CHANNELS, one, other, started=True)["other"] == ["market.transparency"]


def test_a_mix_takes_from_the_second_what_goes_through_the_channels_named():
    one = made.config()
    other = made.config({"market.switching_cost": 5.0, "market.problem_rate": 0.1, "market.transparency": 0.9, "firms.horizon_months": 9.0})
    keys = keys_of(CHANNELS, one, other)
    assert mixed(one, other, keys, ()) == one
    assert differing(one, mixed(one, other, keys, ["switching"])) == ["market.switching_cost"]
    assert mixed(one, other, keys, CHANNELS) == other


def test_all_channels_together_carry_everything_but_the_regulator():
    one, other = made.config(), made.config(made.ENFORCED, {"market.n_firms": 3, "customers.loyalty": 0.2})
    left = differing(mixed(one, other, keys_of(CHANNELS, one, other), CHANNELS), other)
    assert all(key.startswith("regulator.") or key.rpartition(".")[2] in PROSE for key in left)
