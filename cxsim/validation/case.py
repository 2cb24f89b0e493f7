"""What a case of validation is: its options, what it found, and its verdicts."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.results.intervals import mean_interval

if TYPE_CHECKING:
    from matplotlib.figure import Figure

AGREES, FAILS, DIFFERS, HIT, MISS = "agrees", "FAILS", "differs", "hit", "miss"
"""Verdicts. ``differs`` marks a row shown beside theory because an assumption differs; ``hit`` and ``miss`` are facts' own."""


@dataclasses.dataclass(frozen=True)
class Option:
    """A parameter of a case that a user may set.

    Attributes:
        default: its value if nobody sets it; its type is the type asked for (a tuple takes a list of numbers).
        meaning: what it is, with its unit.
        low, high: bounds of the number, or of each number of a list.
    """

    default: Any
    meaning: str
    low: float = -math.inf
    high: float = math.inf


@dataclasses.dataclass(frozen=True)
class Finding:
    """One row of the table.

    Attributes:
        case, source: name of the case, and the paper or definition.
        quantity: what was measured, with its unit.
        theory: the independent number; for a fact the middle of the observed range.
        mean, low, high: simulated mean and 95 % interval over seeds; both bounds NaN where one seed was run.
        tolerance: allowed distance from ``theory``, absolute.
        verdict: one of this module's verdicts.
        note: why, where it differs; else empty.
    """

    case: str
    source: str
    quantity: str
    theory: float
    mean: float
    low: float
    high: float
    tolerance: float
    verdict: str
    note: str = ""


@dataclasses.dataclass
class Report:
    """What one case gave back.

    Attributes:
        findings: its rows.
        data: arrays for its figure.
        seconds: how long it took.
    """

    findings: list[Finding]
    data: dict[str, Any] = dataclasses.field(default_factory=dict)
    seconds: float = 0.0


@dataclasses.dataclass(frozen=True)
class Case:
    """A case of validation.

    Attributes:
        name: as typed after ``cxsim validate``.
        title: one line.
        source: the paper, author and year.
        options: parameters that a user may set.
        run: works the case out for a mapping with a value for every option.
        draw: draws what was found into an empty figure.
        quick: options of the quick subset, ``None`` where the case is no part of it.
        about: derivation and parameters, the docstring of the case's module.
    """

    name: str
    title: str
    source: str
    options: Mapping[str, Option]
    run: Callable[[Mapping[str, Any]], Report]
    draw: Callable[[Figure, Report], None]
    quick: Mapping[str, Any] | None = None
    about: str = ""

    def finding(
        self,
        quantity: str,
        theory: float,
        values: Any,
        tolerance: float,
        *,
        relative: bool = True,
        note: str = "",
        judged: bool = True,
    ) -> Finding:
        """A row from values by seed.

        Theory and engine agree when the whole 95 % interval lies within the tolerance around theory, so that noise never helps; with one
        seed the value itself must.

        Args:
            values: simulated, one per seed.
            tolerance: relative to theory, or absolute where ``relative`` is false.
            judged: false for a row that only shows how far an assumption carries.
        """  # fmt: skip
        mean, low, high = (float(part) for part in mean_interval(np.asarray(values, dtype=float)))
        allowed = tolerance * abs(theory) if relative else tolerance
        edges = [low, high] if math.isfinite(low) else [mean]
        near = all(abs(edge - theory) <= allowed for edge in edges) and math.isfinite(mean)
        verdict = AGREES if near else FAILS
        return Finding(
            self.name,
            self.source,
            quantity,
            float(theory),
            mean,
            low,
            high,
            allowed,
            verdict if judged else DIFFERS,
            note,
        )


COMMON = {
    "seeds": Option(5, "independent runs behind each interval", 1, 10_000),
}
"""Options that every case has."""
