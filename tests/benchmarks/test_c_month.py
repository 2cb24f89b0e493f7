"""The month in C reaches the same customers as the engine, one by one, because it uses the same random numbers."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from benchmarks.c_month import CMonth, Library, NoCompilerError, structures
from benchmarks.market import STRONG, engine


@pytest.fixture(scope="module")
def library() -> Library:
    try:
        return Library()
    except NoCompilerError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("values", [{}, STRONG, {**STRONG, "market.outside_option": None, "market.n_firms": 2}])
def test_customers_and_sums_are_the_engines(library: Library, values: Mapping[str, Any]) -> None:
    market = engine(5000, **values)
    other = CMonth(market, library)
    for month in range(18):
        market.table.exposed[1] = 0.5 if month % 3 == 0 else 0.0
        market.step()
        sums = other.live_month(month, market.offers)
    same = np.ones(5000, bool)
    for name, theirs in other.columns.items():
        same &= np.isclose(theirs, market.population.columns[name], atol=1e-4)
    # Other roundings of float32 may tip a choice that was on the edge.
    assert same.mean() > 0.999
    assert np.allclose(sums, market.recorder.records[-1].sums, rtol=2e-3, atol=3.0)


def test_the_engines_customers_are_left_alone(library: Library) -> None:
    market = engine(300)
    before = {name: values.copy() for name, values in market.population.columns.items()}
    CMonth(market, library).live_month(0, market.offers)
    assert all(np.array_equal(values, before[name]) for name, values in market.population.columns.items())


def test_the_process_still_computes_with_subnormal_numbers(library: Library) -> None:
    # Fast mathematics given to the linker would switch that off for the whole process.
    assert library.live_month is not None
    assert np.nextafter(0.0, 1.0) * np.float64(1.0) > 0.0


def test_structures_are_read_from_the_source() -> None:
    source = "typedef struct { /* a, b */\n const float *price,\n *fee; /* c */\n int32_t slots;\n float speed, scale;\n} Offers;\n"
    source += "typedef struct { float room[512]; } Work;\n"  # the source's own business
    (fields,) = (kind._fields_ for kind in structures(source).values())
    assert [name for name, _ in fields] == ["price", "fee", "slots", "speed", "scale"]
    assert [kind for _, kind in fields] == [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int32, ctypes.c_float, ctypes.c_float]


def test_a_compiler_that_cannot_be_run_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "/nowhere/cc")
    with pytest.raises(NoCompilerError, match="/nowhere/cc"):
        Library()


def test_a_compiler_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "false")
    with pytest.raises(NoCompilerError, match="does not build it"):
        Library()
