import numpy as np
import pyarrow as pa
import pytest

from cxsim.results.window import window
from cxsim.sweeps.columns import METRICS, described, schema
from cxsim.sweeps.design import as_design
from cxsim.sweeps.ids import code_version
from cxsim.sweeps.scenarios import Composed
from cxsim.sweeps.worker import LOST, CodeDiffersError, Task, lost, perform

from .conftest import TINY


def _task(design, *overrides, runs=((0, 0),), monthly=True, code=None):
    composed = Composed(as_design(design), [*TINY, *overrides])
    kinds = ["runs", "failures", *(["monthly"] if monthly else [])]
    schemas = {kind: schema(described(kind, composed.design)) for kind in kinds}
    scenarios = tuple(composed.scenario(point) for point in range(len(composed)))
    return Task(code or code_version(), schemas, scenarios, tuple(runs), tuple(range(len(runs))))


def _read(data):
    with pa.ipc.open_stream(data) as reader:
        return reader.read_all().to_pandas()


@pytest.mark.parametrize("months", [1, 3, 30])
def test_metrics_are_means_over_the_last_months_of_the_monthly_table(months):
    from cxsim.market.model import Market

    task = _task({"market.n_firms": [3]}, f"months={months}", "burn_in=2", runs=[(0, 4)])
    outcome = perform(task)
    row = _read(outcome.tables["runs"]).iloc[0]
    config = task.scenarios[0].config()
    market = Market(config, rng=config.seed, replication=4)
    while market.running:
        market.step()
    table = market.frames()["monthly"]
    series = _read(outcome.tables["monthly"])
    assert len(table) == len(series) == months
    for column in METRICS:
        assert row[column.name] == np.mean(table[column.name].to_numpy()[-window(months) :])
        assert np.array_equal(series[column.name], table[column.name].to_numpy(float))


def test_chunks_do_not_matter():
    runs = [(point, replication) for point in range(2) for replication in range(2)]
    together = _read(perform(_task({"market.n_firms": [2, 3]}, runs=runs)).tables["runs"])
    for place, run in enumerate(runs):
        alone = _read(perform(_task({"market.n_firms": [2, 3]}, runs=[run])).tables["runs"])
        assert alone.iloc[0].equals(together.iloc[place])


def test_a_point_whose_values_cannot_stand_together_is_a_row_of_the_failures():
    outcome = perform(_task({"market.franchise_months": [None, 12], "market.n_firms": [3]}, runs=[(0, 0), (1, 0)]))
    failed = _read(outcome.tables["failures"])
    assert (outcome.failures, len(_read(outcome.tables["runs"]))) == (1, 1)
    assert failed[["point", "replication", "seed", "error"]].values.tolist() == [[1, 0, 1, "ContradictionError"]]
    assert failed["message"][0].startswith("market.franchise_months: ")


@pytest.mark.parametrize(("lines", "error"), [
    ("raise RuntimeError('by design')", "RuntimeError"), ("raise SystemExit(3)", "SystemExit"), ("raise MemoryError", "MemoryError"),
])  # fmt: skip
def test_whatever_a_strategy_raises_is_a_row_of_the_failures(own_code, lines, error):
    spec = own_code(f"raises_{error.lower()}", lines)
    outcome = perform(_task({"firms.strategy": [spec]}, "allow_user_code=true", "market.review_months=1"))
    assert list(outcome.tables) == ["failures"]
    assert _read(outcome.tables["failures"])["error"].tolist() == [error]


def test_other_code_is_refused():
    with pytest.raises(CodeDiffersError, match="another"):
        perform(_task({"seed": [1]}, code="another"))


def test_a_lost_run_is_a_failure_with_its_scenario():
    task = _task({"market.n_firms": [2, 3]}, runs=[(0, 0), (1, 1)])
    single = task.singly()[1]
    row = _read(lost(single, "why").tables["failures"]).iloc[0]
    assert row[["point", "replication", "market.n_firms", "error", "message"]].tolist() == [1, 1, 3, LOST, "why"]
