"""How firms do their work: start values that no planner moves, each a part of ``firms.initial_levers`` with a key of its own."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from cxsim.config.keys import index
from cxsim.config.parameter import Parameter, Spec
from cxsim.config.run import Config
from cxsim.config.scalars import number

HOLDER = "firms.initial_levers"

_MEANINGS: Mapping[str, tuple[str, str]] = {
    "discretion": ("How far staff may go beyond the script; what no script covers is solved only in that proportion.", "Frei (2006)"),
    "speed_target": ("How far staff are measured by handling time: more contacts handled, fewer of them solved.", "Seddon (2003)"),
    "technology": ("Tools for staff, which multiply what they get done where the work is in order, and the mess where it is not.",
                   "Milgrom and Roberts (1990)"),
    "process": ("How far the work has been put in order, so that technology helps.", "Brynjolfsson and Hitt (2000)"),
    "staff_care": ("What is spent on tools, training and company for staff; it raises morale.", "Heskett et al. (1994)"),
    "boldness": ("Chance that a firm dares a project that may fail, at each review.", "March (1991)"),
    "disclosure": ("Share of its hidden failings that a firm tells of by itself; planners who may own up decide anew at each review.",
                   "Arpan and Roskos-Ewoldsen (2005)"),
}  # fmt: skip


@functools.cache
def practices() -> dict[str, Parameter]:
    """The practices by dotted key, each a number from 0 to 1 that is 0 where nothing is said."""
    return {
        f"{HOLDER}.{name}": Parameter(
            f"{HOLDER}.{name}", "float", 0.0, Spec(meaning, low=0.0, high=1.0, reference=source, from_start=index()[HOLDER].spec.from_start)
        )
        for name, (meaning, source) in _MEANINGS.items()
    }


def practice(config: Config, key: str) -> float:
    """The start value of a practice, by its dotted key."""
    return float(config.firms.initial_levers.get(key.rpartition(".")[2], 0.0))


def coerced(key: str, value: Any) -> float:
    """The value of a practice as a number.

    Raises:
        BadValueError: it is no number from 0 to 1.
    """
    return number(key, practices()[key].spec, value)
