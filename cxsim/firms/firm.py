"""A firm: a Mesa agent over its row of the firm table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.config.errors import BadValueError, nearest
from cxsim.customers.mesa_support import mesa
from cxsim.firms.strategy import Strategy
from cxsim.firms.table import INSIGHT, LEVER, LEVER_NAMES, AllLevers

if TYPE_CHECKING:
    from cxsim.market.model import Market

_KNOWN = (*LEVER_NAMES, "quality")


class Firm(mesa.Agent):
    """One firm.

    Attributes:
        slot: its row in the firm table and the number that customers' ``supplier`` holds.
        name: its name.
        strategy: how it decides.
        strategy_name: the strategy as named in the configuration.

    Every lever (``price``, ``loyalty_premium``, ``hidden_fee``, ``exit_barrier``, ``overpromise``, ``personalisation``, ``disclosure``,
    ``service``, ``insight``, ``score_gaming``, ``quality``) and every account (``cash``, ``profit``, ``customers``, ``share`` ...)
    is an attribute.
    """

    def __init__(self, model: Market, slot: int, name: str, strategy: Strategy, strategy_name: str):
        super().__init__(model)
        self.slot = slot
        self.name = name
        self.strategy = strategy
        self.strategy_name = strategy_name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("model", "slot"):
            raise AttributeError(name)
        table = self.model.table
        if name in LEVER:
            return float(table.levers[self.slot, LEVER[name]])
        column = getattr(table, name, None)
        if isinstance(column, np.ndarray) and column.ndim == 1 and len(column) > self.slot:
            return column[self.slot].item()
        raise AttributeError(f"a firm has no attribute {name!r}")

    def __repr__(self) -> str:
        return f"Firm({self.name!r}, price={self.price:.2f}, share={self.share:.3f})"

    @property
    def quality(self) -> np.ndarray:
        """Quality of each outcome, 0 to 1 (a copy)."""
        return self.model.table.quality[self.slot].copy()

    @property
    def share(self) -> float:
        """Share of those who have a supplier."""
        customers = self.model.table.customers
        held = customers[1:].sum()
        return float(customers[self.slot] / held) if held > 0 else 0.0

    @property
    def levers(self) -> dict[str, Any]:
        """All levers by name."""
        row = self.model.table.levers[self.slot]
        return {name: float(row[column]) for name, column in LEVER.items()} | {"quality": self.quality}

    def review(self) -> None:
        """Ask the strategy for new levers and set them, within what is allowed."""
        self.set_levers(self.strategy.review(self, self.model))

    def set_levers(self, levers: Mapping[str, Any]) -> None:
        """Set levers by name, brought back into their ranges.

        Raises:
            BadValueError: a name that is no lever, or a value that is not a finite number.
        """
        table, limits, slot = self.model.table, self.model.limits, self.slot
        insight = table.levers[slot, INSIGHT]
        if type(levers) is AllLevers:
            if not limits.take_over(table, slot, levers.numbers, levers.quality):
                raise self._refusal(dict(levers))
        else:
            numbers, quality = self._checked(levers)
            for column, value in numbers:
                table.levers[slot, column] = value
            if quality is not None:
                table.quality[slot] = np.minimum(np.maximum(quality, limits.quality_floor), table.frontier[slot])
            limits.enforce(table, slot)
        if table.levers[slot, INSIGHT] != insight:
            self.model.learn(slot)

    def _checked(self, levers: Mapping[str, Any]) -> tuple[list[tuple[int, float]], np.ndarray | None]:
        """Levers as columns and numbers, and quality; all is checked before anything is set."""
        if not isinstance(levers, Mapping):
            raise self._refusal(levers)
        numbers: list[tuple[int, float]] = []
        quality = None
        for name, value in levers.items():
            try:
                if name == "quality":
                    quality = np.asarray(value, dtype=float)
                    good = quality.shape in ((), (self.model.table.outcomes,)) and bool(np.isfinite(quality).all())
                else:
                    numbers.append((LEVER[name], float(value)))
                    good = math.isfinite(numbers[-1][1])
            except (KeyError, TypeError, ValueError):
                good = False
            if not good:
                hint = "" if name in _KNOWN else nearest(str(name), _KNOWN)
                raise self._refusal(f"{name}={value}", hint)
        return numbers, quality

    def _refusal(self, given: object, hint: str = "") -> BadValueError:
        allowed = f"a mapping of finite numbers for {', '.join(LEVER_NAMES)} or quality (one number, or one per outcome)"
        return BadValueError(f"levers of {self.name} from {self.strategy_name}", given, allowed, hint)
