import numpy as np
import pytest

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.focus import EVEN, BasicsFirst, EmotionFirst, OneStep, WholeJob, qualities
from cxsim.market.model import Market

BASICS = ["works", "reliable"]


@pytest.mark.parametrize("some", range(1, 7))
def test_all_spend_the_same_whatever_they_choose(some):
    chosen = np.arange(6) < some
    aim = qualities(chosen)
    assert np.mean(aim**2) == pytest.approx(EVEN**2)  # what quality costs, by its square
    assert aim[chosen].min() >= aim[~chosen].max(initial=0)


def test_where_more_would_be_perfect_no_more_is_spent():
    assert qualities(np.arange(12) < 1)[0] == 1.0


def test_each_spends_where_its_name_says():
    settings = with_values(Config(), {"market.basics": BASICS}).market
    assert WholeJob().chosen(settings).all()
    assert [settings.outcomes[place] for place in np.flatnonzero(OneStep().chosen(settings))] == ["works"]  # 0.275 of all weight
    assert [settings.outcomes[place] for place in np.flatnonzero(BasicsFirst().chosen(settings))] == BASICS
    assert (EmotionFirst().chosen(settings) == ~BasicsFirst().chosen(settings)).all()


def test_with_nothing_taken_for_granted_basics_and_beyond_are_the_whole_job():
    settings = Config().market
    assert BasicsFirst().chosen(settings).all()
    assert EmotionFirst().chosen(settings).all()


def test_they_get_there_at_the_same_cost():
    values = {
        "market.n_customers": 500, "market.n_firms": 4, "market.basics": BASICS, "months": 36, "burn_in": 0,
        "firms.strategy": ["whole_job", "one_step", "basics_first", "emotion_first"],
    }  # fmt: skip
    market = Market(with_values(Config(), values), rng=3)
    while market.running:
        market.step()
    for firm in market.firms:
        assert np.mean(np.square(firm.quality)) == pytest.approx(EVEN**2, rel=0.02), firm.strategy_name
    one = market.firms[1].quality
    assert one.max() > 0.9
    assert np.delete(one, one.argmax()).max() == pytest.approx(0.5, abs=0.01)
