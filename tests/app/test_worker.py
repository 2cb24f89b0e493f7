"""What a worker does is what the library does, and it stops when it is called off."""

import gc
import multiprocessing
import pickle
import signal
import threading
import time

import pytest

from cxsim.app import worker
from cxsim.app.picture import picture
from cxsim.app.state import parse
from cxsim.app.worker import ANSWER, CALLED_OFF, ERROR, HELD, MONTHS, PART, PLACES, WATCHED, StoppedError, TooLongError
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
    watch.link = Pipe()
    worker.perform(3, "paint", (CONFIG, 0))
    assert watch.link.sent == []
    watch.board[WATCHED] = 4
    whole = worker.perform(4, "paint", (CONFIG, 0))
    assert len(watch.link.sent) == 22
    for job, kind, part in watch.link.sent:
        assert (job, kind) == (4, PART)
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


class AwkwardError(Exception):
    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")
        self.held = lambda: None  # which no pickle takes, however exceptions are pickled


@pytest.mark.parametrize(("error", "kind"), [(ValueError("plain"), ValueError), (AwkwardError("this", "that"), RuntimeError)])
def test_what_goes_wrong_is_said_with_its_place_even_where_it_cannot_travel(watch, monkeypatch, error, kind):
    def broken():
        raise error

    monkeypatch.setitem(worker.JOBS, "warm", broken)
    job, said, what = worker.answered(9, "warm", ())
    assert (job, said) == (9, ERROR)
    travelled = pickle.loads(pickle.dumps(what))
    assert type(travelled) is kind
    assert str(error) in str(travelled)
    assert "in broken" in travelled.__notes__[0]


def test_answers_are_given_with_the_number_of_the_job_and_a_job_called_off_says_so(watch):
    job, said, painted = worker.answered(7, "paint", (CONFIG, 0))
    assert (job, said, len(painted.lines["price"])) == (7, ANSWER, 24)
    watch.board[CALLED_OFF] = 8
    job, said, error = worker.answered(8, "paint", (CONFIG, 0))
    assert (job, said) == (8, ERROR)
    assert isinstance(error, StoppedError)


def test_a_worker_works_until_its_pipe_is_closed(watch):
    ours, theirs = multiprocessing.Pipe()
    working = threading.Thread(target=worker.serve, args=([0] * PLACES, theirs))
    original = signal.signal
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker.signal, "signal", lambda *arguments: original)  # only the main thread may set one
        working.start()
        for number in (1, 2):
            ours.send((number, "notable", (CONFIG,)))
            assert ours.recv()[:2] == (number, ANSWER)
        ours.close()
        working.join(20)
    assert not working.is_alive()


def test_a_job_that_is_held_up_waits_until_it_may_go_on_or_is_called_off(watch):
    watch.board[HELD] = 7
    painted = []
    working = threading.Thread(target=lambda: painted.append(worker.answered(7, "paint", (CONFIG, 0))))
    working.start()
    while watch.board[MONTHS] < 1:
        time.sleep(0.001)
    time.sleep(0.1)
    assert watch.board[MONTHS] == 1
    assert not painted
    watch.board[HELD] = 0
    working.join(20)
    assert painted[0][1] == ANSWER
    watch.board[HELD] = watch.board[CALLED_OFF] = 8
    assert isinstance(worker.answered(8, "paint", (CONFIG, 0))[2], StoppedError)


def test_time_for_which_a_job_is_held_up_is_not_counted_against_it(watch, monkeypatch):
    looks = iter([5, 5, 5, 0])
    monkeypatch.setattr(worker.time, "sleep", lambda seconds: watch.board.__setitem__(HELD, next(looks)))
    watch.start(5, 60.0)
    watch.board[HELD] = 5
    before = watch.until
    watch.tick()
    assert watch.until == pytest.approx(before + 4 * worker.HELD_FOR)
