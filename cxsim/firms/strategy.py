"""What a strategy is: a small class with one method that returns new levers. Users write their own."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxsim.firms.firm import Firm
    from cxsim.market.model import Market


class Strategy(abc.ABC):
    """How one firm decides.

    One instance belongs to one firm, so that it may remember: in attributes of its own, never in those of its class or module. What
    it remembers is part of the market's state and goes into checkpoints; see :meth:`state`. Name your own as ``module:Class`` in
    ``firms.strategy``.
    """

    plain_equity = False
    """Whether it counts profit alone and all that its levers bring about, whatever `firms.customer_weight`, `firms.value_visibility`,
    `firms.attribution_noise`, `firms.patience_months` and `firms.silo` say."""

    def state(self) -> dict[str, Any]:
        """What this firm's strategy remembers, for a checkpoint.

        Override it together with :meth:`restore` where the attributes hold anything else than numbers, words, ``None``, NumPy arrays
        of numbers, and lists, tuples, sets and mappings of them.

        Returns:
            Such plain values by name; by default every attribute of the instance.
        """
        return dict(vars(self))

    def restore(self, state: Mapping[str, Any]) -> None:
        """Remember again what :meth:`state` gave; called once, on a strategy that has just been made.

        Args:
            state: equal to what :meth:`state` returned, arrays and numbers to the last bit, but none of the same objects.
        """
        vars(self).update(state)

    def may_collude(self, market: Market) -> bool:
        """Whether the firm is open to a cartel; the cartel then weighs whether it would hold."""
        return False

    @abc.abstractmethod
    def review(self, firm: Firm, market: Market) -> Mapping[str, Any]:
        """Decide at a review.

        Args:
            firm: the firm: its levers (``firm.price``, ``firm.quality`` ...), standing and accounts.
            market: the market; public things are ``market.firms`` (rivals' offers), ``market.config`` and ``market.month``.

        Returns:
            New values for the levers to change, by name: ``price``, ``loyalty_premium``, ``hidden_fee``, ``exit_barrier`` (£),
            ``overpromise``, ``personalisation``, ``disclosure``, ``service``, ``insight``, ``score_gaming`` (pure numbers) and
            ``quality`` (one number or one per outcome, 0 to 1). What is left out stays. Values beyond a lever's range, a
            ban or a price cap are brought back to it.
        """
