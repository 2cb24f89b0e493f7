"""What a worker does is what the library does, and it stops when it is called off."""

import gc

import pytest

from cxsim.app import worker
from cxsim.app.picture import picture
from cxsim.app.state import parse
from cxsim.app.worker import CALLED_OFF, MONTHS, WATCHED, StoppedError, TooLongError
from cxsim.market.model import Market
from cxsim.results.explain import explain_month, follow_customer, notable_customers

from .serving import SMALL

CONFIG = parse(f"{SMALL}&regulator=fca")[0].config("baseline")


class Pipe:
    def __init__(self):
        self.sent = []

    def send(self, part):
        self.sent.append(part)


@pytest.fixture
def watch(monkeypatch):
    fresh = worker._Watch()
    monkeypatch.setattr(worker, "_watch", fresh)
    return fresh


def test_a_picture_is_that_of_the_market(watch):
    market = Market(CONFIG, rng=CONFIG.seed, replication=1)
    while market.running:
        market.step()
    painted = worker.perform(1, "paint", (CONFIG, 1))
    assert painted.lines["experience"].tolist() == picture(market).lines["experience"].tolist()
    assert watch.board[MONTHS] == 24


def test_a_job_that_is_called_off_stops_at_the_next_month(watch):
    watch.board[CALLED_OFF] = 7
    with pytest.raises(StoppedError):
        worker.perform(7, "paint", (CONFIG, 0))
    assert watch.board[MONTHS] == 1
    worker.perform(8, "paint", (CONFIG, 0))


def test_a_job_that_takes_too_long_is_given_up(watch, monkeypatch):
    monkeypatch.setattr(worker, "PATIENCE", -1.0)
    with pytest.raises(TooLongError):
        worker.perform(1, "paint", (CONFIG, 0))


def test_parts_are_sent_only_while_somebody_looks(watch, monkeypatch):
    monkeypatch.setattr(worker, "FIRST_GLANCE", -1.0)
    monkeypatch.setattr(worker, "NEXT_GLANCE", -1.0)
    monkeypatch.setattr(worker, "LAST_GLANCE", -1.0)
    watch.parts = Pipe()
    worker.perform(3, "paint", (CONFIG, 0))
    assert watch.parts.sent == []
    watch.board[WATCHED] = 4
    whole = worker.perform(4, "paint", (CONFIG, 0))
    assert len(watch.parts.sent) == 22
    for job, part in watch.parts.sent:
        assert job == 4
        months = len(part.lines["price"])
        assert part.lines["price"].tolist() == whole.lines["price"][:months].tolist()


def test_no_part_is_sent_of_what_is_soon_whole(watch, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(worker.time, "monotonic", lambda: now[0])
    watch.start(5, 60.0)
    watch.board[WATCHED] = 5
    assert not watch.wanted(1, 1000), "too early to tell"
    now[0] += 0.05
    assert watch.wanted(10, 100), "0.45 seconds are to come"
    assert not watch.wanted(50, 100), "0.05 seconds are to come"


def test_what_is_loaded_is_left_out_of_later_searches_for_garbage():
    loaded = gc.get_freeze_count()
    worker.settle()
    try:
        assert gc.get_freeze_count() > loaded
    finally:
        gc.unfreeze()


def test_explaining_and_following_are_the_librarys(watch):
    told = worker.perform(1, "explain", (CONFIG, 5))
    alone = explain_month(CONFIG, 5)
    assert told["flows"] == alone.flows.to_dict("records")
    followed = worker.perform(2, "follow", (CONFIG, 11))
    assert followed["months"]["satisfaction"] == follow_customer(CONFIG, 11).months["satisfaction"].tolist()
    assert worker.perform(3, "notable", (CONFIG,)) == notable_customers(CONFIG)


def test_weighing_shows_the_last_review_up_to_the_month(watch):
    weighed = worker.perform(1, "weigh", (CONFIG, "Firm 2", 10))
    assert weighed["weighing"]["firm"] == "Firm 2"
    assert 10 - CONFIG.market.review_months < weighed["weighing"]["month"] <= 10
    assert weighed["weighing"]["levers"]
    nobody = worker.perform(2, "weigh", (CONFIG, "", 10))
    assert nobody["firms"] == [f"Firm {number}" for number in range(1, 6)]
    assert nobody["weighing"] is None


def test_warming_runs_the_model_however_long_it_takes_to_compile(watch, monkeypatch):
    monkeypatch.setattr(worker, "PATIENCE", -1.0)
    assert worker.perform(-1, "warm", ()) is True
