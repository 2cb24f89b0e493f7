"""What a month with a supplier does to customers: each mechanism by itself, and the ranges that nothing may leave."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxsim.customers.tables import SUM, SUMS

from .made import SLOTS, a_population, alike, calm_offers, scramble, some_offers

STILL = {"market.attention": 0.0, "customers.dissatisfaction_attention": 0.0}


def month(rules=None, offers=None, n=8000, months=1, **values):
    """Customers of one firm who never look, after some months of one kind of offer; returns columns and the last sums."""
    population = alike(n, rules=rules, **(STILL | values))
    for when in range(months):
        sums = population.live_month(when, calm_offers(population, 1, **(offers or {})))
    return population.columns, sums[0, 1]


def close(count, n, chance):
    return abs(count - n * chance) <= 5 * math.sqrt(n * chance * (1 - chance)) + 1e-9


def test_problems_arrive_at_their_rate_and_stay_when_nobody_resolves_them():
    columns, sums = month(offers={"problem_rate": 0.1, "resolved": 0.0})
    assert close(sums[SUM["problems"]], 8000, 0.1)
    columns, sums = month(offers={"problem_rate": 0.1, "resolved": 0.0}, months=3)
    assert close(sums[SUM["problems"]], 8000, 1 - 0.9**3)
    columns, sums = month(offers={"problem_rate": 0.1, "resolved": 1.0})
    assert sums[SUM["problems"]] == 0
    assert not columns["problem"].any()


def test_open_problems_are_resolved_with_the_chance_that_service_gives():
    columns, sums = month(offers={"problem_rate": 1.0, "resolved": 0.3})
    assert close(sums[SUM["problems"]], 8000, 0.7)
    assert np.allclose(columns["experience"][columns["problem"] == 1], 0.6 - 0.35, atol=1e-6)
    assert np.allclose(columns["experience"][columns["problem"] == 0], 0.6, atol=1e-6)


def test_a_hidden_charge_is_noticed_by_vigilance_and_hurts_in_proportion_to_worth():
    offers = {"hidden": 3.0, "noticing": 0.5}
    columns, sums = month(offers=offers, **{"customers.vigilance": 0.4, "customers.harm_weight": 1.5})
    noticed = columns["aware"] == 1
    assert close(noticed.sum(), 8000, 0.4 * 0.5)
    assert np.allclose(columns["experience"][noticed], 0.6 - 1.5 * 3.0 / 90.0, atol=1e-6)
    assert np.allclose(columns["experience"][~noticed], 0.6, atol=1e-6)
    assert sums[SUM["harm"]] == pytest.approx(noticed.sum() * 1.5 * 3.0 / 90.0, rel=1e-4)


def test_disclosure_tells_customers_and_a_public_fine_makes_them_notice():
    columns, _ = month(offers={"hidden": 3.0, "told": 0.25}, **{"customers.vigilance": 0.0})
    assert close(columns["aware"].sum(), 8000, 0.25)
    columns, _ = month(offers={"hidden": 3.0, "exposed": 0.3}, **{"customers.vigilance": 0.0})
    assert close(columns["aware"].sum(), 8000, 0.3)


def test_a_public_fine_of_an_honest_firm_costs_trust_but_nothing_is_known_to_be_hidden():
    columns, _ = month(rules={"trust_speed": 0.0}, offers={"exposed": 0.3, "trust_kept": 0.5})
    shaken = columns["trust"] < 0.59
    assert close(shaken.sum(), 8000, 0.3)
    assert np.allclose(columns["trust"][shaken], 0.3, atol=1e-6)
    assert not columns["aware"].any()


def test_trust_falls_at_once_and_heals_slowly_towards_satisfaction():
    columns, _ = month(offers={"hidden": 3.0, "noticing": 1.0, "trust_kept": 0.65}, **{"customers.vigilance": 1.0})
    assert np.allclose(columns["trust"], 0.6 * 0.65, atol=1e-6)
    population = alike(10, rules={"trust_speed": 0.1}, **STILL)
    population.columns["trust"][:] = 0.2
    path = []
    for when in range(60):
        population.live_month(when, calm_offers(population, 1))
        path.append(population.columns["trust"][0])
    assert path[0] == pytest.approx(0.2 + 0.1 * 0.4, abs=1e-6)
    assert np.all(np.diff(path) > 0)
    assert path[-1] == pytest.approx(0.6, abs=0.01)


def test_what_is_known_slips_from_mind_at_the_rate_of_forgetting():
    population = alike(8000, rules={"forgetting": 0.2}, **STILL, **{"customers.vigilance": 0.0})
    population.columns["aware"][:] = 1
    population.live_month(0, calm_offers(population, 1, hidden=2.0))
    assert close(population.columns["aware"].sum(), 8000, 0.8)


def test_what_is_no_longer_charged_is_no_longer_known():
    population = alike(100, rules={"forgetting": 0.0}, **STILL)
    population.columns["aware"][:] = 1
    population.live_month(0, calm_offers(population, 1, hidden=0.0))
    assert not population.columns["aware"].any()


def test_who_foresees_a_fee_discovers_nothing_and_who_knows_of_it_bears_the_effort_of_avoiding_it():
    values = {"customers.foresight": 0.5, "customers.vigilance": 1.0, "customers.forgetting": 0.0, "customers.trust_speed": 0.0}
    offers = {"hidden": 4.0, "felt": 1.0, "noticing": 0.5, "trust_kept": 0.5}
    columns, sums = month(offers=offers, **values)
    foresees, aware = columns["foresees"] == 1, columns["aware"] == 1
    assert close(foresees.sum(), 8000, 0.5)
    assert not (foresees & aware).any()
    assert np.all(columns["trust"][foresees] == np.float32(0.6))
    assert np.all(columns["trust"][aware] == np.float32(0.3))
    assert sums[SUM["avoiders"]] == (foresees | aware).sum()
    assert np.allclose(columns["experience"][aware], 0.6 - 1.5 * 1.0 / 90.0, atol=1e-6)  # by what it costs her, not by the fee
    assert np.allclose(columns["experience"][~aware], 0.6, atol=1e-6)
    unable = month(offers=offers | {"felt": 4.0}, **values)[1]
    assert unable[SUM["avoiders"]] == 0
    assert sums[SUM["surplus"]] - unable[SUM["surplus"]] == pytest.approx(foresees.sum() * 3.0 + aware.sum() * (3.0 + 1.5 * 3.0), rel=1e-3)


EXTRA = {"market.extra_price": 0.2, "market.extra_offers": 1.0, "customers.vigilance": 0.0}


def test_who_is_asked_takes_the_extra_because_she_wants_it_or_because_she_is_pressed():
    """Asked once, plainly and under pressure: the willing, and of the others the share that the pressure enrols."""
    columns, sums = month(**EXTRA)
    assert np.array_equal(columns["extra"], columns["wants_extra"])
    assert close(columns["wants_extra"].sum(), 8000, 0.113)
    columns, pressed = month(offers={"pressed": 0.3}, **EXTRA)
    willing = columns["wants_extra"].sum()
    assert close(columns["extra"].sum() - willing, 8000 - willing, 0.3)
    assert pressed[SUM["extras"]] == columns["extra"].sum()
    assert pressed[SUM["unwanted_extras"]] == columns["extra"].sum() - willing
    assert sums[SUM["surplus"]] - pressed[SUM["surplus"]] == pytest.approx(10.0 * pressed[SUM["unwanted_extras"]], rel=1e-3)


def test_few_are_asked_where_few_offers_are_made():
    columns, _ = month(offers={"pressed": 1.0}, **EXTRA | {"market.extra_offers": 0.04})
    assert close(columns["extra"].sum(), 8000, 0.04)


def test_who_notices_an_unwanted_extra_cancels_it_and_trusts_less():
    still = {"customers.trust_speed": 0.0, "customers.harm_weight": 1.5}
    noticing = {"customers.vigilance": 0.4, "market.extra_offers": 0.0, "market.extra_price": 0.2, **STILL}
    population = alike(8000, **(EXTRA | still | noticing))
    population.columns["extra"][:] = 1
    sums = population.live_month(0, calm_offers(population, 1, trust_kept=0.5))[0, 1]
    columns = population.columns
    wants, holds = columns["wants_extra"] == 1, columns["extra"] == 1
    chance = 0.4 * (1 - math.exp(-0.2 / 0.05))
    assert holds[wants].all()
    assert close((~holds).sum(), (~wants).sum(), chance)
    assert np.all(columns["trust"][~holds] == np.float32(0.3))
    assert np.all(columns["trust"][holds] == np.float32(0.6))
    assert np.allclose(columns["experience"][~holds], 0.6 - 1.5 * 10.0 / 90.0, atol=1e-6)
    assert sums[SUM["harm"]] == pytest.approx((~holds).sum() * 1.5 * 10.0 / 90.0, rel=1e-4)
    assert close(sums[SUM["complaints"]], (~holds).sum(), 0.6)


def test_a_firm_that_tells_and_a_public_fine_end_unwanted_extras():
    for offers, chance in (({"open_about_extra": 0.25}, 0.25), ({"exposed": 0.25}, 0.25)):
        population = alike(8000, **(EXTRA | STILL))
        population.columns["extra"][:] = 1
        population.live_month(0, calm_offers(population, 1, **offers))
        unwanted = population.columns["wants_extra"] == 0
        assert close((population.columns["extra"][unwanted] == 0).sum(), unwanted.sum(), chance)


def test_aggressive_pressure_hurts_who_does_not_want_the_extra():
    columns, _ = month(offers={"anger": 0.2}, **EXTRA)
    wants = columns["wants_extra"] == 1
    assert np.allclose(columns["experience"][wants], 0.6, atol=1e-6)
    assert np.allclose(columns["experience"][~wants], 0.4, atol=1e-6)


def test_nobody_holds_an_extra_where_there_is_none():
    columns, sums = month(offers={"pressed": 1.0, "anger": 0.3}, months=3)
    assert not columns["extra"].any()
    assert sums[SUM["extras"]] == 0
    assert np.allclose(columns["experience"], 0.6, atol=1e-6)


def test_barriers_are_felt_by_those_who_act():
    rules = {"hassle": 0.5}
    columns, _ = month(rules, {"barrier": 18.0})
    assert np.allclose(columns["experience"], 0.6, atol=1e-6)
    columns, _ = month(rules, {"barrier": 18.0, "problem_rate": 1.0, "resolved": 0.0})
    assert np.allclose(columns["experience"], 0.6 - 0.35 - 0.5 * 18 / 90, atol=1e-6)


def test_the_luck_of_a_month_has_mean_zero_and_the_given_spread():
    columns, _ = month(rules={"noise": 0.05}, n=20_000)
    luck = columns["experience"] - 0.6
    assert abs(luck.mean()) < 5 * 0.05 / math.sqrt(20_000)
    assert luck.std() == pytest.approx(0.05, rel=0.03)


def test_crowding_is_everybodys_loss():
    columns, _ = month(offers={"crowding": 0.1})
    assert np.allclose(columns["experience"], 0.5, atol=1e-6)


def test_a_disappointment_weighs_more_than_an_equal_delight():
    change = {}
    for sign in (1, -1):
        population = alike(5, rules={"loss_aversion": 2.0, "disconfirmation": 0.5, "satisfaction_speed": 0.2}, **STILL)
        population.live_month(0, calm_offers(population, 1, quality=0.6 + sign * 0.2))
        change[sign] = population.columns["satisfaction"][0] - 0.6
    assert change[1] == pytest.approx(0.2 * (0.2 + 0.5 * 0.2), abs=1e-6)
    assert change[-1] == pytest.approx(-0.2 * (0.2 + 0.5 * 2.0 * 0.2), abs=1e-6)


def test_expectation_follows_experience_and_the_promise():
    rules = {"expectation_speed": 0.1, "promise_weight": 0.05}
    columns, _ = month(rules, {"quality": 0.8, "promise": 1.0}, n=5)
    assert np.allclose(columns["expectation"], 0.6 + 0.1 * 0.2 + 0.05 * 0.4, atol=1e-6)


def test_overpromising_leaves_customers_less_satisfied_than_honesty_in_the_end():
    rules = {"promise_weight": 0.05}
    honest, _ = month(rules, {"promise": 0.6}, n=5, months=60)
    boastful, _ = month(rules, {"promise": 0.9}, n=5, months=60)
    assert boastful["expectation"][0] > honest["expectation"][0]
    assert boastful["satisfaction"][0] < honest["satisfaction"][0]


def test_friends_at_other_firms_raise_or_lower_hopes_and_friends_at_the_same_firm_do_not():
    for word, others in ((0.9, 2), (0.1, 2), (0.9, 1)):
        population = alike(2000, rules={"word_of_mouth": 0.1, "promise_weight": 0.0}, **STILL)
        half = np.arange(2000) % 2 == 1
        population.columns["supplier"][half] = others
        population.columns["satisfaction"][half] = word
        population.live_month(0, calm_offers(population, 2))
        moved = population.columns["expectation"][~half] - np.float32(0.6)
        heard = np.abs(moved) > 1e-6
        assert heard.mean() > 0.3 if others == 2 else not heard.any()
        assert np.allclose(moved[heard], 0.1 * (word - 0.6), atol=1e-6)


def test_the_troubled_complain_some_of_them_to_the_regulator_and_sludge_silences():
    rules = {"complaint": 0.6, "to_regulator": 0.25}
    offers = {"problem_rate": 1.0, "resolved": 0.0}
    _, sums = month(rules, offers)
    assert close(sums[SUM["complaints"]], 8000, 0.6)
    assert close(sums[SUM["to_regulator"]], 8000, 0.15)
    _, silenced = month(rules, offers | {"quiet": math.exp(-1)})
    assert close(silenced[SUM["complaints"]], 8000, 0.6 / math.e)
    _, content = month(rules)
    assert content[SUM["complaints"]] == 0


def test_staff_with_discretion_restore_satisfaction_and_not_trust():
    rules, offers = {"complaint": 0.6, "to_regulator": 0.25, "recovery": 0.5}, {"problem_rate": 1.0, "resolved": 0.0}
    script, without = month(rules, offers)
    assert without[SUM["recovered"]] == 0
    helped, sums = month(rules, offers | {"discretion": 0.3})
    assert close(sums[SUM["recovered"]], 8000, 0.6 * 0.3)
    assert sums[SUM["complaints"]] == without[SUM["complaints"]]  # who complains, and to whom, is as it was
    assert sums[SUM["to_regulator"]] == without[SUM["to_regulator"]]
    lifted = helped["satisfaction"] > script["satisfaction"]
    assert lifted.sum() == sums[SUM["recovered"]]
    assert np.allclose((1 - helped["satisfaction"])[lifted], 0.5 * (1 - script["satisfaction"])[lifted], atol=1e-6)
    for name in ("satisfaction", "trust", "expectation", "problem", "experience"):
        assert (helped[name] == script[name])[~lifted if name == "satisfaction" else slice(None)].all()


def test_without_recovery_discretion_leaves_customers_as_they_are():
    columns, sums = month({"complaint": 1.0, "recovery": 0.0}, {"problem_rate": 1.0, "resolved": 0.0, "discretion": 1.0})
    same, _ = month({"complaint": 1.0, "recovery": 0.0}, {"problem_rate": 1.0, "resolved": 0.0})
    assert (columns["satisfaction"] == same["satisfaction"]).all()
    assert sums[SUM["recovered"]] == 0


def test_disappointment_beyond_the_threshold_makes_customers_complain():
    rules = {"complaint": 1.0, "complaint_threshold": 0.15}
    assert month(rules, {"quality": 0.46})[1][SUM["complaints"]] == 0
    assert month(rules, {"quality": 0.44})[1][SUM["complaints"]] == 8000


def test_established_customers_pay_premiums_that_depend_on_vigilance_and_worth():
    values = {"customers.vigilance": 0.25, "market.willingness_to_pay": 80.0}
    population = alike(1000, **STILL, **values)
    population.columns["tenure"][:] = np.arange(1000) % 24
    offers = calm_offers(population, 1, premium=7.0, personal=0.1)
    sums = population.live_month(0, offers)[0, 1]
    established = (np.arange(1000) % 24 >= 12).sum()
    assert sums[SUM["new_customers"]] == 1000 - established
    assert sums[SUM["personal"]] == pytest.approx(established * 0.1 * 80.0 * 0.75, rel=1e-5)
    worth = 80.0 * 0.6 * 1000 - 30.0 * 1000 - established * (7.0 + 0.1 * 80.0 * 0.75)
    assert sums[SUM["surplus"]] == pytest.approx(worth, rel=1e-4)


def test_tenure_counts_months_and_stops_at_a_hundred_years():
    population = alike(4, **STILL)
    population.columns["tenure"][:] = [0, 11, 1199, 1200]
    population.live_month(0, calm_offers(population, 1))
    assert population.columns["tenure"].tolist() == [1, 12, 1200, 1200]


def test_renewal_dates_do_not_come_every_month_once_tenure_has_stopped_counting():
    population = alike(4000, **(STILL | {"market.renewal_months": 12, "market.renewal_attention": 1.0}))
    population.columns["tenure"][:] = 1200
    looked = 0
    for when in range(12):
        looked += population.live_month(when, calm_offers(population, 2))[0, 1:, SUM["leavers"]].sum()
        population.columns["tenure"][:] = 1200
        population.columns["supplier"][:] = 1
    assert looked <= 1.2 * 4000 / 2  # once a year, and half of those who look leave


def test_acquaintances_last_and_few_are_far():
    """Over many months a customer hears from twelve people at most: eight near, four far, far ones rarely."""
    told = {}
    for when in range(150):
        population = alike(400, rules={"word_of_mouth": 1.0, "long_links": 0.2, "expectation_speed": 0.0, "promise_weight": 0.0}, **STILL)
        population.columns["supplier"][1:] = 2
        population.columns["satisfaction"][1:] = (np.arange(1, 400) + 0.5) / 400
        population.live_month(when, calm_offers(population, 2))
        who = int(population.columns["expectation"][0] * 400)
        told[who] = told.get(who, 0) + 1
    assert 8 <= len(told) <= 13  # or nobody, where she herself comes out as her friend
    assert sum(sorted(told.values())[-8:]) > 0.6 * 150


@given(st.integers(0, 10**6), st.sampled_from([0.0, 1.0]), st.floats(0, 1))
@settings(max_examples=40)
def test_nothing_leaves_its_range_whatever_firms_offer(seed, extreme, transparency):
    luck = np.random.default_rng(seed)
    population = a_population(400, seed, **{"market.attention": 0.3})
    population.rules = population.rules._replace(seen=np.float32(1.0), transparency=np.float32(transparency))
    scramble(population, luck)
    offers = some_offers(population, luck)
    wild = {"price": 1e4, "hidden": 1e3, "barrier": 1e4, "premium": 1e3, "crowding": 3.0}
    stretched = {name: getattr(offers, name) * np.float32(1 + extreme * top) for name, top in wild.items()}
    offers = offers._replace(**stretched, quality=offers.quality * np.float32(1 + extreme) - np.float32(extreme))
    for when in range(3):
        sums = population.live_month(when, offers)
        columns = population.columns
        assert np.all(np.isfinite(sums))
        assert np.all(sums[:, :, [SUM[name] for name in SUMS if name not in ("surplus", "job_outcome")]] >= 0)
        for name in ("satisfaction", "expectation", "trust", "experience", "aware", "problem"):
            assert columns[name].min() >= 0, name
            assert columns[name].max() <= 1, name
        assert np.all((columns["supplier"] >= 0) & (columns["supplier"] < SLOTS))
        assert np.all((columns["tenure"] >= -1) & (columns["tenure"] <= 1200))
        without = columns["supplier"] == 0
        for name in ("trust", "experience", "aware", "problem"):
            assert not columns[name][without].any(), name
