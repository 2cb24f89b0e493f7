"""The settings of a comparison that are no parameters of the model, checked."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

from cxsim.comparison.measures import HEADLINES, check_metric
from cxsim.comparison.stopping import LEAST_PILOT
from cxsim.config.errors import BadValueError, ContradictionError
from cxsim.config.scalars import plain

REPLICATIONS = 20
"""Replications where none are asked for."""
MOST = 1_000
"""Replications at which adaptive stopping gives up unless told otherwise."""


@dataclasses.dataclass(frozen=True)
class Settings:
    """How regimes are compared.

    Attributes:
        replications: runs of each regime; with a precision, those that a pilot makes before more are made.
        precision: half-width of the 95 % interval to reach for the metric below, in its unit; ``None`` for a fixed number.
        precision_metric: the metric whose intervals, one for each regime, are to be that narrow.
        max_replications: at most so many, with a precision.
        window: ``"run"``, or the number of months at the end that means are over.
        metrics: what the comparison is about; claims are corrected for their number.
        focus: the segment whose change is set against that of the others; ``None`` for the one that is worst off.
    """

    replications: int = REPLICATIONS
    precision: float | None = None
    precision_metric: str = "experience"
    max_replications: int = MOST
    window: Any = "run"
    metrics: tuple[str, ...] = HEADLINES
    focus: str | None = None

    def __post_init__(self) -> None:
        least = 2 if self.precision is None else LEAST_PILOT
        _whole("replications", self.replications, least, "an interval needs two" if least == 2 else "a pilot needs as many")
        check_metric("precision_metric", self.precision_metric)
        if self.precision is not None:
            _positive("precision", self.precision)
            _whole("max_replications", self.max_replications, self.replications, "not fewer than the pilot's")
        names = [check_metric("metrics", name) for name in self.metrics]
        if not names or len(set(names)) < len(names):
            raise BadValueError("metrics", ",".join(names), "at least one metric, each once")
        if self.focus is not None and not isinstance(self.focus, str):
            raise BadValueError("focus", self.focus, "the name of a segment")


def made(**given: Any) -> Settings:
    """Settings from what was given; ``None`` counts as not given.

    Raises:
        CxsimError: a value that cannot be, or one that would have no effect.
    """
    chosen = {key: plain(value) for key, value in given.items() if value is not None}
    if isinstance(chosen.get("metrics"), str):
        chosen["metrics"] = [name.strip() for name in chosen["metrics"].split(",") if name.strip()]
    if "metrics" in chosen:
        if not isinstance(chosen["metrics"], Sequence):
            raise BadValueError("metrics", chosen["metrics"], "a list of metrics")
        chosen["metrics"] = tuple(chosen["metrics"])
    if chosen.get("precision") is None:
        for key in ("precision_metric", "max_replications"):
            if key in chosen:
                raise ContradictionError(f"{key}: it goes together with precision=HALF-WIDTH, and there is none.")
    return Settings(**chosen)


def _whole(key: str, value: Any, least: int, why: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 1_000_000:
        raise BadValueError(key, value, f"a whole number, {least:,} to 1,000,000 ({why})")


def _positive(key: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not (math.isfinite(value) and value > 0):
        raise BadValueError(key, value, "a number above 0, the half-width wanted in the metric's unit")
