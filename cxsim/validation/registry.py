"""All cases by name."""

from __future__ import annotations

import importlib

from cxsim.config.errors import CxsimError, nearest
from cxsim.validation.case import Case

NAMES = (
    "logit_bertrand",
    "joint_price",
    "cartel_patience",
    "deterrence",
    "loyalty_pricing",
    "switching_costs",
    "shrouded_fees",
    "monopoly_quality",
    "congestion",
    "circle",
    "customer_equity",
    "definitions",
    "q_learning",
    "stylised_facts",
)
"""Names in the order of the table; each is a module of :mod:`cxsim.validation.cases`."""


def case(name: str) -> Case:
    """The case of a name.

    Raises:
        CxsimError: there is none of that name.
    """
    if name not in NAMES:
        raise CxsimError(f"{name}: there is no such case.{nearest(name, NAMES)} Allowed: {', '.join(NAMES)}.")
    found: Case = importlib.import_module(f"cxsim.validation.cases.{name}").CASE
    return found


def cases(quick: bool = False) -> list[Case]:
    """All cases, or those of the quick subset."""
    found = [case(name) for name in NAMES]
    return [one for one in found if one.quick is not None] if quick else found
