"""A worker process answers, says what went wrong and where, and is missed when it ends; real processes."""

import asyncio

import pytest

from cxsim.app.lane import Lane, WorkerDiedError
from cxsim.app.picture import Picture
from cxsim.app.state import parse
from cxsim.config.errors import CxsimError
from cxsim.config.load import with_values
from cxsim.sweeps.executors.base import no_main

from .serving import SMALL

CONFIG = parse(SMALL)[0].config("baseline")


def with_a_lane(work):
    async def run():
        with no_main():
            lane = Lane(lambda number, part: None)
        try:
            await asyncio.wait_for(work(lane), 120)
        finally:
            lane.stop()
        assert not lane.process.is_alive()

    asyncio.run(run())


def test_a_lane_answers_job_after_job_and_tells_of_the_end_of_its_process():
    """One process for many properties, because it takes seconds to start."""

    async def work(lane):
        with pytest.raises(KeyError) as raised:
            await lane.begin(1, "nonsense", ())
        assert "worker.py" in raised.value.__notes__[0], "where it was raised is told, too"
        assert isinstance(await lane.begin(2, "paint", (CONFIG, 0)), Picture)
        assert lane.months() == 24
        with pytest.raises(CxsimError, match="month"):
            await lane.begin(3, "explain", (CONFIG, 10_000))
        endless = lane.begin(4, "paint", (with_values(CONFIG, {"months": 12_000}), 0))
        while lane.months() < 5:
            await asyncio.sleep(0.01)
        lane.process.kill()
        with pytest.raises(WorkerDiedError):
            await endless
        lane.process.join()
        with pytest.raises(WorkerDiedError):
            await lane.begin(5, "paint", (CONFIG, 0))

    with_a_lane(work)
