"""The newest goes ahead of what came before it, and a hand that goes on still sees something."""

import asyncio

import pytest

from cxsim.app.turns import Turns


class Bench:
    """Work that takes as many ticks as it is told to; keeps what was begun, finished and called off."""

    def __init__(self, ticks, fits=lambda newest, other: True):
        self.ticks = ticks
        self.begun, self.finished, self.called_off = [], [], []
        self.tick = asyncio.Condition()
        self.turns = Turns(self.work, fits)

    async def work(self, what):
        self.begun.append(what)
        try:
            for _ in range(self.ticks):
                async with self.tick:
                    await self.tick.wait()
        except asyncio.CancelledError:
            self.called_off.append(what)
            raise
        self.finished.append(what)

    def under_way(self):
        return [what for what in self.begun if what not in self.finished and what not in self.called_off]

    async def pass_on(self, ticks=1):
        """Let time pass."""
        for _ in range(ticks):
            async with self.tick:
                self.tick.notify_all()
            for _ in range(5):
                await asyncio.sleep(0)


def run(conversation):
    asyncio.run(asyncio.wait_for(conversation, 20))


def test_the_newest_of_a_burst_is_begun_at_once_and_what_lies_between_is_called_off():
    async def conversation():
        bench = Bench(ticks=10)
        for stop in range(6):
            bench.turns.take(stop)
            await asyncio.sleep(0)
            assert bench.begun[-1] == stop
        await asyncio.sleep(0)
        assert bench.under_way() == [0, 5]
        assert bench.called_off == [1, 2, 3, 4]
        await bench.pass_on(10)
        assert bench.finished == [0, 5]

    run(conversation())


@pytest.mark.parametrize("ticks", [2, 3, 7, 20])
def test_while_a_hand_goes_on_stops_that_it_passed_are_shown_as_often_as_one_takes(ticks):
    async def conversation():
        bench = Bench(ticks)
        stops = 10 * ticks
        for stop in range(stops):
            bench.turns.take(stop)
            await bench.pass_on()
            assert len(bench.under_way()) <= 2
        assert len(bench.finished) >= stops // ticks - 1
        assert bench.finished == sorted(bench.finished)
        await bench.pass_on(ticks)
        assert bench.finished[-1] == stops - 1
        assert not bench.under_way()

    run(conversation())


def test_without_room_the_newest_waits_for_the_one_under_way_and_for_no_other():
    async def conversation():
        bench = Bench(ticks=3, fits=lambda newest, other: False)
        for stop in range(5):
            bench.turns.take(stop)
            await asyncio.sleep(0)
        assert bench.begun == [0]
        await bench.pass_on(3)
        assert bench.begun == [0, 4]
        bench.turns.take(5)
        bench.turns.forget_next()
        await bench.pass_on(3)
        assert bench.finished == [0, 4]

    run(conversation())


def test_work_that_fails_makes_room_as_work_that_is_done_does():
    async def conversation():
        fine = []

        async def work(what):
            if what == "bad":
                await asyncio.sleep(0)
                raise ValueError
            fine.append(what)

        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        turns = Turns(work, lambda newest, other: False)
        turns.take("bad")
        turns.take("good")
        for _ in range(5):
            await asyncio.sleep(0)
        assert fine == ["good"]

    run(conversation())


def test_clearing_leaves_nothing_under_way():
    async def conversation():
        bench = Bench(ticks=3)
        for stop in range(3):
            bench.turns.take(stop)
            await asyncio.sleep(0)
        bench.turns.clear()
        await bench.pass_on(4)
        assert not bench.under_way()
        assert not bench.finished

    run(conversation())
