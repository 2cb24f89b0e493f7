"""Add-ons that myopes overlook and the sophisticated foresee and can avoid at a cost (Gabaix and Laibson 2006), with logit demand.

The share ``myopes`` of customers compare base prices p alone and pay the add-on h in full. The others add min(h, e) to every base price:
they pay an add-on up to the cost e of avoiding it, and avoid a dearer one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from cxsim.validation.theory.logit import shares


@dataclasses.dataclass(frozen=True)
class AddOn:
    """The market: money in £/month, ``effort`` is the cost e of avoiding the add-on, ``highest`` the dearest add-on there can be."""

    cost: float
    worth: float
    mu: float
    effort: float
    highest: float
    myopes: float
    outside: bool = False

    def served(self, prices: Sequence[float], fees: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
        """Share of all people who buy from each firm: myopes, and sophisticated ones."""
        felt = np.asarray(prices, float) + np.minimum(fees, self.effort)
        naive = shares(prices, self.worth, self.mu, self.outside)
        return self.myopes * naive, (1.0 - self.myopes) * shares(felt, self.worth, self.mu, self.outside)

    def profits(self, prices: Sequence[float], fees: Sequence[float]) -> np.ndarray:
        """Profit of each firm per person."""
        naive, wary = self.served(prices, fees)
        fee = np.asarray(fees, float)
        return (np.asarray(prices, float) - self.cost) * (naive + wary) + fee * (naive + np.where(fee <= self.effort, wary, 0.0))

    def symmetric(self, n: int, fee: float) -> float:
        """Base price at which no firm wants to change its own, where all charge the same add-on.

        From the first-order condition; without an outside option it is c + mu n / (n - 1) less what the add-on brings per customer.
        """
        fees = np.full(n, fee)

        def slope(price: float) -> float:
            naive, wary = (part[0] for part in self.served(np.full(n, price), fees))
            naive_slope = -naive * (1.0 - naive / self.myopes) / self.mu if self.myopes > 0.0 else 0.0
            wary_slope = -wary * (1.0 - wary / (1.0 - self.myopes)) / self.mu if self.myopes < 1.0 else 0.0
            paid_by_wary = fee if fee <= self.effort else 0.0
            margin = price - self.cost
            return naive + wary + (margin + fee) * naive_slope + (margin + paid_by_wary) * wary_slope

        return float(brentq(slope, self.cost - fee, self.cost + 40.0 * self.mu, xtol=1e-13))

    def threshold(self) -> float:
        """Share of myopes above which the dearest add-on brings more than one that nobody avoids.

        Without an outside option both kinds buy alike in a symmetric market: highest x myopes against e, so that it is e / highest.
        """
        return min(1.0, self.effort / self.highest)

    def equilibrium_fee(self, n: int) -> float:
        """The add-on of a symmetric equilibrium: one of e and the dearest, from which no firm gains by going to the other.

        Between them, and below e, no add-on is best: raising it costs no customer, or no more than the price would.

        Raises:
            ArithmeticError: there is no such equilibrium.
        """
        for fee, other in ((self.highest, self.effort), (self.effort, self.highest)):
            price = self.symmetric(n, fee)
            kept = self.profits([price] * n, [fee] * n)[0]
            fees = [other] + [fee] * (n - 1)

            def loss(own: float, price: float = price, fees: Sequence[float] = fees) -> float:
                return -float(self.profits([own] + [price] * (n - 1), fees)[0])

            bounds = (self.cost - self.highest, self.cost + 40.0 * self.mu)
            if -minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-10}).fun <= kept + 1e-12:
                return fee
        raise ArithmeticError(f"no symmetric equilibrium with {n} firms and {100 * self.myopes:g} % myopes")

    def settled(self, fees: Sequence[float]) -> np.ndarray:
        """Equilibrium base prices where each firm keeps to an add-on of its own, by best replies.

        Raises:
            ArithmeticError: they do not converge.
        """
        fee = np.asarray(fees, float)
        prices = np.full(len(fee), self.cost + 2.0 * self.mu)
        for _ in range(2000):
            before = prices.copy()
            for firm in range(len(fee)):
                trial = prices.copy()

                def loss(price: float, firm: int = firm, trial: np.ndarray = trial) -> float:
                    trial[firm] = price
                    return -float(self.profits(trial, fee)[firm])

                bounds = (self.cost - self.highest, self.cost + 40.0 * self.mu)
                prices[firm] = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x
            if np.max(np.abs(prices - before)) < 1e-9:
                return prices
        raise ArithmeticError("no equilibrium of base prices found")
