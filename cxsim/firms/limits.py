"""What a lever may be: ranges from the configuration, bans, the price cap."""

from __future__ import annotations

import numpy as np

from cxsim.compiled import Standing, compiled
from cxsim.config.run import Config
from cxsim.firms.table import (
    ANNOUNCEMENT,
    BARRIER,
    BOLDNESS,
    DARK,
    DISCLOSURE,
    DISCRETION,
    GAMING,
    HIDDEN,
    INSIGHT,
    LEVER_NAMES,
    NUMBER,
    OVERPROMISE,
    PERSONAL,
    PREMIUM,
    PRICE,
    PROCESS,
    SERVICE,
    SPEED_TARGET,
    STAFF_CARE,
    TECHNOLOGY,
    FirmTable,
)

MAX_SERVICE = 3.0
_FRONTIER = NUMBER["frontier"]


class Limits:
    """Ranges of all levers in force.

    Attributes:
        low, high: by lever, in the order of :data:`LEVER_NAMES`; amounts in pounds.
        step: largest change at one review, by lever.
        price_cap: highest price plus premium, infinite where there is no cap.
        quality_floor: least quality of an outcome (a franchise contract's demand).
        quality_step: largest change of quality at one review.
    """

    def __init__(self, config: Config):
        firms, reference = config.firms, config.market.reference_price
        count = len(LEVER_NAMES)
        self.low, self.high, self.step = np.zeros(count), np.zeros(count), np.zeros(count)
        self.price_cap = np.inf if config.market.price_cap is None else config.market.price_cap
        self.quality_floor = config.market.franchise_quality_floor if config.market.franchise_months else 0.0
        self.quality_step = firms.quality_step
        self.low[OVERPROMISE] = -firms.max_overpromise
        highest = {
            PRICE: firms.max_price * reference,
            PREMIUM: config.market.max_loyalty_premium * reference,
            HIDDEN: config.market.max_hidden_fee * reference,
            BARRIER: config.market.max_exit_barrier * reference,
            OVERPROMISE: firms.max_overpromise,
            PERSONAL: 1.0,
            DISCLOSURE: 1.0,
            SERVICE: MAX_SERVICE,
            INSIGHT: 1.0,
            GAMING: 1.0,
            **dict.fromkeys((DISCRETION, SPEED_TARGET, TECHNOLOGY, PROCESS, STAFF_CARE, BOLDNESS), 1.0),
            ANNOUNCEMENT: 1.0 if config.customers.talk_weight > 0.0 else 0.0,
            DARK: 1.0 if config.market.extra_price > 0.0 else 0.0,
        }
        for column, value in highest.items():
            self.high[column] = value
        self.step[:] = firms.extraction_step * self.high
        self.step[PRICE] = firms.price_step * reference
        self.step[[SERVICE, DISCLOSURE, INSIGHT]] = max(firms.quality_step, 1e-12)
        self.step[SERVICE] = 2.0 * firms.quality_step
        self.set_bans(
            price_walking=config.market.ban_price_walking,
            exit_barriers=config.regulator.ban_exit_barriers,
            hidden_fees=config.regulator.ban_hidden_fees,
            dark_patterns=config.regulator.ban_dark_patterns,
        )

    def set_bans(self, *, price_walking: bool, exit_barriers: bool, hidden_fees: bool, dark_patterns: bool = False) -> None:
        """Put bans in force: what is banned cannot be done."""
        if np.isfinite(self.price_cap):  # a capped bill leaves no room for personal prices
            self.high[PERSONAL] = 0.0
        if price_walking:
            self.high[PREMIUM] = 0.0
            self.high[PERSONAL] = 0.0
        if exit_barriers:
            self.high[BARRIER] = 0.0
        if hidden_fees:
            self.high[HIDDEN] = 0.0
        if dark_patterns:
            self.high[DARK] = 0.0

    def enforce(self, table: FirmTable, slot: int) -> None:
        """Bring a firm's levers back into their ranges."""
        _comply(table.levers[slot], self.low, self.high, float(self.price_cap))

    def take_over(self, table: FirmTable, slot: int, levers: np.ndarray, quality: np.ndarray) -> bool:
        """Set all levers of a firm, brought back into their ranges; whether they could be, without which nothing is set.

        Args:
            levers: in the order of :data:`LEVER_NAMES`, float64 and contiguous.
            quality: by outcome, likewise.
        """
        bounds = self.low, self.high, float(self.price_cap), float(self.quality_floor)
        return len(quality) == table.outcomes and bool(
            _take_over(levers, quality, *bounds, slot, table.levers, table.quality, table.numbers)
        )


@compiled()
def comply(levers, low, high, price_cap):
    """Bring levers, in the order of the firm table, back into their ranges and under the cap."""
    for column in range(levers.shape[0]):
        levers[column] = min(max(levers[column], low[column]), high[column])
    levers[PRICE] = min(levers[PRICE], price_cap)
    levers[PREMIUM] = min(levers[PREMIUM], max(0.0, price_cap - levers[PRICE]))


@compiled()
def take_over(levers, quality, low, high, price_cap, quality_floor, slot, all_levers, all_quality, numbers):
    """Copy levers and quality to a firm's own and bring them back into their ranges, if all are finite; returns whether they were."""
    own_levers, own_quality, frontier = all_levers[slot], all_quality[slot], numbers[_FRONTIER, slot]
    finite = True
    for column in range(own_levers.shape[0]):
        finite = finite and np.isfinite(levers[column])
    for outcome in range(own_quality.shape[0]):
        finite = finite and np.isfinite(quality[outcome])
    if finite:
        for column in range(own_levers.shape[0]):
            own_levers[column] = levers[column]
        for outcome in range(own_quality.shape[0]):
            own_quality[outcome] = min(max(quality[outcome], quality_floor), frontier)
        comply(own_levers, low, high, price_cap)
    return finite


_comply, _take_over = Standing(comply), Standing(take_over)
