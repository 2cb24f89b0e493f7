"""Work is shared, ordered and dropped as it should be; real worker processes, started once."""

import asyncio
import time

import pytest

from cxsim.app.lane import WorkerDiedError
from cxsim.app.picture import Picture
from cxsim.app.pool import AHEAD, CACHED, FILLING, SOON, URGENT, Pool
from cxsim.app.state import parse
from cxsim.app.worker import StoppedError
from cxsim.config.errors import CxsimError
from cxsim.config.load import with_values

from .serving import SMALL

CONFIG = parse(SMALL)[0].config("baseline")
LONG = with_values(CONFIG, {"months": 3000, "market.n_customers": 2000})


def in_a_pool(work, workers=1):
    """Run a coroutine function with a pool that is ready."""

    async def run():
        pool = Pool(workers)
        try:
            await pool.start()
            return await asyncio.wait_for(work(pool), 120)
        finally:
            pool.stop()

    return asyncio.run(run())


async def under_way(pool, key):
    while not pool.months(key):
        await asyncio.sleep(0.01)


def test_a_pool_shares_orders_and_drops_work():
    """One pool for many properties, because workers take seconds to start."""

    async def work(pool):
        await _same_work_is_done_once(pool)
        await _cancelling_calls_off(pool)
        await _urgent_work_goes_first_and_what_gave_way_is_done_again(pool)
        await _errors_come_back_as_themselves(pool)
        await _parts_come_before_the_whole(pool)
        await _a_dead_worker_is_replaced(pool)
        return True

    assert in_a_pool(work)


async def _same_work_is_done_once(pool):
    done = pool.done
    first, second = await asyncio.gather(*(pool.run("same", "paint", CONFIG, 0) for _ in range(2)))
    assert first is second
    assert isinstance(first, Picture)
    assert await pool.run("same", "paint", CONFIG, 0) is first
    assert pool.done == done + 1
    assert pool.known("same")


async def _cancelling_calls_off(pool):
    waits = [asyncio.ensure_future(pool.run("long", "paint", LONG, 0)) for _ in range(2)]
    await under_way(pool, "long")
    waits[0].cancel()
    await asyncio.sleep(0.05)
    assert pool.months("long") is not None, "somebody else still waits"
    waits[1].cancel()
    started = time.monotonic()
    await pool.run("after", "paint", CONFIG, 1, rank=URGENT)
    assert time.monotonic() - started < 20, "the long job was in the way"
    assert not pool.known("long")


async def _urgent_work_goes_first_and_what_gave_way_is_done_again(pool):
    order = []

    async def job(key, config, rank):
        await pool.run(key, "paint", config, 5, rank=rank)
        order.append(key)

    middling = with_values(LONG, {"months": 300})
    filling = asyncio.ensure_future(job("filling", middling, FILLING))
    await under_way(pool, "filling")
    others = [asyncio.ensure_future(job(key, CONFIG, rank)) for key, rank in (("ahead", AHEAD), ("soon", SOON))]
    await job("urgent", with_values(CONFIG, {"seed": 2}), URGENT)
    await asyncio.gather(filling, *others)
    assert order[-1] == "filling"
    assert order.index("urgent") < order.index("ahead")


async def _errors_come_back_as_themselves(pool):
    with pytest.raises(CxsimError, match="month"):
        await pool.run("wrong", "explain", CONFIG, 10_000)
    assert not pool.known("wrong")


async def _parts_come_before_the_whole(pool):
    parts = []
    whole = await pool.run("parts", "paint", with_values(LONG, {"months": 1500}), 2, part=parts.append, rank=URGENT)
    assert parts
    lengths = [len(part.lines["price"]) for part in parts]
    assert lengths == sorted(lengths)
    assert lengths[-1] < 1500
    assert parts[-1].lines["price"].tolist() == whole.lines["price"][: lengths[-1]].tolist()


async def _a_dead_worker_is_replaced(pool):
    wait = asyncio.ensure_future(pool.run("doomed", "paint", LONG, 0))
    for _ in range(2):
        await under_way(pool, "doomed")
        pool._lanes[0].process.kill()
        await asyncio.sleep(0.3)
    with pytest.raises(WorkerDiedError):
        await wait
    assert isinstance(await pool.run("again", "paint", CONFIG, 3), Picture)


def test_ranks_are_in_order():
    assert URGENT < SOON < AHEAD < FILLING


def test_the_cache_forgets_the_oldest_first():
    async def work():
        pool = Pool(1)
        for number in range(CACHED + 5):
            pool._remember(number, "result")
        pool._remember("file", b"large")
        assert not pool.known(0)
        assert pool.known(CACHED + 4)
        assert not pool.known("file")

    asyncio.run(work())


def test_a_pool_is_crowded_when_there_is_more_to_do_than_workers():
    async def work():
        pool = Pool(1)  # not started, so that everything waits
        waits = [asyncio.ensure_future(pool.run(number, "paint", CONFIG, number)) for number in range(2)]
        bands = [asyncio.ensure_future(pool.run(("band", number), "paint", CONFIG, number, rank=FILLING)) for number in range(5)]
        await asyncio.sleep(0)
        assert pool.crowded()
        waits[0].cancel()
        await asyncio.sleep(0)
        assert not pool.crowded()
        for one in [*waits, *bands]:
            one.cancel()
        await asyncio.gather(*waits, *bands, return_exceptions=True)
        assert pool._jobs == {}
        assert pool._queue == []

    asyncio.run(work())


class FakeLane:
    """Takes jobs and finishes them when told to."""

    def __init__(self):
        self.job = None
        self.held = self.off = False
        self.begun = []

    def begin(self, number, function, arguments):
        self.begun.append(self.job.key)
        self.held = self.off = False
        self.answer = asyncio.get_running_loop().create_future()
        return self.answer

    def hold(self, held):
        self.held = held

    def watch(self):
        pass

    def call_off(self):
        if self.job is not None:
            self.off = True


def with_fake_lanes(count, work):
    async def run():
        pool = Pool(count)
        pool._lanes = [FakeLane() for _ in range(count)]
        tasks = {}

        async def ask(key, rank):
            tasks[key] = asyncio.ensure_future(pool.run(key, "paint", rank=rank))
            await asyncio.sleep(0)
            return next((lane for lane in pool._lanes if lane.job is not None and lane.job.key == key), None)

        await work(pool, ask)
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)

    asyncio.run(run())


def test_what_can_wait_leaves_half_of_the_workers_alone_while_something_urgent_is_under_way():
    async def work(pool, ask):
        ahead = [await ask(f"ahead {number}", AHEAD) for number in range(4)]
        assert None not in ahead
        assert not any(lane.held for lane in ahead), "nothing presses"
        assert await ask("urgent", URGENT) is None, "it waits for the one that is called off"
        assert [lane.off for lane in ahead] == [False, False, False, True]
        ahead[3].answer.set_exception(StoppedError())
        await asyncio.sleep(0)
        assert ahead[3].job.key == "urgent"
        assert [lane.held for lane in ahead] == [False, True, True, False], "one beside it goes on, the oldest"
        ahead[3].answer.set_result("picture")
        await asyncio.sleep(0)
        assert ahead[3].job.key == "ahead 3", "begun again"
        assert not any(lane.held for lane in ahead)

    with_fake_lanes(4, work)


def test_work_ahead_goes_on_at_once_where_it_has_become_urgent():
    async def work(pool, ask):
        ahead = [await ask(f"ahead {number}", AHEAD) for number in range(3)]
        assert await ask("ahead 2", URGENT) is ahead[2]
        assert [lane.held for lane in ahead] == [False, True, False]
        assert ahead[2].begun == ["ahead 2"]
        assert await ask("bands", FILLING) is None

    with_fake_lanes(4, work)


def test_a_lone_worker_does_what_can_wait_when_nothing_is_urgent():
    async def work(pool, ask):
        lane = await ask("ahead", AHEAD)
        assert not lane.held
        assert await ask("urgent", URGENT) is None
        assert lane.off
        lane.answer.set_exception(StoppedError())
        await asyncio.sleep(0)
        assert lane.job.key == "urgent"
        lane.answer.set_result("picture")
        await asyncio.sleep(0)
        assert lane.job.key == "ahead"

    with_fake_lanes(1, work)
