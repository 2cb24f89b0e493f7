"""Whether two markets are the same in every bit: a walk through all that hangs on them, and their tables."""

from __future__ import annotations

import random
import types
import weakref

import numpy as np
import pandas as pd

from cxsim.compiled import Standing
from cxsim.config.run import Config
from cxsim.firms.planner import Sheets
from cxsim.firms.turn import Turn
from cxsim.market.offers import Swings
from cxsim.market.passage import Passage
from cxsim.market.shelf import Shelf

# Mesa's own bookkeeping is compared through what it says (ids, order); bound methods and the class counters say nothing.
MESA = {"_user_step", "step", "remove_all_agents", "_agents", "_agents_by_type", "_all_agents"}
CACHED = {"_shown", "_kept"}  # what was compared last, so that it need not be again, and room for a month's outcome, which is recorded
PLAIN = (bool, int, float, str, bytes, type(None), np.generic, type, types.FunctionType, types.MethodType)


def assert_same(one, two):
    """Everything that hangs on two markets is equal: names, types, numbers to the last bit, the order of agents.

    A zero is a zero, whatever its sign: nothing in the model can tell.
    """
    _walk(one, two, "market", set())
    assert [agent.unique_id for agent in one.agents] == [agent.unique_id for agent in two.agents]
    assert [type(agent) for agent in one.agents] == [type(agent) for agent in two.agents]
    assert {kind: len(agents) for kind, agents in one.agents_by_type.items()} == {
        kind: len(agents) for kind, agents in two.agents_by_type.items()
    }


def assert_same_tables(one, two):
    """The tables of two markets are equal to the last bit."""
    frames = one.frames(), two.frames()
    for name in frames[0]:
        pd.testing.assert_frame_equal(frames[0][name], frames[1][name], check_exact=True)


def _walk(one, two, where, seen):
    assert type(one) is type(two), f"{where}: {type(one)} and {type(two)}"
    if isinstance(one, np.ndarray):
        assert (one.dtype, one.shape) == (two.dtype, two.shape), where
        assert np.array_equal(one, two, equal_nan=one.dtype.kind == "f"), where
    elif isinstance(one, PLAIN):
        same = one == two or (one != one and two != two)
        assert same or callable(one), f"{where}: {one!r} and {two!r}"
    elif isinstance(one, Standing):
        assert one._function is two._function, where  # whether it has been called before says nothing
    elif isinstance(one, Sheets | Swings | Passage | Turn | Shelf):
        pass  # worked out anew when it is wanted; where on a shelf records lie says nothing
    elif isinstance(one, Config):
        assert one == two, where  # a default of 1 and a value of 1.0 are one value
    elif isinstance(one, random.Random):
        assert one.getstate() == two.getstate(), where
    elif isinstance(one, np.random.Generator):
        assert one.bit_generator.state == two.bit_generator.state, where
    elif isinstance(one, weakref.ref) or id(one) in seen:
        pass
    elif isinstance(one, dict):
        assert list(one) == list(two), where
        for name in one:
            _walk(one[name], two[name], f"{where}[{name!r}]", seen)
    elif isinstance(one, set | frozenset | range):
        assert one == two, where
    elif isinstance(one, list | tuple):
        assert len(one) == len(two), f"{where}: {len(one)} and {len(two)}"
        for place, pair in enumerate(zip(one, two, strict=True)):
            _walk(*pair, f"{where}[{place}]", seen)
    else:
        seen.add(id(one))
        names = [name for name in _names(one) if name not in MESA | CACHED]
        assert names == [name for name in _names(two) if name not in MESA | CACHED], where
        for name in names:
            _walk(getattr(one, name), getattr(two, name), f"{where}.{name}", seen)


def _names(thing):
    if hasattr(thing, "__dict__"):
        return sorted(vars(thing))
    return [name for name in getattr(type(thing), "__slots__", ()) if hasattr(thing, name)]
