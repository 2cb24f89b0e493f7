import numpy as np
import pytest

from cxsim.frontier import tables, words
from cxsim.frontier.cheapest import cheapest
from cxsim.frontier.question import question


@pytest.fixture
def big():
    return question(
        ["market=generic", "regulator=stylised_continental"], x="regulator.annual_funding=1e5:1e6:3", y="regulator.fine_cap=1e5,1e6,null",
        panels="market.n_firms=2,5", metrics="hidden_fees", aim="hidden_fees",
    )  # fmt: skip


def told(big, maps):
    choices = [cheapest(maps.values["hidden_fees"][p], maps.values["spending"][p], big.aim, 200) for p in range(2)]
    return words.cheapest(big, choices)


def test_the_cheapest_is_told_with_its_cost_and_how_sure_it_is(big, maps):
    first = told(big, maps)[0]
    assert first.startswith("With 2 firms: annual funding of £316k a year with ")
    assert "the regulator's spending is £300k a year" in first
    assert "of resamples it is the cheapest again" in first
    assert "luck alone" not in first


def test_a_map_that_only_luck_moves_is_told_as_one(big, maps):
    noise = np.random.default_rng(1).normal(0, 1, maps.values["hidden_fees"].shape)
    said = told(
        big, type(maps)(maps.grid, {**maps.values, "hidden_fees": 10 + noise[..., :2], "spending": maps.values["spending"][..., :2]})
    )
    assert all("the choice means little" in one for one in said)


def test_levels_that_do_the_same_are_put_together(big, maps):
    found = tables.flats(big, maps)
    said = words.stops(big, found, big.aim.metric)[0]
    assert said.startswith("With 2 firms: raising annual funding: at fine cap £100k it does not change hidden fees")
    assert "at fine cap £1m or no cap it changes hidden fees no more from £316k a year on" in said
    assert "at annual funding £316k to £1m a year it changes hidden fees no more from £1m on" in said


def test_a_target_out_of_reach_is_told_as_one(maps):
    far = question(
        ["market=generic", "regulator=stylised_continental"], x="regulator.annual_funding=1e5:1e6:3", y="regulator.fine_cap=1e5,1e6,null",
        panels="market.n_firms=2,5", metrics="hidden_fees", aim="hidden_fees<=-9",
    )  # fmt: skip
    assert "none of the 9 combinations brings hidden fees to at most" in told(far, maps)[0]


def test_theory_without_any_deterring_cap_says_so():
    row = {"conducts": "hidden_fee, loyalty_premium", "gain": 2.0, "annual_gain": 1e6, "least_cap": float("nan"),
           "least_funding": float("nan"), "conduct_before": 2.0, "conduct_beyond": float("nan")}  # fmt: skip

    class Asked:
        class grid:  # noqa: N801
            @staticmethod
            def panel_name(place):
                return ""

    said = words.theory(Asked, [row])[0]
    assert "hidden fee and loyalty premium of £2" in said
    assert "No combination of funding and cap" in said
    assert "lie before that line" in said


def test_the_fate_of_every_regulator_is_told(asked, answer):
    said = [one for one in answer.findings if "public money" in one]
    assert len(said) == 2
    assert all("keeps none of its fines" in one and "keeps all its fines" in one for one in said)
