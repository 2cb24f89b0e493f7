"""Questions are answered for the state they were asked of, one of a kind at a time, and a wrong one is told."""

import asyncio

import pytest

from cxsim.app.pool import SOON
from cxsim.app.questions import Questions, whole
from cxsim.app.session import SIDES, Request
from cxsim.app.state import parse
from cxsim.config.errors import CxsimError

from .serving import SMALL


def request(query=SMALL):
    state, notices = parse(query)
    return Request(1, state, notices, {name: state.config(name) for name in SIDES}, {name: state.key(name) for name in SIDES})


def talk(pool, conversation):
    async def run():
        heard = []

        async def say(said):
            heard.append(said)

        async def until(count):
            async with asyncio.timeout(20):
                while len(heard) < count:
                    await asyncio.sleep(0.005)

        questions = Questions(pool, say, str)
        await conversation(questions, heard, until)
        questions.clear()

    asyncio.run(run())


def test_a_question_is_answered_for_both_sides_of_what_was_shown_when_it_was_asked(inline_pool):
    async def conversation(questions, heard, until):
        questions.ask("explain", 3, {"month": 5}, request(f"{SMALL}&policy.market.n_firms=3"))
        await until(1)
        assert (heard[0]["is"], heard[0]["serial"], set(heard[0]["answer"])) == ("explain", 3, set(SIDES))
        assert {side["month"] for side in heard[0]["answer"].values()} == {5}
        assert {rank for _, _, rank in inline_pool.asked} == {SOON}

    talk(inline_pool, conversation)


def test_a_new_question_of_a_kind_replaces_the_one_before_and_no_other(inline_pool):
    async def conversation(questions, heard, until):
        inline_pool.gate = asyncio.Event()
        for serial, month in ((1, 3), (2, 4)):
            questions.ask("explain", serial, {"month": month}, request())
            await asyncio.sleep(0.01)
        questions.ask("follow", 3, {"who": 7}, request())
        await asyncio.sleep(0.01)
        inline_pool.gate.set()
        await until(2)
        await asyncio.sleep(0.05)
        assert {(said["is"], said["serial"]) for said in heard} == {("explain", 2), ("follow", 3)}

    talk(inline_pool, conversation)


def test_a_question_that_makes_no_sense_is_answered_with_what_is_wrong(inline_pool):
    async def conversation(questions, heard, until):
        questions.ask("weigh", 4, {"firm": "Firm 1", "month": 99}, request())
        await until(1)
        assert (heard[0]["is"], heard[0]["about"], heard[0]["serial"]) == ("error", "weigh", 4)
        assert "0 to 23" in heard[0]["text"]
        assert not inline_pool.asked

    talk(inline_pool, conversation)


@pytest.mark.parametrize("value", [None, True, -1, 4, 1.5, "2"])
def test_whole_takes_nothing_but_whole_numbers_in_range(value):
    with pytest.raises(CxsimError, match="allowed: a whole number from 0 to 3"):
        whole({"month": value}, "month", 3)
    assert whole({"month": 3}, "month", 3) == 3
