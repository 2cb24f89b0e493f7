"""An executor that makes rows up instead of simulating, so that large sweeps can be stored, opened and measured."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from cxsim.sweeps.worker import Outcome, Task


class MadeUp:
    """Gives each task's runs random numbers: no result means anything."""

    name = "made up"

    def workers(self) -> int:
        """As many as keep chunks large."""
        return 4

    def run(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """As `Executor.run`."""
        for task in tasks:
            yield Outcome(task.indices, {"runs": rows(task)}, 0, 1e-4 * len(task.indices))


def rows(task: Task) -> bytes:
    """The rows of a task in Arrow's stream format."""
    count = len(task.indices)
    chance = np.random.default_rng(task.indices[0])
    points = np.array([task.scenarios[place].point for place, _ in task.runs])
    known = {
        "id": [f"{number:032x}" for number in task.indices],
        "point": points,
        "replication": np.array([replication for _, replication in task.runs]),
        "seed": np.ones(count, dtype=np.int64),
    }
    swept = {key: [task.scenarios[place].row[key] for place, _ in task.runs] for key in task.scenarios[0].row}
    columns = [
        pa.array(known[field.name] if field.name in known else swept.get(field.name, chance.lognormal(size=count)), type=field.type)
        for field in task.schemas["runs"]
    ]
    schema = task.schemas["runs"].remove_metadata()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(pa.record_batch(columns, schema=schema))
    return sink.getvalue().to_pybytes()
