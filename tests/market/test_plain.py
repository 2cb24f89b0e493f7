"""Plain values come back as they were, and nothing else is taken."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cxsim.config.errors import CheckpointError
from cxsim.market.plain import copied, decode, encode

ARRAYS = hnp.arrays(
    st.sampled_from([np.bool_, np.uint8, np.int16, np.int64, np.float32, np.float64]), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0)
)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | ARRAYS | st.floats(width=32).map(np.float32)
    | st.integers(-128, 127).map(np.int8)
)  # fmt: skip
KEYS = st.text(max_size=5) | st.integers() | st.tuples(st.integers(), st.text(max_size=3)) | st.just("!")
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=3).map(tuple) | st.dictionaries(KEYS, inner, max_size=4)
    | st.frozensets(st.integers() | st.text(max_size=3), max_size=4) | st.sets(st.integers(), max_size=4),
    max_leaves=12,
)  # fmt: skip


def same(one, two):
    if type(one) is not type(two):
        return False
    if isinstance(one, np.ndarray | np.generic):
        return (one.dtype, one.shape, one.tobytes()) == (two.dtype, two.shape, two.tobytes())
    if isinstance(one, float):
        return (math.isnan(one) and math.isnan(two)) or (one == two and math.copysign(1, one) == math.copysign(1, two))
    if isinstance(one, dict):
        return list(one) == list(two) and all(same(one[name], two[name]) for name in one)
    if isinstance(one, list | tuple):
        return len(one) == len(two) and all(map(same, one, two))
    return one == two


@given(VALUES)
def test_what_goes_in_comes_out_after_a_detour_through_json(value):
    arrays = {}
    text = json.dumps(encode(value, "it", arrays), allow_nan=False)
    assert same(decode(json.loads(text), arrays), value)


def test_a_copy_shares_nothing():
    inner = np.zeros(3)
    value = {"a": [inner], "b": {1: inner}}
    copy = copied(value, "it")
    copy["a"][0][0] = 1.0
    copy["b"][2] = 0
    assert not inner.any()
    assert list(value["b"]) == [1]


@pytest.mark.parametrize("value", [object(), lambda: 0, np.array([object()]), 1j, {"a": [1, {2: print}]}, np.datetime64(0, "D"), type])
def test_anything_else_is_refused_and_told_where(value):
    with pytest.raises(CheckpointError, match=r"mine.*cannot be kept in a checkpoint"):
        copied(value, "mine")


def test_the_place_is_named_down_to_the_part():
    with pytest.raises(CheckpointError, match=r"mine\.a\[1\]\[2\]: a builtins\.object"):
        copied({"a": [1, {2: object()}]}, "mine")


def test_a_subclass_of_a_plain_type_is_not_taken_for_it():
    class Odd(dict):
        """Has a meaning that would be lost."""

    with pytest.raises(CheckpointError, match="Odd"):
        copied({"a": Odd()}, "mine")


def test_a_tag_that_nobody_made_is_refused():
    with pytest.raises(CheckpointError, match="'code'"):
        decode({"!": "code", "value": "print"}, {})
