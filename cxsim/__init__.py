"""cxsim simulates how competition and enforcement shape what customers experience.

Everything heavy is imported on first use, so that ``import cxsim`` is immediate.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "simulate": "cxsim.results.run",
    "sweep": "cxsim.sweeps.api",
    "branch": "cxsim.branching.branch",
    "branch_from": "cxsim.branching.branch",
    "decompose": "cxsim.decomposition.decompose",
    "compare": "cxsim.comparison.api",
    "robustness": "cxsim.comparison.robustness",
    "plot_levels": "cxsim.results.figures.simple",
    "plot_months": "cxsim.results.figures.simple",
    "Run": "cxsim.results.run",
    "Market": "cxsim.market.model",
    "Customer": "cxsim.customers.agentset",
    "Firm": "cxsim.firms.firm",
    "Regulator": "cxsim.regulator.regulator",
    "Strategy": "cxsim.firms.strategy",
    "Policy": "cxsim.regulator.policy",
    "Config": "cxsim.config.run",
    "load": "cxsim.config.load",
    "CxsimError": "cxsim.config.errors",
}

__all__ = ["__version__", *_HOMES]  # noqa: PLE0604 - the names are strings, made from the table above


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'cxsim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
