"""Functions that compiled code calls: linked in as parts, which must be the same functions."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import numba
import numpy as np
import pytest

from cxsim import compiled as cache
from cxsim.compiled import compiled
from cxsim.parts import Parts, in_parts
from tests.checkout import surroundings


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch):
    monkeypatch.setattr(cache, "_WRITABLE", False)


def _third(x):
    return x / 3.0 + 1.0 / (1.0 + x * x)


def pair(**options):
    """A function, and another one that adds up what it gives."""
    third = compiled(**options)(_third)

    def total(values):
        found = 0.0
        for i in range(values.shape[0]):
            found += third(values[i])
        return found

    return third, compiled()(total)


VALUES = np.random.default_rng(1).random(1001)


def test_what_only_compiled_code_calls_has_no_machine_code_of_its_own():
    third, total = pair()
    total(VALUES)
    assert not third.overloads
    assert len(total.overloads) == 1


def test_a_part_gives_what_the_formula_does():
    _, total = pair()
    assert total(VALUES) == pytest.approx(sum(x / 3.0 + 1.0 / (1.0 + x * x) for x in VALUES.tolist()), rel=1e-13)


def test_a_part_can_still_be_called_from_python():
    third, total = pair()
    total(VALUES)
    assert third(2.0) == pytest.approx(2.0 / 3.0 + 0.2, rel=1e-15)
    assert len(third.overloads) == 1


def test_the_bits_do_not_depend_on_what_was_called_before():
    third, called_before = pair()
    third(1.0)
    _, never = pair()
    assert called_before(VALUES) == never(VALUES)


def test_a_number_spelled_out_in_a_call_is_no_new_kind():
    asked = []

    @compiled()
    def add(number, values):
        return number + values[0]

    made = add.get_call_template

    def watch(args, kws):
        answer = made(args, kws)
        asked.append(answer[2])
        return answer

    add.get_call_template = watch

    @compiled()
    def twice(number, values):
        return add(number, values) + add(7, values)

    assert twice(1, np.array([10])) == 28
    assert len(set(asked)) == 1


def test_arguments_may_be_left_out_and_named():
    @compiled()
    def power(base, exponent=2.0, scale=1.0):
        return scale * base**exponent

    @compiled()
    def several(x):
        return power(x) + power(x, 3.0) + power(x, scale=10.0)

    assert several(2.0) == 4.0 + 8.0 + 40.0


def test_parts_of_parts_are_linked_in_too():
    third, total = pair()

    @compiled()
    def outer(values):
        return total(values) + third(0.0)

    assert outer(VALUES) == pytest.approx(total(VALUES) + 1.0, rel=1e-15)
    assert not third.overloads


def test_disjoint_parts_write_where_they_are_told():
    @compiled(disjoint=True)
    def double(values, out):
        for i in range(values.shape[0]):
            out[i] = 2.0 * values[i]

    @compiled(makes_arrays=True)
    def quadruple(values):
        middle, out = np.empty_like(values), np.empty_like(values)
        double(values, middle)
        double(middle, out)
        return out

    assert np.array_equal(quadruple(VALUES), 4.0 * VALUES)


def test_a_function_that_is_no_part_of_ours_may_call_one():
    third, total = pair()
    theirs = numba.njit(lambda values: total(values) + third(0.0))
    assert theirs(VALUES) == pytest.approx(total(VALUES) + 1.0, rel=1e-15)


def test_an_error_in_a_part_is_the_callers():
    @compiled(makes_arrays=True)  # an error that says what was given takes memory
    def check(x):
        if x < 0.0:
            raise ValueError("below zero", x)
        return np.sqrt(x)

    @compiled(makes_arrays=True)
    def root(x):
        return check(x) + 1.0

    assert root(4.0) == 3.0
    with pytest.raises(ValueError, match="below zero") as told:
        root(-2.5)
    assert told.value.args == ("below zero", -2.5)


def test_a_call_that_cannot_be_compiled_is_told_as_ever():
    third, _ = pair()

    @compiled()
    def wrong(x):
        return third("x") + x

    with pytest.raises(numba.TypingError):
        wrong(1.0)


def test_a_numba_made_otherwise_compiles_as_it_does():
    plain = SimpleNamespace(_compiler=object())
    assert in_parts(plain) is plain
    with pytest.raises(AttributeError):
        Parts(plain)


ASKED = """
import numpy as np
from cxsim.market.accounts import close_month, judge
from cxsim.randomness.streams import Purpose, Streams
print(Streams(1).uniforms_by_key(Purpose.LOAD, 3, np.arange(4, dtype=np.uint32)).tobytes().hex())
"""


def test_only_what_python_calls_is_kept_and_comes_back_the_same(tmp_path):
    def run():
        given = surroundings(CXSIM_CACHE_DIR=str(tmp_path))
        return subprocess.run([sys.executable, "-c", ASKED], env=given, capture_output=True, text=True, check=True).stdout

    first = run()
    kept = {path.name.split("-")[0] for path in tmp_path.rglob("*.nbc")}
    assert kept == {"streams._fill_by_key"}
    assert run() == first
