import subprocess
import sys

import pytest

from cxsim.customers import mesa_support
from cxsim.customers.mesa_support import Agent, Model
from tests.checkout import surroundings

PROGRAM = """
import multiprocessing, sys
chosen = {chosen!r}
if chosen: multiprocessing.set_start_method(chosen)
import cxsim.customers.agentset
assert "mesa" in sys.modules
print(multiprocessing.get_start_method(allow_none=True))
if not chosen: multiprocessing.set_start_method("spawn")
"""


@pytest.mark.parametrize("chosen", [None, "spawn", "forkserver"])
def test_import_leaves_the_start_method_alone(chosen):
    words = [sys.executable, "-c", PROGRAM.format(chosen=chosen)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=surroundings())
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(chosen)


def test_mesa_imported_by_the_user_before_keeps_what_the_user_got():
    program = "import mesa, multiprocessing as m; a = m.get_start_method(allow_none=True); import cxsim.customers.agentset;"
    program += "assert a == m.get_start_method(allow_none=True)"
    assert subprocess.run([sys.executable, "-c", program], check=False, env=surroundings()).returncode == 0


def test_next_unique_id_is_the_one_that_mesa_would_give():
    model = Model(rng=1)
    Agent(model)
    Agent(model)
    announced = mesa_support.next_unique_id(model)
    assert announced == 3
    mesa_support.reserve_unique_ids(model, 10)
    if hasattr(model, "agent_id_counter"):
        assert Agent(model).unique_id == 10


def test_forgetting_tells_whether_there_was_something():
    model = Model(rng=1)
    assert not mesa_support.forget_counter(model)
    Agent(model)
    assert mesa_support.forget_counter(model) == (not hasattr(model, "agent_id_counter"))
    assert not mesa_support.forget_counter(model)
