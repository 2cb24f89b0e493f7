"""A replay of everything is the market itself; a replay of some of it differs by that alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cxsim.decomposition.channels import CHANNELS, LEVERS, QUALITY, Channel
from cxsim.decomposition.course import Recorded
from cxsim.decomposition.replay import Replay, Score
from cxsim.decomposition.result import OUTCOMES
from cxsim.firms.table import LEVER
from cxsim.market.model import Market
from tests.market.kinds import KINDS, market_of

from . import made


def played(market):
    while market.running:
        market.step()
    return market


def replayed(config, course, rng=3, **others):
    """The market of a configuration played by a course; ``others`` gives other courses to some channels."""
    courses = {name: others.get(name, course) for name in CHANNELS}
    return played(Replay(config, rng=rng, replication=1).follow(Score(courses, CHANNELS)))


def outcomes(market):
    return market.frames()["monthly"][list(OUTCOMES)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_market_can_be_played_again_to_the_last_bit(kind):
    config = market_of(KINDS[kind] | {"months": 12}).config
    market, recorded = (played(kind(config, rng=3, replication=1)) for kind in (Market, Recorded))
    for name, frame in market.frames().items():
        pd.testing.assert_frame_equal(frame, recorded.frames()[name], check_exact=True)
    again = replayed(config, recorded.course)
    pd.testing.assert_frame_equal(outcomes(again), outcomes(market), check_exact=True)
    for column in market.population.columns:
        assert np.array_equal(again.population.columns[column], market.population.columns[column]), column


def test_what_is_written_down_is_what_firms_did():
    recorded = played(Recorded(made.config(made.ENFORCED), rng=3, replication=1))
    firms = recorded.frames()["firms"]
    for month, moves in recorded.course.moves.items():
        if month >= 0:
            rows = firms[firms["month"] == month]
            for lever, column in LEVER.items():
                if lever in rows:
                    assert np.array_equal(moves.levers[1:, column], rows[lever]), lever
            assert moves.names[1:] == tuple(rows["firm"])
    assert sorted(recorded.course.moves) == list(range(-2, 10))
    assert any(moves.exposed.any() for moves in recorded.course.moves.values())


def test_firms_come_and_go_as_written_down():
    config = market_of(KINDS["free entry and exit"] | {"months": 14}).config
    recorded = played(Recorded(config, rng=3, replication=1))
    assert recorded.course.came
    assert recorded.course.left
    other = played(Recorded(made.config({"months": 14, "market.n_customers": 200, "market.n_firms": 2}), rng=3, replication=1))
    again = replayed(config, recorded.course, prices=other.course, quality=other.course)
    assert np.array_equal(again.table.active, recorded.table.active)
    assert [firm.name for firm in again.firms] == [firm.name for firm in recorded.firms]


def test_a_channel_follows_its_course_and_the_others_theirs():
    one, other = (played(Recorded(config, rng=3, replication=1)) for config in (made.config(), made.config(made.ENFORCED)))
    for name, channel in CHANNELS.items():
        mix = Recording(made.config(), rng=3, replication=1)
        courses = {each: other.course if each == name else one.course for each in CHANNELS}
        played(mix.follow(Score(courses, CHANNELS)))
        for month, moves in mix.seen.items():
            source = (one.course.moves[month], other.course.moves[month])
            for lever in LEVERS:
                wanted = source[lever in channel.levers]
                if lever == QUALITY:
                    assert np.array_equal(moves[1], wanted.quality), (name, lever)
                else:
                    assert np.array_equal(moves[0][:, LEVER[lever]], wanted.levers[:, LEVER[lever]]), (name, lever)
            assert np.array_equal(moves[2], source[channel.publicity].exposed)


class Recording(Replay):
    """A replay that says what it played."""

    def __init__(self, *arguments, **named):
        self.seen = {}
        super().__init__(*arguments, **named)

    def _spread_news(self):
        self.seen[self.month] = self.table.levers.copy(), self.table.quality.copy(), self.table.exposed.copy()
        super()._spread_news()


def test_a_firm_that_a_channels_regime_does_not_know_keeps_to_its_own():
    few, many = (played(Recorded(made.config({"market.n_firms": count}), rng=3, replication=1)) for count in (2, 4))
    mix = Recording(made.config(), rng=3, replication=1)
    courses = {name: few.course if name == "prices" else many.course for name in CHANNELS}
    played(mix.follow(Score(courses, CHANNELS)))
    price = LEVER["price"]
    for month, (levers, _, _) in mix.seen.items():
        assert np.array_equal(levers[1:3, price], few.course.moves[month].levers[1:3, price])
        assert np.array_equal(levers[3:, price], many.course.moves[month].levers[3:, price])


def test_a_replay_needs_a_score():
    with pytest.raises(AssertionError, match="follows a score"):
        Replay(made.config(), rng=1).step()


def test_one_channel_for_all_is_the_other_regime():
    one, other = made.config(), made.config(made.ENFORCED)
    course = played(Recorded(other, rng=3, replication=1)).course
    alone = {"all": Channel("", LEVERS, publicity=True, rest=True)}
    again = played(Replay(one, rng=3, replication=1).follow(Score({"all": course}, alone)))
    pd.testing.assert_frame_equal(outcomes(again), outcomes(played(Market(other, rng=3, replication=1))), check_exact=True)
