"""Decomposition of real differences: effects sum to them, what does not differ gets nothing, back is the opposite of there."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cxsim.config.errors import BadValueError, ContradictionError, CxsimError
from cxsim.config.load import with_values
from cxsim.decomposition import decompose as module
from cxsim.decomposition.channels import CHANNELS
from cxsim.decomposition.decompose import CourseError, decompose
from cxsim.decomposition.shapley import shapley
from cxsim.results.run import run_config

from . import made


def by_name(found):
    return {name: effect.mean() for name, effect in found.by_channel.items()}


def still(*parts, **more):
    return made.config(*parts, {"firms.strategy": f"{made.__name__}:Still", "allow_user_code": True}, **more)


# --- Shapley's axioms on the engine ------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [made.found, made.on_a_day])
def test_effects_sum_to_the_difference_in_every_month_and_replication(case):
    found = case()
    total = sum(found.by_channel.values())
    assert total == pytest.approx(found.second - found.first, abs=1e-9)
    assert np.abs(total).max() > 0.1


def test_the_two_ends_are_the_two_regimes():
    found = made.found()
    for config, ends in ((found.one, found.first), (found.other, found.second)):
        monthly = run_config(config, progress=False).monthly
        for place, outcome in enumerate(found.outcomes):
            assert np.array_equal(ends[:, place].ravel(), monthly[outcome].to_numpy())


def test_from_there_to_here_is_the_opposite_of_from_here_to_there():
    found = made.found()
    back = decompose(found.other, found.one, progress=False)
    for name in CHANNELS:
        assert back.by_channel[name] == pytest.approx(-found.by_channel[name], abs=1e-9)


def test_neither_the_order_of_channels_nor_the_other_outcomes_matter():
    found = made.found(replications=1)
    turned = dict(reversed(CHANNELS.items()))
    again = decompose(found.one, found.other, outcomes=("consumer_surplus",), channels=turned, progress=False)
    for name in CHANNELS:
        assert again.by_channel[name][:, 0] == pytest.approx(found.by_channel[name][:, 1], abs=1e-9)


def test_a_channel_in_which_nothing_differs_gets_nothing_even_when_it_is_played(monkeypatch):
    """The shortcut that leaves such channels out gives what playing them gives."""
    found = made.on_a_day()
    idle = [name for name in CHANNELS if name not in found.live]
    assert idle
    monkeypatch.setattr(module, "_differs", lambda *_: True)
    whole = decompose(found.one, found.other, at=found.at, outcomes=found.outcomes, progress=False)
    for name in CHANNELS:
        assert whole.by_channel[name] == pytest.approx(found.by_channel[name], abs=1e-9)
    assert all(not whole.by_channel[name].any() for name in idle)


def test_coarser_channels_share_out_the_same_whole():
    one, other = made.config(), made.config(made.ENFORCED)
    fine = decompose(one, other, outcomes=("experience",), progress=False)
    joint = {**{name: channel for name, channel in CHANNELS.items() if name not in ("prices", "hidden_charges")},
             "charges": module.Channel("", CHANNELS["prices"].levers + CHANNELS["hidden_charges"].levers,
                                       CHANNELS["prices"].keys + CHANNELS["hidden_charges"].keys)}  # fmt: skip
    coarse = decompose(one, other, outcomes=("experience",), channels=joint, progress=False)
    assert sum(coarse.by_channel.values()) == pytest.approx(sum(fine.by_channel.values()), abs=1e-9)
    assert set(coarse.by_channel) == set(joint)


# --- differences whose channel is known --------------------------------------------------------------------------------


@pytest.mark.parametrize(("change", "channel"), [
    ({"market.switching_cost": 0.0}, "switching"),
    ({"market.problem_rate": 0.2}, "quality"),
    ({"market.intro_months": 3, "firms.initial_levers": {"loyalty_premium": 5.0}}, None),
    ({"market.transparency": 1.0}, "other"),
    ({"customers.avoidance_cost": 0.001}, "hidden_charges"),
])  # fmt: skip
def test_a_difference_in_one_parameter_goes_through_its_channel_alone(change, channel):
    one, other = still(), still(change)
    found = decompose(one, other, progress=False)
    expected = found.second - found.first
    assert np.abs(expected).max() > 0
    if channel is not None:
        assert found.live == (channel,)
        assert np.array_equal(found.by_channel[channel], expected)


def test_findings_that_change_no_firm_reach_customers_by_publicity_alone():
    """Firms that stand still do nothing about fines; what remains of enforcement is what customers hear."""
    found = decompose(still(), still(made.ENFORCED), progress=False)
    assert found.live == ("publicity",)
    assert np.array_equal(found.by_channel["publicity"], found.second - found.first)
    assert found.by_channel["publicity"].any()


def test_dearer_firms_lower_consumer_surplus_through_prices():
    """Prices start £5 higher and nothing else differs: customers lose about that, a little less because some leave."""
    base = {"market.n_customers": 600, "firms.initial_price_spread": 0.0, "burn_in": 0, "market.price_attention": 0.0}
    found = decompose(still(base, {"firms.initial_price": 50.0}), still(base, {"firms.initial_price": 55.0}),
                      outcomes=("consumer_surplus", "price_paid"), progress=False)  # fmt: skip
    assert by_name(found)["quality"] == 0
    surplus, paid = (found.by_channel["prices"][:, place].mean() for place in (0, 1))
    assert paid == pytest.approx(5.0, abs=0.3)
    assert -5.0 <= surplus < -3.5


def test_regimes_that_are_the_same_have_nothing_to_share_out():
    found = decompose(made.config(), made.config(), progress=False)
    assert found.live == ()
    assert not any(effect.any() for effect in found.by_channel.values())


# --- from a day on -----------------------------------------------------------------------------------------------------


def test_nothing_differs_before_the_day():
    found = made.on_a_day()
    for effect in found.by_channel.values():
        assert not effect[:, :, :4].any()
    assert {"switching", "hidden_charges"} <= set(found.live)


def test_effects_from_a_day_are_of_the_futures_of_that_day():
    from cxsim.branching.branch import branch

    found = made.on_a_day()
    overrides = ["market.switching_cost=5", "regulator.ban_hidden_fees=true"]
    branches = branch(found.one, 4, overrides[0], overrides[1], progress=False)
    for place, outcome in enumerate(found.outcomes):
        futures = [run.monthly[outcome].to_numpy() for run in (branches.base, branches.runs["reform"])]
        assert np.array_equal(found.first[:, place].ravel(), futures[0])
        assert np.array_equal(found.second[:, place].ravel(), futures[1])


# --- what is asked for -------------------------------------------------------------------------------------------------


def test_cores_do_not_matter(monkeypatch):
    import os

    found = made.found()
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    alone = decompose(found.one, found.other, progress=False)
    for name in CHANNELS:
        assert np.array_equal(alone.by_channel[name], found.by_channel[name])


def test_progress_is_told_to_its_end():
    seen = []
    decompose(still(), still({"market.switching_cost": 0.0}), progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert seen[-1][0] == seen[-1][1]
    assert len(seen) == 4 * 12


@pytest.mark.parametrize(("change", "told"), [
    ({"seed": 2}, "seed: 1 in one regime and 2 in the other"),
    ({"months": 11}, "months: 10 in one regime and 11"),
    ({"burn_in": 3}, "burn_in: "),
    ({"market.n_customers": 151}, r"market\.n_customers: "),
    ({"customers.segments": [made.Config().customers.segments[0] | {"share": 1.0}]}, r"customers\.segments: the regimes have other"),
])  # fmt: skip
def test_regimes_that_cannot_be_paired_are_refused(change, told):
    with pytest.raises(ContradictionError, match=told):
        decompose(made.config(), made.config(change), progress=False)


@pytest.mark.parametrize(("options", "told"), [
    ({"outcomes": ["profit"]}, "outcomes: given 'profit'; allowed: experience, consumer_surplus"),
    ({"outcomes": ["experince"]}, "Did you mean experience"),
    ({"outcomes": []}, "outcomes: given "),
    ({"at": 10}, "at: given 10; allowed: a whole number from 0 to 9"),
    ({"at": True}, "at: given true"),
    ({"replications": 0}, "replications"),
    ({"channels": {}}, "channels"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused(options, told):
    with pytest.raises(BadValueError, match=told):
        decompose(made.config(), made.config(made.ENFORCED), progress=False, **options)


@pytest.mark.parametrize(("regimes", "told"), [
    ((None, made.config()), "one: given null; allowed: a configuration, such as"),
    ((made.config(), "regulator=gdpr"), "other: given 'regulator=gdpr'; allowed: a configuration, such as"),
])  # fmt: skip
def test_what_is_no_configuration_is_refused(regimes, told):
    with pytest.raises(BadValueError, match=f"^{told}"):
        decompose(*regimes, progress=False)


def test_a_second_regime_that_cannot_begin_on_a_day_is_refused():
    with pytest.raises(CxsimError, match=r"market\.n_firms: .*settled when a run starts"):
        decompose(made.config(), made.config({"market.n_firms": 3}), at=3, progress=False)


def test_a_strategy_that_acts_on_customers_directly_is_noticed():
    charming = {"firms.strategy": f"{made.__name__}:Charming", "allow_user_code": True}
    with pytest.raises(CourseError, match="acts on customers by something else than levers"):
        decompose(made.config(charming), with_values(made.config(charming), {"market.switching_cost": 0.0}), progress=False)


def test_the_formula_is_the_one_of_the_module(monkeypatch):
    """What the engine's subsets are worth is shared out by Shapley's formula and by nothing else."""
    seen = {}

    def watched(players, values):
        seen.update(values)
        return shapley(players, values)

    monkeypatch.setattr(module, "shapley", watched)
    found = decompose(still(), still({"market.switching_cost": 0.0, "market.problem_rate": 0.2}), progress=False)
    assert set(found.live) == {"switching", "quality"}
    assert set(seen) == {frozenset(chosen) for size in range(3) for chosen in itertools.combinations(found.live, size)}
    half = 0.5 * (seen[frozenset({"quality"})] - seen[frozenset()] + seen[frozenset(found.live)] - seen[frozenset({"switching"})])
    assert found.by_channel["quality"][0] == pytest.approx(half)
