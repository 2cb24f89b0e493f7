"""One month seen customer by customer: why each looked around, what moving was worth to her, and where she went.

A month is looked at from outside: the population is copied as it stands when customers begin to choose, and compared with what the month
made of it. Every part below is worked out from the same columns, offers and draws that the month itself used, so the parts of a move add
up to what it was worth.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.randomness.streams import Purpose

if TYPE_CHECKING:
    from cxsim.market.model import Market

COPIED = ("supplier", "tenure", "satisfaction", "expectation", "trust", "experience", "aware", "problem", "switching_cost")

LOOKED = {
    "habit": "looks around now and then, whatever happens",
    "disappointment": "got less than expected",
    "dear bill": "pays more than what is normal",
    "bill went up": "the bill rose this month, or the first-year price ended",
    "renewal date": "the contract came up for renewal",
    "no supplier": "has no supplier",
}
"""Why customers look around, with what each word means."""

MOVED = {
    "price": "what she would pay by staying, less the new price",
    "noticed charge": "the hidden charge that she knew of and leaves behind, less one that she foresees at the new supplier",
    "quality": "what she believed the new supplier does for her, less how satisfied she was, in pounds",
    "trust": "what trust in the old supplier was worth; it speaks for staying",
    "brand": "how much more the new name appeals to everybody than the old one",
    "cost of moving": "switching cost and obstacles to leaving, spread over the customer's horizon; it speaks for staying",
    "taste": "personal taste of the month, which nobody else can see",
}
"""What speaks for a move, with what each word means; all in £/month."""


@dataclasses.dataclass(frozen=True)
class Moves:
    """What customers did in one month. Arrays have one entry per simulated customer unless said.

    Attributes:
        month: the month.
        before: the columns of :data:`COPIED` when customers began to choose.
        after: slot of the supplier chosen, before any firm left the market.
        looked: whether she looked around.
        why_looked: for each word of :data:`LOOKED` the chance (0 to 1) that it was this which made her look; zero where she did not.
        worth: for each word of :data:`MOVED` what it contributed to the move (£/month); zero where she stayed.
        paid: what she would have paid by staying (£/month): price and premiums, hidden fees left out.
    """

    month: int
    before: dict[str, np.ndarray]
    after: np.ndarray
    looked: np.ndarray
    why_looked: dict[str, np.ndarray]
    worth: dict[str, np.ndarray]
    paid: np.ndarray

    @property
    def moved(self) -> np.ndarray:
        """Who changed supplier, or took one, or gave hers up (booleans)."""
        return self.after != self.before["supplier"]

    def main_reason(self) -> np.ndarray:
        """The part that spoke most for each move, as words; empty where she stayed, ``no supplier`` where she had none."""
        names = np.array([*self.worth, ""], dtype=object)
        stacked = np.stack(list(self.worth.values()))
        reason = names[np.where(self.moved, stacked.argmax(axis=0), len(self.worth))]
        reason[self.moved & (self.before["supplier"] == 0)] = "no supplier"
        return reason


def watch(market: Market, seen: Callable[[Moves], Any], months: Callable[[int], bool] = lambda month: True) -> None:
    """Call ``seen`` with the moves of every month that ``market`` goes through from now on and that ``months`` accepts.

    The market is left to itself: it draws nothing more and ends with the same bits.
    """
    population = market.population
    original = population.live_month

    def watched(month: int, offers: Any) -> Any:
        if not months(month):
            return original(month, offers)
        before = {name: population.columns[name].copy() for name in COPIED}
        sums = original(month, offers)
        seen(moves_of(market, month, offers, before))
        return sums

    population.live_month = watched  # type: ignore[method-assign]


def moves_of(market: Market, month: int, offers: Any, before: dict[str, np.ndarray]) -> Moves:
    """Work out a month's moves from the population as it was and as it is now.

    Args:
        market: the market after its customers have chosen and lived.
        month: the month that they lived.
        offers: what each firm was to customers in it.
        before: the columns of :data:`COPIED` when they began.
    """
    columns, rules = market.population.columns, market.population.rules
    slot, value = before["supplier"].astype(np.int64), columns["willingness_to_pay"].astype(float)
    after = columns["supplier"].astype(np.int64)
    established = before["tenure"] >= int(rules.intro)
    extra = offers.premium[slot] + offers.personal[slot] * value * (1.0 - columns["vigilance"])
    paid = offers.price[slot] + np.where(established, extra, 0.0)
    chances = _chances(columns, before, offers, rules, paid)
    total = sum(chances.values())
    luck = _unit(market.streams.uniforms(Purpose.MONTH_A, month, len(slot))[:, 0])
    looked = luck < total
    safe = np.where(looked & (total > 0), total, np.inf)
    why = {name: np.where(looked, chance, 0.0) / safe for name, chance in chances.items()}
    return Moves(month, before, after, looked, why, _worth(market, month, offers, before, after, paid), np.where(slot > 0, paid, 0.0))


def _chances(
    columns: dict[str, np.ndarray], before: dict[str, np.ndarray], offers: Any, rules: Any, paid: np.ndarray
) -> dict[str, np.ndarray]:
    """The parts of each customer's chance of looking around."""
    slot, tenure = before["supplier"].astype(np.int64), before["tenure"].astype(np.int64)
    reference, intro = float(rules.reference), int(rules.intro)
    gap = np.maximum(before["expectation"].astype(float) - before["satisfaction"], 0.0)
    excess = np.maximum(paid / reference - 1.0, 0.0)
    rise = np.where(tenure > intro, offers.rise_old[slot], offers.rise_new[slot])
    rise = rise + np.where(tenure == intro, offers.premium[slot] / reference, 0.0)
    served = slot > 0
    without = columns["attention"] if rules.can_do_without else np.ones(len(slot))
    without = np.where(tenure < 0, 1.0, without)
    parts = {
        "habit": columns["attention"].astype(float),
        "disappointment": float(rules.dissatisfaction) * gap,
        "dear bill": float(rules.price_attention) * excess**2,
        "bill went up": float(rules.shock) * rise,
        "renewal date": rules.renewal[np.maximum(tenure, 0)].astype(float),
    }
    return {name: np.where(served, part, 0.0) for name, part in parts.items()} | {"no supplier": np.where(served, 0.0, without)}


def _worth(
    market: Market, month: int, offers: Any, before: dict[str, np.ndarray], after: np.ndarray, paid: np.ndarray
) -> dict[str, np.ndarray]:
    """What each part contributed to a move: worth of the new supplier less worth of the old one (£/month)."""
    columns, rules = market.population.columns, market.population.rules
    old, value = before["supplier"].astype(np.int64), columns["willingness_to_pay"].astype(float)
    moved = (after != old) & (old > 0)
    joins = after > 0
    belief = np.where(joins, _belief(market, month, offers, before, after), float(rules.outside))
    fence = offers.barrier[old] + np.where(joins, before["switching_cost"], 0.0)
    parts = {
        "price": paid - np.where(joins, offers.price[after], 0.0),
        "noticed charge": _known(columns, before, offers, old) - np.where(columns["foresees"] > 0, offers.felt[after], 0.0),
        "quality": value * (belief - before["satisfaction"]),
        "trust": -value * float(rules.loyalty) * before["trust"],
        "brand": np.where(joins, offers.appeal[after], 0.0) - offers.appeal[old],
        "cost of moving": -fence * float(rules.inverse_horizon),
        "taste": columns["choice_noise"] * (_taste(market, month, offers, after) - _taste(market, month, offers, old)),
    }
    return {name: np.where(moved, part, 0.0) for name, part in parts.items()}


def _known(columns: dict[str, np.ndarray], before: dict[str, np.ndarray], offers: Any, old: np.ndarray) -> np.ndarray:
    """What the hidden charge of her supplier costs who knows of it or foresees it."""
    return np.where((before["aware"] > 0) | (columns["foresees"] > 0), offers.felt[old], 0.0)


def _belief(market: Market, month: int, offers: Any, before: dict[str, np.ndarray], after: np.ndarray) -> np.ndarray:
    """Quality that each customer believed her new supplier to have: what she can see, hearsay, and a friend's word."""
    columns, rules = market.population.columns, market.population.rules
    heard = offers.hearsay[after].astype(float)
    friend = _friends(market, month)
    told = before["supplier"][friend] == after
    heard = heard + np.where(told, float(rules.friend_weight) * (before["satisfaction"][friend] - heard), 0.0)
    sight = float(rules.transparency)
    return np.asarray(sight * offers.quality[columns["profile"], after] + (1.0 - sight) * heard)


def _friends(market: Market, month: int) -> np.ndarray:
    """Whom each customer talks to this month; the same network as that of the compiled month."""
    population, rules = market.population, market.population.rules
    n = population.n
    word = np.rint(market.streams.uniforms(Purpose.MONTH_B, month, n)[:, 3] * 2.0**32 - 0.5).astype(np.uint64)
    row = np.arange(n, dtype=np.uint64)
    which = word & np.uint64(7)
    near = (row + rules.near.astype(np.uint64)[which]) % np.uint64(n)
    key0, key1 = (np.uint64(part) for part in market.streams.key)
    spread = np.uint64(0x9E3779B97F4A7C15)
    with np.errstate(over="ignore"):
        mixed = (row * np.uint64(4) + (which & np.uint64(3)) + (key0 ^ (key1 << np.uint64(32))) * spread) * spread
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    far = ((mixed >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32)
    return np.where(_unit((word + 0.5) * 2.0**-32) < float(rules.long_links), far, near).astype(np.int64)


def _taste(market: Market, month: int, offers: Any, slots: np.ndarray) -> np.ndarray:
    """Each customer's taste shock for the slot that belongs to her, in taste scales."""
    taste = np.zeros(len(slots))
    for slot in np.unique(slots):
        mine = slots == slot
        draws = _unit(market.streams.uniforms(Purpose.CHOICE, month, len(slots), second=int(offers.key[slot]))[:, 0])
        taste[mine] = -np.log(-np.log(draws[mine]))
    return taste


def _unit(draws: np.ndarray) -> np.ndarray:
    """Draws on the coarser grid that the compiled month's single precision has."""
    return np.asarray((np.floor(draws * 2.0**23) + 0.5) * 2.0**-23)
