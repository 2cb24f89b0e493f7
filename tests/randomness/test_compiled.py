"""The cache of compiled code: named after everything that shapes it, so that no change of a source is missed."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import pathlib
import shutil
import subprocess
import sys
from typing import NamedTuple

import numba
import numpy as np
import pytest

import cxsim
from cxsim import compiled

PACKAGE = pathlib.Path(cxsim.__file__).parent


def sources():
    """Modules with compiled functions, and those whose numbers or compiled functions they take (Numba freezes both into the code)."""
    found = {path: "has compiled functions" for path in sorted(PACKAGE.rglob("*.py")) if "@compiled(" in path.read_text(encoding="utf-8")}
    for path in list(found):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cxsim."):
                module = importlib.import_module(node.module)
                taken = [alias.name for alias in node.names if frozen(getattr(module, alias.name, None))]
                if taken:
                    found.setdefault(pathlib.Path(module.__file__), f"{path.name} takes {', '.join(taken)} from it")
    return found


def frozen(value):
    return isinstance(value, int | float | np.generic | numba.core.dispatcher.Dispatcher)


SOURCES = sources()


@pytest.fixture
def copy(tmp_path, monkeypatch):
    target = tmp_path / "cxsim"
    shutil.copytree(PACKAGE, target, ignore=shutil.ignore_patterns("__pycache__", "conf"))
    monkeypatch.setattr(compiled, "_PACKAGE", target)
    return target


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_change_of_any_source_of_compiled_code_gives_a_new_cache(copy, source):
    before = compiled.digest()
    changed = copy / source.relative_to(PACKAGE)
    changed.write_text(changed.read_text(encoding="utf-8") + "\nCHANGED = 1\n", encoding="utf-8")
    assert compiled.digest() != before, SOURCES[source]


def test_the_digest_is_the_same_for_the_same_sources(copy):
    first = compiled.digest()
    (copy / "README.txt").write_text("nothing that is compiled")
    assert compiled.digest() == first


def test_a_new_version_of_the_compiler_gives_a_new_cache(monkeypatch):
    before = compiled.digest()
    monkeypatch.setattr(compiled.numba, "__version__", "999.0")
    assert compiled.digest() != before


def test_the_cache_goes_where_it_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("CXSIM_CACHE_DIR", str(tmp_path / "mine"))
    assert compiled.cache_folder().parent == tmp_path / "mine"
    monkeypatch.delenv("CXSIM_CACHE_DIR")
    assert tmp_path not in compiled.cache_folder().parents


def test_no_function_reassociates_sums_unless_it_says_so():
    assert not {"reassoc", "fast", "nnan", "ninf"} & compiled.FLOAT_MODE
    assert inspect.signature(compiled.compiled).parameters["free_order"].default is False


def _look_up(slot, table, out):
    for i in range(out.shape[0]):
        out[i] = table[np.uint16(slot[i])]


def _marked(function):
    """How many of a compiled function's arguments LLVM may take to overlap no other."""
    arguments = (np.zeros(3, np.int16), np.arange(2.0), np.zeros(3))
    function(*arguments)
    (code,) = function.inspect_llvm().values()
    return max(line.count("noalias") for line in code.splitlines() if line.startswith("define"))


def test_only_who_says_that_nothing_overlaps_is_compiled_as_if_nothing_did(monkeypatch):
    monkeypatch.setattr(compiled, "_WRITABLE", False)  # code from the cache cannot be looked at
    assert _marked(compiled.compiled(disjoint=True)(_look_up)) > _marked(compiled.compiled()(_look_up))


def test_a_compiler_that_cannot_be_told_still_compiles(monkeypatch):
    monkeypatch.setattr(compiled, "_WRITABLE", False)
    plain = compiled.numba.njit(_look_up)
    monkeypatch.setattr(plain, "_compiler", object())
    assert compiled._without_overlap(plain) is plain


def test_a_look_up_gives_the_same_whether_or_not_the_arrays_are_said_to_be_disjoint():
    luck = np.random.default_rng(1)
    slot, table = luck.integers(0, 7, 1001).astype(np.int16), luck.random(7)
    out = np.empty((2, 1001))
    compiled.compiled()(_look_up)(slot, table, out[0])
    compiled.compiled(disjoint=True)(_look_up)(slot, table, out[1])
    assert np.array_equal(out[0], table[slot])
    assert np.array_equal(out[0], out[1])


def test_a_function_has_to_say_that_it_makes_arrays(monkeypatch):
    monkeypatch.setattr(compiled, "_WRITABLE", False)
    with pytest.raises(numba.core.errors.NumbaError):
        compiled.compiled()(_doubled)(np.ones(3))
    assert np.array_equal(compiled.compiled(makes_arrays=True)(_doubled)(np.ones(3)), [2.0, 2.0, 2.0])


def _doubled(values):
    made = np.empty_like(values)
    made[:] = 2.0 * values
    return made


def hits(folder, cache, factor):
    """Compiled code found ready by a process that calls a function of a small package with the real decorator."""
    package = folder / "cxsim"
    (package / "randomness").mkdir(parents=True)
    for name in ("compiled.py", "parts.py"):
        shutil.copy(PACKAGE / name, package)
    for where in (package, package / "randomness"):
        (where / "__init__.py").touch()
    body = f"from cxsim.compiled import compiled\n\n\n@compiled()\ndef times(x):\n    return {factor} * x\n"
    (package / "randomness" / "one.py").write_text(body)
    asked = "from cxsim.randomness.one import times; print(times(1.0), sum(times.stats.cache_hits.values()))"
    found = subprocess.run(
        [sys.executable, "-c", asked], cwd=folder, env=os.environ | {"CXSIM_CACHE_DIR": str(cache), "PYTHONPATH": str(folder)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    value, count = found.stdout.split()
    assert float(value) == factor
    return int(count)


def test_copies_with_the_same_sources_share_compiled_code_and_others_do_not(tmp_path):
    cache = tmp_path / "cache"
    assert hits(tmp_path / "first", cache, 2.0) == 0
    assert hits(tmp_path / "second", cache, 2.0) == 1
    assert hits(tmp_path / "third", cache, 3.0) == 0


@compiled.compiled(disjoint=True, finite=True)
def _divide(above, below, out):
    for i in range(out.shape[0]):
        out[i] = above[i] / below[i]


def test_division_by_way_of_an_estimate_is_good_to_single_precision():
    rng = np.random.default_rng(5)
    below = np.exp(rng.uniform(-87.0, 87.0, 20_003)).astype(np.float32)
    above = rng.uniform(0.1, 1.0, len(below)).astype(np.float32)
    above *= np.minimum(below, np.float32(1.0))  # no quotient beyond the range of single precision
    out = np.empty_like(below)
    _divide(above, below, out)
    true = above.astype(float) / below.astype(float)
    normal = true > 1.2e-38
    assert normal.mean() > 0.9
    assert np.abs(out / true - 1.0)[normal].max() < 3e-7


@compiled.compiled()
def _twice(numbers, times):
    total = 0.0
    for number in numbers:
        total += number * times
    return total


@pytest.mark.parametrize(
    ("numbers", "times"),
    [(np.arange(3.0), 2), (np.arange(3.0), 2.5), (np.arange(3.0, dtype=np.float32), 2), (np.arange(6.0)[::2], 2), (np.arange(3), 2.5),
     (np.arange(3.0), True)],
)  # fmt: skip
def test_callers_with_arguments_of_other_kinds_share_nothing(numbers, times):
    for _ in range(2):  # the second caller meets what the first one left
        standing = compiled.Standing(_twice)
        assert [standing(numbers, times) for _ in range(3)] == [float(np.sum(numbers * float(times)))] * 3


def test_a_record_is_read_by_name():
    class Numbers(NamedTuple):
        low: float
        high: float
        real: bool

    @numba.njit
    def read(record):
        return record[0].high - record[0].low if record[0].real else 0.0

    assert read(compiled.record(Numbers(1.5, 4.0, True))) == 2.5
    assert read(compiled.record(Numbers(1.5, 4.0, False))) == 0.0
