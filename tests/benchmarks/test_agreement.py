"""The versions that are timed do what the engine does; one that leaves a mechanism out is found out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks import agreement
from benchmarks.columns import ColumnsMonth
from benchmarks.plain_mesa import PlainMarket
from benchmarks.tuned_mesa import TunedMarket

WITHOUT: dict[str, dict[str, Any]] = {
    "word of mouth": {"customers.word_of_mouth": 0.0},
    "a friend's word on a firm": {"customers.friend_weight": 0.0},
    "disappointed customers looking around": {"customers.dissatisfaction_attention": 0.0},
    "customers looking around when the bill jumps": {"customers.price_shock_attention": 0.0},
    "customers looking around when the bill is dear": {"market.price_attention": 0.0},
    "renewal dates": {"market.renewal_attention": 0.0},
    "rivals that are not seen": {"market.rivals_seen": None},
    "hearsay": {"market.transparency": 1.0},
    "promises in hearsay": {"customers.credulity": 0.0},
    "reputation": {"customers.reputation_speed": 0.0},
    "switching costs and barriers in the choice": {"market.switching_horizon": 600},
    "doing without": {"market.outside_option": None},
    "loyalty": {"customers.loyalty": 0.0},
    "new-customer prices": {"market.intro_months": 600},
    "personal premiums": {"customers.data_headroom": 0.0},
    "problems": {"market.problem_rate": 0.0},
    "quality that prevents problems": {"market.problem_quality_slope": 0.0},
    "swings of load": {"market.load_variation": 0.0},
    "crowding": {"customers.crowding_weight": 0.0},
    "suffering from problems": {"customers.problem_weight": 0.0},
    "noticing": {"customers.notice_scale": 10.0},
    "forgetting": {"customers.forgetting": 0.0},
    "avoiding dear fees": {"customers.avoidance_cost": None},
    "optional extras": {"market.extra_price": 0.0, "firms.initial_levers.dark_pattern": 0.0},
    "being asked to take an extra": {"market.extra_offers": 0.0},
    "dark patterns": {"customers.enrolment_mild": 0.113, "customers.enrolment_aggressive": 0.113},
    "anger at dark patterns": {"customers.backlash": 0.0},
    "harm from hidden charges": {"customers.harm_weight": 0.0},
    "hassle from barriers": {"customers.hassle_weight": 0.0},
    "luck in experience": {"customers.experience_noise": 0.0},
    "disconfirmation": {"customers.disconfirmation_weight": 0.0},
    "loss aversion": {"customers.loss_aversion": 1.0},
    "satisfaction that moves": {"customers.satisfaction_speed": 0.0},
    "expectation that moves": {"customers.expectation_speed": 0.0},
    "promises in expectation": {"customers.promise_weight": 0.0},
    "loss of trust": {"customers.trust_loss": 0.0},
    "trust that heals": {"customers.trust_speed": 0.0},
    "relief by disclosure": {"customers.disclosure_relief": 0.0},
    "trust on joining": {"customers.initial_trust": 0.0},
    "complaints": {"customers.complaint_rate": 0.0},
    "complaints by the disappointed": {"customers.complaint_threshold": 1.0},
    "complaints to the regulator": {"customers.complaint_to_regulator": 0.0},
    "sludge": {"customers.sludge_scale": 100.0},
}
"""What a plain version could leave out, done by the settings that it alone is given. The shape of the network (long links) is not among
them: who talks to whom hardly moves any mean."""


@pytest.fixture(scope="module")
def ours() -> list[agreement.Outcomes]:
    return [agreement.by_engine(seed) for seed in agreement.SEEDS]


@pytest.mark.parametrize("kind", [PlainMarket, TunedMarket])
def test_an_object_per_customer_gives_the_same_outcomes(ours: list[agreement.Outcomes], kind: type[PlainMarket]) -> None:
    verdict = agreement.compare(ours, [agreement.by_mesa(seed, kind) for seed in agreement.SEEDS])
    assert verdict.agree, verdict.furthest


def test_numpy_columns_give_the_same_outcomes(ours: list[agreement.Outcomes]) -> None:
    made = [agreement.by_engine(seed, lambda market, seed=seed: ColumnsMonth(market, 500 + seed)) for seed in agreement.SEEDS]
    verdict = agreement.compare(ours, made)
    assert verdict.agree, verdict.furthest


def left_out(ours: list[agreement.Outcomes], what: str) -> agreement.Verdict:
    return agreement.compare(ours, [agreement.by_mesa(seed, TunedMarket, WITHOUT[what]) for seed in agreement.SEEDS])


@pytest.mark.parametrize("what", ["word of mouth", "a friend's word on a firm", "suffering from problems", "reputation"])
def test_what_is_hardest_to_see_is_missed_when_it_is_left_out(ours: list[agreement.Outcomes], what: str) -> None:
    assert not left_out(ours, what).agree


@pytest.mark.slow
@pytest.mark.parametrize("what", WITHOUT)
def test_every_mechanism_is_missed_when_it_is_left_out(ours: list[agreement.Outcomes], what: str) -> None:
    assert not left_out(ours, what).agree


def test_public_fines_are_missed_when_nobody_hears_of_them(ours: list[agreement.Outcomes]) -> None:
    made = [agreement.by_mesa(seed, TunedMarket, exposed=False) for seed in agreement.SEEDS]
    assert not agreement.compare(ours, made).agree


class Blind(TunedMarket):
    """A market in which nobody foresees fees."""

    def introduce(self, customers: list[Any]) -> None:
        super().introduce(customers)
        for customer in customers:
            customer.foresees = False


def test_foresight_is_missed_when_nobody_has_it(ours: list[agreement.Outcomes]) -> None:
    assert not agreement.compare(ours, [agreement.by_mesa(seed, Blind) for seed in agreement.SEEDS]).agree


def test_luck_alone_is_no_difference_and_a_shift_is_one() -> None:
    luck = np.random.default_rng(1)
    ours = [{"a": luck.normal(), "b": luck.normal()} for _ in range(20)]
    theirs = [{name: value + luck.normal() for name, value in one.items()} for one in ours]
    assert agreement.compare(ours, theirs).agree
    moved = [one | {"b": one["b"] + 3.0} for one in theirs]
    verdict = agreement.compare(ours, moved)
    assert not verdict.agree
    assert verdict.furthest[0] == "b"


def test_the_same_luck_leaves_rounding_which_is_no_difference_and_a_constant_shift_is_one() -> None:
    ours = [{"a": 1.0 + seed} for seed in range(5)]
    assert agreement.compare(ours, [{"a": one["a"] + 1e-7} for one in ours]).t["a"] == 0.0
    assert not agreement.compare(ours, [{"a": one["a"] + 1.0} for one in ours]).agree
