"""Mesa, imported without side effects, and the few places where its versions differ.

All of cxsim imports Mesa from here. Mesa 3.3 sets the start method of ``multiprocessing`` to spawn for the whole
process as soon as it is imported; a library has no business there, so the setting is put back, "not yet chosen"
included. A process in which Mesa had been imported before is left as it is.
"""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing
from types import ModuleType
from typing import Any


def import_mesa() -> ModuleType:
    """Import Mesa and leave the start method of ``multiprocessing`` as it was.

    Returns:
        The ``mesa`` module.
    """
    before = multiprocessing.get_start_method(allow_none=True)
    try:
        return importlib.import_module("mesa")
    finally:
        if multiprocessing.get_start_method(allow_none=True) != before:
            multiprocessing.set_start_method(before, force=True)


mesa = import_mesa()

Agent: Any = mesa.Agent
Model: Any = mesa.Model
DataCollector: Any = mesa.DataCollector

# Agent sets moved to a module of their own in Mesa 3.5.
_home = "mesa.agentset" if importlib.util.find_spec("mesa.agentset") else "mesa.agent"
_sets = importlib.import_module(_home)
AgentSet: Any = _sets.AgentSet
GroupBy: Any = _sets.GroupBy


def next_unique_id(model: Any) -> int:
    """The id that Mesa would give to the model's next agent, counted from 1."""
    if hasattr(model, "agent_id_counter"):
        return int(model.agent_id_counter)
    counter = _counters().pop(model, None)
    return 1 if counter is None else next(counter)


def reserve_unique_ids(model: Any, first_free: int) -> None:
    """Have Mesa count on from ``first_free``, where it keeps the count in the model (3.4.1 and later)."""
    if hasattr(model, "agent_id_counter"):
        model.agent_id_counter = first_free


def forget_counter(model: Any) -> bool:
    """Drop the counter of ids that Mesa up to 3.4.0 keeps for ever, and with it the model, on the class ``Agent``.

    Returns:
        Whether there was one.
    """
    return _counters().pop(model, None) is not None


def _counters() -> dict[Any, Any]:
    return getattr(Agent, "_ids", {})
