"""Malformed input of every kind at the doors of a sweep: each is a valid run or one clear error, never anything else."""

import math
import os

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxsim.cli.main import main
from cxsim.config.errors import CxsimError
from cxsim.config.keys import index
from cxsim.sweeps import latin_hypercube, sobol
from cxsim.sweeps.api import sweep
from cxsim.sweeps.design import as_design
from cxsim.sweeps.scenarios import Composed

from .conftest import TINY

MANY = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
SOME = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 10**20), st.floats(), st.text(max_size=5),
    st.sampled_from(["none", "cma", "null", "nan", "1e3", "[1", "${seed}", "__import__('os')", "\x00", "ä"]),
)  # fmt: skip
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(st.text(max_size=3), SCALARS, max_size=2), st.binary(max_size=3))
KEYS = st.one_of(
    st.sampled_from([*index(), "market", "regulator", "experiment", "customers.segments.0.share", "firms.initial_levers.x", "name"]),
    st.text(max_size=6),
    st.integers(),
)
GRIDS = st.dictionaries(KEYS, VALUES, max_size=3)


def _error_or(action):
    """What the action gives, or ``None`` after a clear error. Any other exception is a fault and goes through."""
    try:
        return action()
    except CxsimError as error:
        if not str(error).strip():
            raise AssertionError("an error without words") from error
        return None


@MANY
@given(GRIDS)
def test_any_mapping_is_a_design_or_a_clear_error(grid):
    design = _error_or(lambda: as_design(grid))
    if design is not None:
        assert len(list(design)) == len(design) >= 1
        composed = _error_or(lambda: Composed(design, TINY))
        if composed is not None:
            for point in range(len(composed)):
                _error_or(composed.scenario(point).config)


@MANY
@given(st.one_of(VALUES, st.lists(GRIDS, max_size=2), st.builds(object), st.builds(pd.DataFrame, st.lists(GRIDS, max_size=3)),
                 st.builds(np.array, st.lists(st.floats(), max_size=3))))  # fmt: skip
def test_anything_at_all_is_a_design_or_a_clear_error(given_):
    _error_or(lambda: as_design(given_))


@MANY
@given(st.one_of(GRIDS, VALUES), VALUES, VALUES)
def test_any_ranges_are_a_sample_or_a_clear_error(ranges, n, seed):
    n = min(n, 64) if isinstance(n, int) and not isinstance(n, bool) else n
    for draw in (latin_hypercube, sobol):
        design = _error_or(lambda draw=draw: draw(ranges, n, seed))
        assert design is None or len(design) == n


@MANY
@given(st.binary(max_size=80), st.sampled_from([".csv", ".parquet", "", ".txt"]))
def test_any_file_is_a_table_or_a_clear_error(tmp_path_factory, content, ending):
    path = tmp_path_factory.getbasetemp() / f"fuzz{ending}"
    path.write_bytes(content)
    _error_or(lambda: as_design(path))


NUMBERS = st.one_of(st.integers(0, 30), st.floats(-0.5, 3.0), st.just(math.nan))


@SOME
@given(st.dictionaries(st.sampled_from([key for key in index() if index()[key].type in {"float", "int"} and "n_customers" not in key
                                        and key not in {"months", "burn_in", "replications", "threads", "seed"}]),
                       st.lists(NUMBERS, min_size=1, max_size=2), max_size=3))  # fmt: skip
def test_any_numbers_are_runs_failures_or_a_clear_error(grid):
    found = _error_or(lambda: sweep(grid, *TINY, executor="serial", progress=False))
    if found is not None:
        assert len(found) == math.prod(len(values) for values in grid.values())
        # What fails because of what was given says so; anything else would be a fault of the model.
        failed = found.loc[found["error"].notna(), "error"]
        assert set(failed) <= {"ContradictionError", "BadValueError"}


SWEEPS = ["1,2", "range(1,3)", "glob(*)", "choice(", "interval(0,1)", "interval(0,1e400)", "shuffle(1,2)", "sort(3,range(1,2))", "int(1,x)"]
WORDS = st.one_of(
    st.text(max_size=8),
    st.builds(lambda key, value: f"{key}={value}", KEYS, st.one_of(SCALARS, st.sampled_from(SWEEPS))),
    st.sampled_from(
        [
            "executor=serial",
            "executor=x",
            "executor.workers=0",
            "samples=3",
            "samples=-1",
            "design=x",
            "--monthly",
            "--retry-failed",
            "hydra/launcher=cxsim",
            "-m",
        ]
    ),
)


@SOME
@given(st.lists(WORDS, max_size=3))
def test_any_command_line_ends_with_a_code_and_without_a_traceback(tmp_path_factory, words):
    before = os.getcwd()
    os.chdir(tmp_path_factory.mktemp("fuzz"))
    try:
        # Planning is all that happens: months=0 is refused when everything else has been taken apart.
        assert main(["run", "-m", *words, "months=0"]) in {0, 2}
        assert os.listdir() == []
    finally:
        os.chdir(before)
