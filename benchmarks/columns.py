"""The customers' month in NumPy: an array per attribute, whole chunks of customers at a time, in single precision.

What somebody gets who leaves objects behind but compiles nothing. Chunks keep the many intermediate arrays in the cache.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cxsim.customers.tables import SUM, SUMS

CHUNK = 8192
_SINGLE = np.float32


class ColumnsMonth:
    """Customers as columns, with luck of their own.

    Args:
        market: whose customers to start from; its rules are read anew each month, its columns are left alone.
        seed: seed of the generator.

    Attributes:
        columns: the customers, an array per attribute.
        looked: how many looked around last month.
    """

    def __init__(self, market: Any, seed: int = 1):
        population = self._population = market.population
        self.columns = {name: values.copy() for name, values in population.columns.items()}
        self._readiness = np.array([float(segment.get("complaint", 1.0)) for segment in market.config.customers.segments], _SINGLE)
        self._luck = np.random.Generator(np.random.SFC64(seed))
        n = population.n
        self._order = self._luck.permutation(n).astype(np.int32)
        self._place = np.argsort(self._order).astype(np.int32)
        self._far = self._luck.integers(0, n, (n, 4), np.int32)
        self.looked = 0

    def live_month(self, month: int, offers: Any) -> np.ndarray:
        """One month; returns the sums as the engine does."""
        segments, slots = len(self._readiness), len(offers.price)
        self._rules, self._before = self._population.rules, (self.columns["supplier"].copy(), self.columns["satisfaction"].copy())
        total = np.zeros((segments * slots, len(SUMS)))
        self.looked = 0
        for start in range(0, len(self._before[0]), CHUNK):
            rows = slice(start, min(start + CHUNK, len(self._before[0])))
            self._live(rows, offers, total, slots)
        return total.reshape(segments, slots, len(SUMS))

    def _live(self, rows: slice, offers: Any, total: np.ndarray, slots: int) -> None:
        c = {name: values[rows] for name, values in self.columns.items()}
        friend = self._friends(rows)
        pal, word = self._before[0][friend], self._before[1][friend]
        bill, _ = self._bill(c, offers)
        looks = self._random(len(pal)) < self._chance(c, offers, bill)
        old = c["supplier"].copy()
        gain = self._choose(np.flatnonzero(looks), c, offers, bill, pal, word)
        firm = c["supplier"]
        shaken = self._meet_and_notice(c, offers)
        outcome, harm = self._use(c, offers, looks)
        if self._rules.extra_price > 0:
            self._deal_with_extras(c, offers, shaken, harm)
        disappointment = self._feel(c, offers, pal, word)
        complains, reports = self._speak_up(c, offers, shaken, disappointment)
        moved = old != firm
        bill, personal = self._bill(c, offers)
        barrier = np.where(moved, offers.barrier[old], 0)
        switching = np.where(moved & (firm > 0), c["switching_cost"], 0)
        knows = (c["aware"] | c["foresees"]) > 0
        worth = c["willingness_to_pay"] * c["experience"] + offers.appeal[firm] - bill
        worth -= np.where(knows, offers.felt[firm], offers.hidden[firm])
        regrets = c["extra"] > c["wants_extra"]
        surplus = gain - barrier - switching + np.where(firm > 0, worth, c["willingness_to_pay"] * self._rules.outside)
        surplus -= np.where(regrets, self._rules.extra_price, 0)
        self.looked += int(looks.sum())
        self._add_up(total, c["segment"].astype(np.intp) * slots, firm, {
            "experience": c["experience"], "job_outcome": outcome, "harm": harm, "satisfaction": c["satisfaction"], "trust": c["trust"],
            "problems": c["problem"], "personal": personal, "surplus": surplus, "complaints": complains, "to_regulator": reports,
            "new_customers": c["tenure"] < self._rules.intro, "customers": None, "extras": c["extra"], "unwanted_extras": regrets,
            "avoiders": knows & (offers.felt < offers.hidden)[firm],
        })  # fmt: skip
        if moved.any():
            home = c["segment"].astype(np.intp)[moved] * slots
            self._add_up(total, home, old[moved], {"leavers": None, "barrier_cost": barrier[moved]})
            self._add_up(total, home, firm[moved], {"joiners": None, "switching_cost": switching[moved]})
        c["tenure"][:] = np.where(firm > 0, np.minimum(c["tenure"] + 1, 1200), 0)

    def _random(self, count: Any) -> np.ndarray:
        return self._luck.random(count, _SINGLE)

    def _friends(self, rows: slice) -> np.ndarray:
        """One acquaintance a month: one of eight near on a ring, or one of four far (Watts and Strogatz 1998)."""
        count, n = rows.stop - rows.start, len(self._order)
        which = self._luck.integers(0, 8, count, np.int8)
        step = which - 4 + (which > 3)
        near = self._order[(self._place[rows] + step) % n]
        return np.where(self._random(count) < self._rules.long_links, self._far[np.arange(rows.start, rows.stop), which & 3], near)

    def _bill(self, c: dict[str, np.ndarray], offers: Any) -> tuple[np.ndarray, np.ndarray]:
        """What each pays, and the personal premium in it (£/month)."""
        firm, established = c["supplier"], c["tenure"] >= self._rules.intro
        personal = np.where(established, offers.personal[firm] * c["willingness_to_pay"] * (1 - c["vigilance"]), 0)
        return offers.price[firm] + np.where(established, offers.premium[firm], 0) + personal, personal

    def _chance(self, c: dict[str, np.ndarray], offers: Any, bill: np.ndarray) -> np.ndarray:
        """Chance of looking around: attention, disappointment, a dear bill, a jump of the bill, a renewal date."""
        rules, firm, tenure = self._rules, c["supplier"], c["tenure"]
        rise = np.where(tenure > rules.intro, offers.rise_old[firm], offers.rise_new[firm])
        rise += np.where(tenure == rules.intro, offers.premium[firm] / rules.reference, 0)
        chance = c["attention"] + rules.dissatisfaction * np.maximum(c["expectation"] - c["satisfaction"], 0)
        chance += rules.price_attention * np.maximum(bill / rules.reference - 1, 0) ** 2 + rules.shock * rise
        chance += rules.renewal[np.maximum(tenure, 0)]
        without = np.where(bool(rules.can_do_without) & (tenure >= 0), c["attention"], 1)
        return np.where(firm > 0, chance, without)

    def _choose(
        self, at: np.ndarray, c: dict[str, np.ndarray], offers: Any, bill: np.ndarray, pal: np.ndarray, word: np.ndarray
    ) -> np.ndarray:
        """Let those at the given places choose by the logit; returns everybody's gain from having had a choice."""
        rules, gain = self._rules, np.zeros(len(pal), _SINGLE)
        if not len(at):
            return gain
        own, value, noise = c["supplier"][at], c["willingness_to_pay"][at], c["choice_noise"][at]
        everyone = np.arange(len(at))
        heard = np.tile(offers.hearsay, (len(at), 1))
        heard[everyone, pal[at]] += rules.friend_weight * (word[at] - heard[everyone, pal[at]])
        belief = rules.transparency * offers.quality[c["profile"][at]] + (1 - rules.transparency) * heard
        leaving = (c["switching_cost"][at] + offers.barrier[own]) * rules.inverse_horizon
        worth = value[:, None] * belief + offers.appeal - offers.price - leaving[:, None]
        worth -= c["foresees"][at][:, None] * offers.felt
        seen = offers.active & (self._random(worth.shape) < rules.seen)
        worth[:, 0] = value * rules.outside - np.where(own > 0, offers.barrier[own] * rules.inverse_horizon, 0)
        seen[:, 0] = rules.can_do_without
        liking = c["satisfaction"][at] + rules.loyalty * c["trust"][at]
        staying = value * liking + offers.appeal[own] - bill[at] - np.where(c["aware"][at] | c["foresees"][at], offers.felt[own], 0)
        held = own > 0
        worth[everyone[held], own[held]], seen[everyone[held], own[held]] = staying[held], True
        scaled = np.where(seen, worth / noise[:, None], -np.inf)
        top = scaled.max(axis=1)
        can = top > -np.inf
        at, everyone, own = at[can], everyone[can], own[can]
        scaled, top, worth, noise = scaled[can], top[can], worth[can], noise[can]
        odds = np.cumsum(np.exp(scaled - top[:, None]), axis=1)
        new = (odds <= self._random(len(at))[:, None] * odds[:, -1:]).sum(axis=1)
        gain[at] = noise * (top + np.log(odds[:, -1])) - worth[np.arange(len(at)), new]
        self._move(at[new != own], new[new != own], c, offers)
        return gain

    def _move(self, at: np.ndarray, new: np.ndarray, c: dict[str, np.ndarray], offers: Any) -> None:
        """Start anew with another firm, or without one."""
        rules = self._rules
        hopes = rules.transparency * offers.quality[c["profile"][at], new] + (1 - rules.transparency) * offers.hearsay[new]
        joined = new > 0
        c["supplier"][at] = new
        c["tenure"][at] = c["aware"][at] = c["problem"][at] = c["extra"][at] = 0
        c["trust"][at] = np.where(joined, rules.initial_trust, 0)
        c["satisfaction"][at[joined]] = c["expectation"][at[joined]] = np.clip(hopes[joined], 0, 1)

    def _meet_and_notice(self, c: dict[str, np.ndarray], offers: Any) -> np.ndarray:
        """Problems come and go; hidden charges are discovered or forgotten; returns whose trust was shaken."""
        rules, firm, count = self._rules, c["supplier"], len(c["supplier"])
        met = (c["problem"] > 0) | (self._random(count) < offers.problem_rate[firm])
        c["problem"][:] = met & (self._random(count) >= offers.resolved[firm])
        fresh = 1 - (1 - c["vigilance"] * offers.noticing[firm]) * (1 - offers.told[firm])
        fresh[(c["aware"] | c["foresees"]) > 0] = 0
        shaken = self._random(count) < 1 - (1 - fresh) * (1 - offers.exposed[firm])
        remembers = (c["aware"] > 0) & (self._random(count) >= rules.forgetting)
        c["aware"][:] = (shaken | remembers) & (offers.hidden[firm] > 0)
        healed = c["trust"] + rules.trust_speed * (c["satisfaction"] - c["trust"])
        c["trust"][:] = np.where(firm > 0, np.where(shaken, c["trust"] * offers.trust_kept[firm], healed), 0)
        return shaken

    def _use(self, c: dict[str, np.ndarray], offers: Any, looks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Experience what the firm delivers; returns the outcome of the job and what harm and hassle took away."""
        rules, firm = self._rules, c["supplier"]
        outcome = offers.quality[c["profile"], firm]
        harm = np.where(c["aware"], rules.harm * offers.felt[firm], 0)
        harm += np.where(looks | (c["problem"] > 0), rules.hassle * offers.barrier[firm], 0)
        harm = np.minimum(harm / c["willingness_to_pay"], 1)
        luck = (self._random(len(firm)) + self._random(len(firm)) - 1) * _SINGLE(6**0.5)
        lived = outcome - harm - rules.problem * c["problem"] - offers.crowding[firm] + rules.noise * luck
        c["experience"][:] = np.where(firm > 0, np.clip(lived, 0, 1), 0)
        return outcome, harm

    def _deal_with_extras(self, c: dict[str, np.ndarray], offers: Any, shaken: np.ndarray, harm: np.ndarray) -> None:
        """Who is asked takes the extra or not; who holds it unwanted may notice and cancel. Changes ``shaken`` and ``harm`` in place."""
        rules, firm, count = self._rules, c["supplier"], len(c["supplier"])
        holds, wants = c["extra"] > 0, c["wants_extra"] > 0
        asked = (firm > 0) & ~holds & (self._random(count) < rules.extra_offers)
        takes = asked & (wants | (self._random(count) < offers.pressed[firm]))
        chance = 1 - (1 - c["vigilance"] * rules.extra_noticing) * (1 - offers.open_about_extra[firm])
        notices = holds & ~wants & (shaken | (self._random(count) < chance))
        hurt = np.where(asked & ~wants, offers.anger[firm], 0)
        hurt = np.minimum(hurt + np.where(notices, rules.harm * rules.extra_price / c["willingness_to_pay"], 0), 1)
        c["trust"][:] *= np.where(notices & ~shaken, offers.trust_kept[firm], 1)
        c["experience"][:] = np.maximum(c["experience"] - hurt, 0)
        c["extra"][:] = takes | (holds & ~notices)
        shaken |= notices
        np.minimum(harm + hurt, 1, out=harm)

    def _feel(self, c: dict[str, np.ndarray], offers: Any, pal: np.ndarray, word: np.ndarray) -> np.ndarray:
        """Satisfaction and expectation follow the month; returns disappointment."""
        rules, firm, hoped = self._rules, c["supplier"], c["expectation"]
        surprise = c["experience"] - hoped
        felt = np.where(surprise > 0, surprise, rules.loss_aversion * surprise)
        target = c["experience"] + rules.disconfirmation * felt
        satisfied = c["satisfaction"] + rules.satisfaction_speed * (target - c["satisfaction"])
        hopes = hoped + rules.expectation_speed * surprise + rules.promise_weight * (offers.promise[firm] - hoped)
        hopes += np.where((pal != firm) & (pal > 0), rules.word_of_mouth * (word - hoped), 0)
        c["satisfaction"][:] = np.where(firm > 0, np.clip(satisfied, 0, 1), c["satisfaction"])
        c["expectation"][:] = np.where(firm > 0, np.clip(hopes, 0, 1), hoped)
        return -surprise

    def _speak_up(
        self, c: dict[str, np.ndarray], offers: Any, shaken: np.ndarray, disappointment: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Who complains to the firm, and to the regulator as well (Hirschman 1970)."""
        rules, firm = self._rules, c["supplier"]
        upset = ((c["problem"] > 0) | shaken | (disappointment > rules.complaint_threshold)) & (firm > 0)
        chance, luck = rules.complaint * self._readiness[c["segment"]] * offers.quiet[firm], self._random(len(firm))
        return upset & (luck < chance), upset & (luck < chance * rules.to_regulator)

    def _add_up(self, total: np.ndarray, home: np.ndarray, firm: np.ndarray, columns: dict[str, np.ndarray | None]) -> None:
        """Add columns up by segment and firm; ``None`` counts heads."""
        place = home + firm
        for name, values in columns.items():
            total[:, SUM[name]] += np.bincount(place, values, len(total))
