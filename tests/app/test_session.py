"""One browser's requests: answered in order, the latest wins, stale work is dropped, nothing said wrong does harm."""

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxsim.app import worker
from cxsim.app.pool import AHEAD, FILLING, URGENT
from cxsim.app.session import SIDES, Session
from cxsim.app.wire import unpack
from cxsim.app.worker import StoppedError
from cxsim.results.explain import NOTABLE

from .serving import SMALL


class Ear:
    """Hears what a session says."""

    def __init__(self):
        self.said = []
        self.changed = asyncio.Event()

    async def text(self, message):
        self.said.append(json.loads(message))
        self.changed.set()

    async def numbers(self, message):
        self.said.append(unpack(message)[0])
        self.changed.set()

    def all(self, kind):
        return [said for said in self.said if said["is"] == kind]

    async def until(self, test, patience=20):
        async with asyncio.timeout(patience):
            while not test():
                self.changed.clear()
                await self.changed.wait()


def talk(pool, conversation):
    async def run():
        ear = Ear()
        session = Session(pool, ear.text, ear.numbers)
        try:
            await conversation(session, ear)
        finally:
            await session.close()

    asyncio.run(run())


def show(serial, query=SMALL):
    return json.dumps({"do": "show", "serial": serial, "query": query})


def test_the_first_picture_comes_at_once_and_the_bands_later(inline_pool):
    async def conversation(session, ear):
        await session.hear(show(1, f"{SMALL}&policy.regulator=fca"))
        await ear.until(lambda: len(ear.all("picture")) == 2)
        state = ear.all("state")[0]
        assert state["serial"] == 1
        assert "controls" in state
        first, last = ear.all("picture")
        assert (first["count"], last["count"]) == (1, 4)
        assert first["difference"][0][1] is None
        assert last["difference"][0][1] is not None
        ranks = {(key[1], rank) for function, key, rank in inline_pool.asked}
        assert ranks == {(0, URGENT), (1, FILLING), (2, FILLING), (3, FILLING)}

    talk(inline_pool, conversation)


def test_an_unchanged_side_is_not_sent_again_and_controls_only_when_they_change(inline_pool):
    async def conversation(session, ear):
        await session.hear(show(1, f"{SMALL}&replications=1"))
        await ear.until(lambda: len(ear.all("picture")) == 1)
        await session.hear(show(2, f"{SMALL}&replications=1&policy.market.n_firms=3"))
        await ear.until(lambda: len(ear.all("picture")) == 2)
        assert ear.all("picture")[1]["sides"]["baseline"] == {"same": True}
        assert "places" in ear.all("picture")[1]["sides"]["policy"]
        await ear.until(lambda: len(ear.all("state")) == 2)
        await session.hear(show(3, f"{SMALL}&replications=1&policy.market.n_firms=3&at=4"))
        await ear.until(lambda: len(ear.all("state")) == 3)
        assert "controls" in ear.all("state")[1]
        assert "controls" not in ear.all("state")[2]

    talk(inline_pool, conversation)


def test_rapid_moves_show_the_last_and_drop_what_lies_between(inline_pool):
    async def conversation(session, ear):
        inline_pool.gate = asyncio.Event()
        for serial in range(1, 31):
            await session.hear(show(serial, f"{SMALL}&replications=1&seed={serial}"))
            seeds = [json.loads(key)[-1] for _, (key, _), _ in inline_pool.asked]
            assert seeds[-1] == ["seed", serial], "the newest is begun at once"
        await asyncio.sleep(0)
        assert inline_pool.under_way <= 2 * len(SIDES), "of the other 28 nothing goes on"
        inline_pool.gate.set()
        await ear.until(lambda: any(said["serial"] == 30 for said in ear.all("picture")))
        await asyncio.sleep(0.2)
        assert [said["serial"] for said in ear.all("picture")] == [1, 30]
        assert len(inline_pool.results) == 2
        assert ear.all("state")[-1]["serial"] == 30
        assert len(ear.all("state")) < 30, "what a hand has passed before it was told is not told"

    inline_pool.workers = 4
    talk(inline_pool, conversation)


def test_while_a_hand_goes_on_what_it_passed_is_shown(inline_pool):
    async def conversation(session, ear):
        for serial in range(1, 41):
            inline_pool.gate = gate = asyncio.Event()
            await session.hear(show(serial, f"{SMALL}&replications=1&seed={serial}"))
            if serial % 4 == 0:  # a picture takes as long as the hand needs for a few stops
                gate.set()
                await ear.until(lambda upto=serial: any(said["serial"] == upto for said in ear.all("picture")))
        serials = [said["serial"] for said in ear.all("picture")]
        assert serials == sorted(serials)
        assert serials[-1] == 40
        assert len(serials) >= 10

    inline_pool.workers = 4
    talk(inline_pool, conversation)


def test_with_too_few_workers_for_two_states_the_newest_waits_for_the_one_under_way(inline_pool):
    async def conversation(session, ear):
        inline_pool.gate = asyncio.Event()
        for serial in range(1, 11):
            await session.hear(show(serial, f"{SMALL}&policy.market.n_firms=3&replications=1&seed={serial}"))
        assert inline_pool.most_under_way == len(inline_pool.asked) == 2
        inline_pool.gate.set()
        await ear.until(lambda: any(said["serial"] == 10 for said in ear.all("picture")))
        assert [said["serial"] for said in ear.all("picture")] == [1, 10]

    talk(inline_pool, conversation)


def test_no_band_is_begun_while_a_hand_is_on_its_way(inline_pool):
    async def conversation(session, ear):
        for serial in range(1, 9):
            await session.hear(show(serial, f"{SMALL}&seed={serial}"))
            await ear.until(lambda upto=serial: any(said["serial"] == upto for said in ear.all("picture")))
        assert all(rank == URGENT for _, _, rank in inline_pool.asked)
        await ear.until(lambda: any(said["count"] == 4 for said in ear.all("picture")))
        assert {said["serial"] for said in ear.all("filling")} == {8}

    talk(inline_pool, conversation)


def test_the_page_is_told_how_many_months_there_are_before_their_numbers_come(inline_pool):
    async def conversation(session, ear):
        for serial, months in enumerate((24, 12, 12, 24), start=1):  # the last is known already
            query = SMALL.replace("months=24", f"months={months}")
            await session.hear(show(serial, f"{query}&replications=1&seed={1 + serial % 3}"))
            await ear.until(lambda upto=serial: any(said["serial"] == upto for said in ear.all("picture")))
        told = None
        for said in ear.said:
            if said["is"] == "state":
                told = said["months"]
            elif said["is"] == "picture":
                assert said["months"] == told
        assert len(inline_pool.results) == 3
        await ear.until(lambda: ear.all("state")[-1]["serial"] == 4)

    talk(inline_pool, conversation)


def test_a_picture_whose_sending_is_called_off_is_sent_all_the_same(inline_pool):
    """Or the page would be told that a side is as it has it, and have another."""

    async def conversation(session, ear):
        await session.hear(show(1, SMALL))
        await ear.until(lambda: bool(ear.all("filling")))
        slow, heard = asyncio.Event(), session._bytes

        async def slowly(message):
            await slow.wait()
            await heard(message)

        session._bytes = slowly
        while not session._sending:
            await asyncio.sleep(0.01)
        await session.hear(show(2, f"{SMALL}&at=3"))
        slow.set()
        await ear.until(lambda: any((said["serial"], said["count"]) == (2, 4) for said in ear.all("picture")))
        assert (1, 4) in [(said["serial"], said["count"]) for said in ear.all("picture")]

    talk(inline_pool, conversation)


def test_a_new_state_stops_the_bands_of_the_old_one(inline_pool):
    async def conversation(session, ear):
        await session.hear(show(1, f"{SMALL}&seed=1"))
        await ear.until(lambda: bool(ear.all("filling")))
        inline_pool.gate = asyncio.Event()
        await session.hear(show(2, f"{SMALL}&seed=2&replications=1"))
        inline_pool.gate.set()
        await ear.until(lambda: any(said["serial"] == 2 for said in ear.all("picture")))
        await asyncio.sleep(0.1)
        assert [said["serial"] for said in ear.all("picture")] == [1, 2]

    talk(inline_pool, conversation)


def test_stop_ends_the_bands(inline_pool):
    async def conversation(session, ear):
        await session.hear(show(1))
        await ear.until(lambda: bool(ear.all("filling")))
        await session.hear(json.dumps({"do": "stop"}))
        await asyncio.sleep(0.1)
        assert ear.all("stopped")
        assert [said["count"] for said in ear.all("picture")] == [1]

    talk(inline_pool, conversation)


def test_settings_that_contradict_are_said_and_what_was_left_out_too(inline_pool):
    async def conversation(session, ear):
        await session.hear(show(1, "market=rail&market.n_firms=3&nonsense=1"))
        error = ear.all("error")[0]
        assert "franchise" in error["text"]
        assert "nonsense" in error["notices"][0]
        assert not inline_pool.asked
        await session.hear(show(2))
        await ear.until(lambda: bool(ear.all("picture")))

    talk(inline_pool, conversation)


@pytest.mark.parametrize("message", ["", "null", "[]", "{}", "x" * 1000, '{"do": 3}', '{"do":"show","serial":"x"}', "[" * 5000,
                                     '{"do":"follow","who":{}}', '{"do":"explain","month":1e99}', '{"do":"hint","queries":7}'])  # fmt: skip
def test_a_message_that_makes_no_sense_does_no_harm(inline_pool, message):
    async def conversation(session, ear):
        await session.hear(message)
        await session.hear(show(1, f"{SMALL}&replications=1"))
        await session.hear(message)
        await ear.until(lambda: bool(ear.all("picture")))

    talk(inline_pool, conversation)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    | st.sampled_from([SMALL, "market=rail", "a=%00&firm=\ud800"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=8)  # fmt: skip
MESSAGES = st.fixed_dictionaries(
    {"do": st.sampled_from(["show", "hint", "stop", "explain", "follow", "weigh"]) | ANYTHING},
    optional=dict.fromkeys(("serial", "query", "queries", "month", "who", "firm", "side"), ANYTHING))  # fmt: skip


class NoPool:
    """Gives up whatever it is asked for."""

    workers = 2

    def known(self, key):
        return False

    def crowded(self):
        return False

    async def run(self, key, function, *arguments, rank=URGENT, part=None):
        hash(key)
        raise StoppedError


@settings(max_examples=60, deadline=None)
@given(st.lists(MESSAGES | ANYTHING, min_size=1, max_size=4))
def test_no_message_breaks_a_session(messages):
    async def conversation(session, ear):
        for message in messages:
            await session.hear(json.dumps(message))
        await session.hear(show(10**6))
        await ear.until(lambda: any(said["serial"] == 10**6 for said in ear.all("state")))
        waiting = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for outcome in await asyncio.gather(*waiting, return_exceptions=True):
            assert outcome is None or isinstance(outcome, asyncio.CancelledError | StoppedError), outcome

    talk(NoPool(), conversation)


def test_hints_are_worked_on_ahead_unless_there_is_a_crowd(inline_pool):
    async def conversation(session, ear):
        await session.hear(show(1, f"{SMALL}&replications=1"))
        await ear.until(lambda: bool(ear.all("picture")))
        inline_pool.busy = True
        await session.hear(json.dumps({"do": "hint", "queries": [f"{SMALL}&policy.market.n_firms=2"]}))
        await asyncio.sleep(0.1)
        assert not [rank for _, _, rank in inline_pool.asked if rank == AHEAD]
        inline_pool.busy = False
        await session.hear(json.dumps({"do": "hint", "queries": [f"{SMALL}&policy.market.n_firms={count}" for count in range(2, 12)]}))
        await asyncio.sleep(0.3)
        assert 1 <= len([rank for _, _, rank in inline_pool.asked if rank == AHEAD]) <= 4

    talk(inline_pool, conversation)


def test_a_hint_leaves_what_it_shares_with_the_one_before_under_way(inline_pool):
    async def conversation(session, ear):
        await session.hear(show(1, f"{SMALL}&replications=1"))
        await ear.until(lambda: bool(ear.all("picture")))
        inline_pool.gate = asyncio.Event()

        def stands_at(*counts):
            return json.dumps({"do": "hint", "queries": [f"{SMALL}&policy.market.n_firms={count}" for count in counts]})

        await session.hear(stands_at(2, 3))
        await asyncio.sleep(0)
        before = dict(session._hints)
        await session.hear(stands_at(3, 4))
        assert len(before) == len(session._hints) == 2
        kept = [key for key in before if key in session._hints]
        assert len(kept) == 1
        assert session._hints[kept[0]] is before[kept[0]]
        inline_pool.gate.set()
        while session._hints:
            await asyncio.sleep(0.01)
        ahead = [key for _, key, rank in inline_pool.asked if rank == AHEAD]
        assert len(ahead) == len(set(ahead)) == 3

    talk(inline_pool, conversation)


def test_questions_are_answered_for_what_is_shown(inline_pool):
    async def conversation(session, ear):
        await session.hear(show(1, f"{SMALL}&policy.regulator=fca&replications=1"))
        await ear.until(lambda: bool(ear.all("picture")))
        await session.hear(json.dumps({"do": "explain", "serial": 5, "month": 7}))
        await ear.until(lambda: bool(ear.all("explain")))
        answer = ear.all("explain")[0]
        assert answer["serial"] == 5
        assert answer["answer"]["policy"]["month"] == 7
        await session.hear(json.dumps({"do": "follow", "serial": 6, "side": "baseline", "who": 3}))
        await ear.until(lambda: bool(ear.all("follow")))
        assert (ear.all("follow")[0]["answer"]["index"], ear.all("follow")[0]["answer"]["side"]) == (3, "baseline")
        assert {pick["name"] for pick in ear.all("follow")[0]["answer"]["picks"]} == set(NOTABLE)
        await session.hear(json.dumps({"do": "follow", "serial": 7, "side": "policy", "who": "most moves"}))
        await ear.until(lambda: len(ear.all("follow")) == 2)
        picks = {pick["name"]: pick["index"] for pick in ear.all("follow")[1]["answer"]["picks"]}
        assert ear.all("follow")[1]["answer"]["index"] == picks["most moves"]
        await session.hear(json.dumps({"do": "weigh", "serial": 7, "side": "policy", "firm": "Firm 1", "month": 9}))
        await ear.until(lambda: bool(ear.all("weigh")))
        assert ear.all("weigh")[0]["answer"]["weighing"]["firm"] == "Firm 1"

    talk(inline_pool, conversation)


@pytest.mark.parametrize("question", [{"do": "explain", "month": 24}, {"do": "explain", "month": True}, {"do": "follow", "who": 150},
                                      {"do": "follow", "who": "somebody"}, {"do": "weigh", "firm": "Firm 1", "month": -1}])  # fmt: skip
def test_a_question_that_cannot_be_answered_is_said(inline_pool, question):
    async def conversation(session, ear):
        await session.hear(show(1, f"{SMALL}&replications=1"))
        await ear.until(lambda: bool(ear.all("picture")))
        await session.hear(json.dumps(question))
        await ear.until(lambda: bool(ear.all("error")))
        assert ear.all("error")[0]["about"] == question["do"]
        assert "allowed" in ear.all("error")[0]["text"]

    talk(inline_pool, conversation)


def test_an_error_that_nobody_foresaw_is_told_and_does_not_end_the_session(inline_pool, monkeypatch, caplog):
    def broken(*arguments):
        raise ZeroDivisionError("of all things")

    async def conversation(session, ear):
        for job in ("paint", "explain"):
            monkeypatch.setitem(worker.JOBS, job, broken)
        await session.hear(show(1, f"{SMALL}&replications=1"))
        await ear.until(lambda: len(ear.all("error")) == 1)
        await session.hear(json.dumps({"do": "explain", "serial": 2, "month": 7}))
        await ear.until(lambda: len(ear.all("error")) == 2)
        assert [(said["about"], said["serial"]) for said in ear.all("error")] == [("picture", 1), ("explain", 2)]
        for said in ear.all("error"):
            assert "ZeroDivisionError" in said["text"]
        monkeypatch.undo()
        await session.hear(show(3, f"{SMALL}&replications=1"))
        await ear.until(lambda: bool(ear.all("picture")))

    talk(inline_pool, conversation)
    assert "of all things" in caplog.text
