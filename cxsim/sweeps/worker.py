"""What a worker does: takes some runs, simulates them, gives back their rows as bytes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.config.errors import CxsimError
from cxsim.config.run import Config
from cxsim.results.measure import Measure
from cxsim.results.window import window
from cxsim.sweeps.columns import METRICS, TABLES, cell
from cxsim.sweeps.ids import code_version, digest, essence, run_id
from cxsim.sweeps.scenarios import Scenario
from cxsim.sweeps.series import Tables, series

if TYPE_CHECKING:
    import pyarrow as pa

    from cxsim.market.model import Market

LONGEST_MESSAGE = 2_000
LOST = "WorkerLost"


class CodeDiffersError(CxsimError):
    """A worker with other code than the process that asks it."""

    def __init__(self, there: str, here: str):
        super().__init__(
            f"executor: a worker has the code {there} and this process {here}, so their numbers could differ; "
            "install the same cxsim everywhere and start the workers again."
        )


@dataclasses.dataclass(frozen=True)
class Task:
    """Some runs for one worker.

    Attributes:
        code: the code version of whoever asks.
        schemas: the Arrow schema of each dataset asked for, by its name.
        scenarios: the points.
        runs: for each run the position of its scenario and its replication.
        indices: for each run its number in the sweep.
        measures: what to measure of each run beside the metrics.
    """

    code: str
    schemas: dict[str, pa.Schema]
    scenarios: tuple[Scenario, ...]
    runs: tuple[tuple[int, int], ...]
    indices: tuple[int, ...]
    measures: Mapping[str, Measure] = dataclasses.field(default_factory=dict)

    def singly(self) -> list[Task]:
        """The same runs, one task each."""
        return [
            dataclasses.replace(self, scenarios=(self.scenarios[scenario],), runs=((0, replication),), indices=(number,))
            for (scenario, replication), number in zip(self.runs, self.indices, strict=True)
        ]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a task gave.

    Attributes:
        indices: the runs that were done, failures included.
        tables: the rows by dataset, as Arrow's stream format.
        failures: how many of the runs failed.
        seconds: how long it took.
    """

    indices: tuple[int, ...]
    tables: dict[str, bytes]
    failures: int
    seconds: float


def perform(task: Task) -> Outcome:
    """Simulate the runs of a task. Whatever a run raises becomes a row of the failures.

    Raises:
        CodeDiffersError: this process has other code than the one that asks.
    """
    if code_version() != task.code:
        raise CodeDiffersError(code_version(), task.code)
    started = perf_counter()
    rows: dict[str, list[Any]] = {kind: [] for kind in task.schemas}
    known: dict[int, tuple[Config, str] | Exception] = {}
    for place, replication in task.runs:
        scenario = task.scenarios[place]
        try:
            if place not in known:
                known[place] = _prepared(scenario)
            prepared = known[place]
            if isinstance(prepared, Exception):
                raise prepared
            config, hashed = prepared
            who = _who(task, scenario, replication, config.seed, hashed)
            market = _played(config, replication)
            rows["runs"].append({**who, **_swept(task, scenario), **_means(market), **_measured(market, task.measures)})
            for kind, columns in series(market, [kind for kind in TABLES if kind in rows]).items():
                rows[kind].append((who, columns))
        except (Exception, SystemExit) as error:  # a user's strategy may raise anything, and that is a result
            rows["failures"].append(_failure(task, scenario, replication, type(error).__name__, str(error)))
    tables = {kind: _table(kind, rows[kind], schema) for kind, schema in task.schemas.items() if rows[kind]}
    return Outcome(task.indices, tables, len(rows["failures"]), perf_counter() - started)


def lost(task: Task, reason: str) -> Outcome:
    """The outcome of a task of one run that its workers did not survive."""
    scenario = task.scenarios[task.runs[0][0]]
    row = _failure(task, scenario, task.runs[0][1], LOST, reason)
    return Outcome(task.indices, {"failures": _table("failures", [row], task.schemas["failures"])}, 1, 0.0)


def warm_up() -> None:
    """Load what runs need, compiled code included, so that the first run is as fast as the others."""
    from cxsim.config.load import with_values
    from cxsim.market.model import Market

    settings = {"market.n_customers": 50, "months": 3, "burn_in": 1, "market.review_months": 1, "regulator.annual_funding": 1e6}
    market = Market(with_values(Config(), settings))
    while market.running:
        market.step()
    _means(market)


def _prepared(scenario: Scenario) -> tuple[Config, str]:
    config = scenario.config()
    return config, digest(essence(config))


def _played(config: Config, replication: int) -> Market:
    from cxsim.market.model import Market

    market = Market(config, rng=config.seed, replication=replication)
    for _ in range(config.burn_in + config.months):
        market.step()
    return market


def _means(market: Market) -> dict[str, float]:
    last = series(market, ("monthly",), window(market.config.months))["monthly"]
    return {column.name: float(np.mean(last[column.name])) for column in METRICS}


def _measured(market: Market, measures: Mapping[str, Measure]) -> dict[str, float]:
    if not measures:
        return {}
    tables = Tables(market)
    return {name: measure.of(tables) for name, measure in measures.items()}


def _who(task: Task, scenario: Scenario, replication: int, seed: int, hashed: str) -> dict[str, Any]:
    identity = run_id(hashed, seed, replication, task.code)
    return {"id": identity, "point": scenario.point, "replication": replication, "seed": seed}


def _swept(task: Task, scenario: Scenario) -> dict[str, Any]:
    types = {field.name: str(field.type) for field in task.schemas["failures"]}
    kinds = {"double": "float64"}
    return {key: cell(value, kinds.get(types[key], types[key])) for key, value in scenario.row.items() if key != "seed"}


def _failure(task: Task, scenario: Scenario, replication: int, error: str, message: str) -> dict[str, Any]:
    seed = scenario.row.get("seed", scenario.base.seed)
    asked = digest([essence(scenario.base), {key: repr(value) for key, value in scenario.values.items()}])
    who = _who(task, scenario, replication, seed, asked)
    return {**who, **_swept(task, scenario), "error": error, "message": message.strip()[:LONGEST_MESSAGE]}


def _table(kind: str, rows: Sequence[Any], schema: pa.Schema) -> bytes:
    import pyarrow as pa

    if kind in TABLES:
        table = pa.concat_tables([_monthly(who, columns, schema) for who, columns in rows])
    else:
        table = pa.Table.from_pylist(list(rows), schema=schema)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema.remove_metadata()) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue().to_pybytes()


def _monthly(who: dict[str, Any], columns: dict[str, np.ndarray], schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    rows = len(columns["month"])
    # What the run has under the name of one of its marks, as firms' tables might, is the run's.
    arrays = [
        pa.array(columns[field.name]).cast(field.type) if field.name in columns else pa.array([who[field.name]] * rows, type=field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)
