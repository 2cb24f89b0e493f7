"""Work is shared, ordered and dropped as it should be; real worker processes, started once."""

import asyncio
import time

import pytest

from cxsim.app.picture import Picture
from cxsim.app.pool import AHEAD, CACHED, FILLING, SOON, URGENT, Pool, WorkerDiedError
from cxsim.app.state import parse
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
        for process in list(pool._lanes[0].executor._processes.values()):
            process.kill()
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
