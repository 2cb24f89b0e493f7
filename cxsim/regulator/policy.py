"""What a regulator's policy is: whom to investigate, and what to impose. Users write their own."""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.firms.breach import fine_for
from cxsim.randomness.streams import Purpose

if TYPE_CHECKING:
    from cxsim.market.model import Market
    from cxsim.regulator.regulator import Case, Regulator

_FAINT = 1e-9


class Policy(abc.ABC):
    """How the regulator decides. Name your own as ``module:Class`` in ``regulator.policy``."""

    def state(self) -> dict[str, Any]:
        """What the policy remembers, for a checkpoint: plain values by name; see :meth:`cxsim.firms.strategy.Strategy.state`."""
        return dict(vars(self))

    def restore(self, state: Mapping[str, Any]) -> None:
        """Remember again what :meth:`state` gave; called once, on a policy that has just been made."""
        vars(self).update(state)

    @abc.abstractmethod
    def targets(self, regulator: Regulator, market: Market, count: int) -> Sequence[int]:
        """Pick firms to investigate.

        Args:
            regulator: the regulator, with ``complaints`` received per slot and ``open_cases``.
            market: the market.
            count: how many cases money and staff allow this month.

        Returns:
            Slots of firms, at most ``count``; firms already under investigation are skipped.
        """

    def fine(self, regulator: Regulator, market: Market, case: Case) -> float:
        """The fine in pounds for a case in which a breach was found; by default as the configuration says."""
        table = market.table
        terms = regulator.enforcement._replace(turnover=float(table.annual_revenue[case.slot]))
        severity = case.severity if case.severity > 0 else 0.1 * terms.fine_severity_scale
        return float(fine_for(severity, case.annual_gain, terms))


class StandingPolicy(Policy):
    """Targets by complaints, at random or by severity, as ``regulator.targeting`` says."""

    def targets(self, regulator: Regulator, market: Market, count: int) -> Sequence[int]:
        """A weighted draw without replacement by Gumbel keys (Efraimidis and Spirakis 2006), keyed by firm."""
        table = market.table
        taken = regulator.open_slots
        free = [slot for slot in table.active.nonzero()[0].tolist() if slot not in taken]
        if not free:
            return []
        luck = market.streams.uniforms_by_key(Purpose.TARGET, market.month, table.key[free])[:, 0]
        scores = -np.log(-np.log(luck))
        if regulator.config.targeting == "complaints":
            scores += np.log(regulator.complaints[free] + _FAINT)
        elif regulator.config.targeting == "severity":
            scores += np.log(table.severity[free] + _FAINT)
        return [free[place] for place in (-scores).argsort(kind="stable")[:count]]
