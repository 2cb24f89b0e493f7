"""The regulator: a Mesa agent with money, staff, open cases and a policy."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from cxsim.compiled import Standing, compiled
from cxsim.config.errors import BadValueError
from cxsim.customers.mesa_support import mesa
from cxsim.firms.breach import finding_chance
from cxsim.firms.planner import standing_enforcement
from cxsim.randomness.streams import Purpose
from cxsim.regulator.policy import Policy

if TYPE_CHECKING:
    from cxsim.market.model import Market


@dataclasses.dataclass
class Case:
    """One investigation.

    Attributes:
        slot: the firm investigated.
        opened, closes: months.
        severity, annual_gain: of the firm's conduct when the case was opened, so that stopping then does not help.
        confessor: slot of the cartel member who confessed, 0 if none.
        members: slots of the cartel that the case concerns, empty if none.
        conduct: severity and annual gain of each of them when the case was opened.
    """

    slot: int
    opened: int
    closes: int
    severity: float
    annual_gain: float
    confessor: int = 0
    members: tuple[int, ...] = ()
    conduct: dict[int, tuple[float, float]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Decision:
    """How a case ended for one firm: amounts in pounds."""

    slot: int
    month: int
    found: bool
    fine: float
    redress: float
    severity: float


class Regulator(mesa.Agent):
    """The enforcer.

    Attributes:
        funds: money to spend this year (£).
        reserve: fines kept that join next year's budget (£).
        open_cases: cases under way.
        complaints: complaints received per slot, fading over a year.
        decisions: all decisions so far.
    """

    def __init__(self, model: Market, policy: Policy):
        super().__init__(model)
        self.config = model.config.regulator
        self.policy = policy
        self.enforcement = standing_enforcement(model.config)
        self.funds = float(self.config.start_up_funds)
        self.reserve = 0.0
        self.open_cases: list[Case] = []
        self.complaints = np.zeros(len(model.table))
        self._unseen = np.zeros(0)
        self.decisions: list[Decision] = []
        self.spent = 0.0
        self.funded = 0.0

    @property
    def open_slots(self) -> set[int]:
        """Slots of the firms under investigation, fellow members of a suspected cartel included."""
        return {slot for case in self.open_cases for slot in (case.slot, *case.members)}

    @property
    def budget(self) -> float:
        """All money in hand (£)."""
        return self.funds + self.reserve

    def act(self) -> list[Decision]:
        """One month: receive money, decide cases that are due, open new ones, and let firms learn. Returns this month's decisions."""
        market = self.model
        self.spent = 0.0
        self.funded = 0.0
        self.hear_of_newcomers()
        months_left = 12 - (market.month + market.config.burn_in) % 12
        if months_left == 12:
            self.funded = float(self.config.annual_funding)
            self.funds += self.funded + self.reserve
            self.reserve = 0.0
        decided = self._decide()
        self._teach(self._open(months_left, decided))
        self.decisions += decided
        return decided

    def hear_of_newcomers(self) -> None:
        """Make room for firms that have come since."""
        missing = len(self.model.table) - len(self.complaints)
        if missing:
            self.complaints = np.append(self.complaints, np.zeros(missing))

    def keep(self, amount: float) -> float:
        """The share of a fine that the regulator keeps (£); it joins next year's budget."""
        kept = amount * self.config.self_funding_share
        self.reserve += kept
        return kept

    def _open(self, months_left: int, decided: list[Decision]) -> list[int]:
        """Open what cases money and staff allow; nobody is tried twice for what has just been punished."""
        market, config = self.model, self.config
        affordable = int(self.funds // config.case_cost)
        room = config.staff_cases - len(self.open_cases)
        if affordable < 1 or room < 1:
            return []
        rate = self.funds / months_left / config.case_cost
        wanted = market.streams.poisson(rate, Purpose.CASES, market.month)
        count = min(wanted, affordable, room)
        if count < 1:
            return []
        slots: list[int] = []
        just_punished = {decision.slot for decision in decided if decision.found}
        for slot in self._targets(count):
            if slot not in just_punished and slot not in self.open_slots:  # a case on one member of a cartel is a case on all
                self._open_case(int(slot))
                slots.append(int(slot))
        self.spent = len(slots) * config.case_cost
        self.funds -= self.spent
        return slots

    def _targets(self, count: int) -> list[int]:
        """Whom the policy picks, each an active firm.

        Raises:
            BadValueError: the policy named something else.
        """
        active = self.model.table.active
        answer = self.policy.targets(self, self.model, count)
        if not isinstance(answer, Iterable):
            raise self._no_target(answer)
        named = list(answer)[:count]
        for slot in named:
            whole = isinstance(slot, int | np.integer) and not isinstance(slot, bool)
            if not whole or not 0 < slot < len(active) or not active[slot]:
                raise self._no_target(slot)
        return [int(slot) for slot in named]

    def _no_target(self, given: object) -> BadValueError:
        allowed = f"slots of active firms: {', '.join(str(slot) for slot in np.flatnonzero(self.model.table.active)[:10])}"
        return BadValueError(f"targets from regulator.policy {self.config.policy}", given, allowed)

    def _fine(self, case: Case) -> float:
        """What the policy imposes, a finite amount.

        Raises:
            BadValueError: the policy gave something else.
        """
        fine = self.policy.fine(self, self.model, case)
        number = isinstance(fine, int | float | np.number) and not isinstance(fine, bool)
        if not number or not 0.0 <= fine < np.inf:
            raise BadValueError(f"fine from regulator.policy {self.config.policy}", fine, "pounds, 0 or more, finite")
        return float(fine)

    def _open_case(self, slot: int) -> None:
        market, table = self.model, self.model.table
        case = Case(slot, market.month, market.month + self.config.case_months, float(table.severity[slot]), float(table.annual_gain[slot]))
        if table.cartel[slot] and self.enforcement.against_collusion:
            case.members = tuple(int(k) for k in np.flatnonzero(table.cartel))
            case.conduct = {k: (float(table.severity[k]), float(table.annual_gain[k])) for k in case.members}
            case.confessor = self._confession(case)
        self.open_cases.append(case)

    def _confession(self, case: Case) -> int:
        """The first member to confess, if one would rather than keep silent; the race is drawn by lot.

        Silence by all is fined with the chance of a finding and leaves the cartel standing otherwise; confessing first is spared part of
        the fine and ends the cartel (Motta and Polo 2003). Once one confesses, all want to be first.
        """
        market = self.model
        chance, spared = finding_chance(case.severity, self.enforcement), self.config.leniency
        saved = {slot: (chance - 1.0 + spared) * self._fine(self._own(case, slot)) for slot in case.members}
        lost = {slot: (1.0 - chance) * market.cartel.worth_of_going_on(slot) for slot in case.members}
        if spared <= 0.0 or not any(saved[slot] > max(lost[slot], 0.0) for slot in case.members):
            return 0
        lots = [market.streams.uniform(Purpose.CONFESSION, market.month, int(market.table.key[slot])) for slot in case.members]
        return case.members[int(np.argmin(lots))]

    def _own(self, case: Case, slot: int) -> Case:
        """The case as it concerns one firm: each member of a cartel answers for its own conduct, with its own turnover."""
        if slot not in case.conduct:
            return case
        severity, gain = case.conduct[slot]
        return dataclasses.replace(case, slot=slot, severity=severity, annual_gain=gain)

    def _decide(self) -> list[Decision]:
        market = self.model
        if not self.open_cases:
            return []
        due = [case for case in self.open_cases if case.closes <= market.month]
        self.open_cases = [case for case in self.open_cases if case.closes > market.month]
        decided: list[Decision] = []
        for case in due:
            luck = market.streams.uniform(Purpose.FINDING, market.month, int(market.table.key[case.slot]))
            chance = finding_chance(case.severity, self.enforcement) if case.severity > 0 else self.config.false_positive_rate
            found = bool(case.confessor) or luck < chance
            for slot in case.members or (case.slot,):
                if market.table.active[slot]:
                    decided.append(self._decision(case, slot, found))
        return decided

    def _decision(self, case: Case, slot: int, found: bool) -> Decision:
        market = self.model
        if not found:
            return Decision(slot, market.month, False, 0.0, 0.0, case.severity)
        own = self._own(case, slot)
        fine = self._fine(own)
        if slot == case.confessor:
            fine *= 1.0 - self.config.leniency
        redress = self.config.redress_share * own.annual_gain
        return Decision(slot, market.month, True, fine, max(0.0, redress), own.severity)

    def _teach(self, opened: list[int]) -> None:
        """Perceptual deterrence (Apel 2013): each firm's belief moves towards what it saw, its own cases first, others' by publicity."""
        table, firms = self.model.table, self.model.config.firms
        if len(self._unseen) != len(table):
            self._unseen = np.zeros(len(table))
        seen = self._unseen
        if opened:
            seen = seen.copy()
            seen[opened] = 1.0
        weight, speed = float(firms.others_weight * self.config.publicity), float(firms.detection_learning)
        _teach.call(table.perceived_detection, seen, table.active, weight, speed)


@compiled()
def teach(believed, seen, active, weight, speed):
    """Move each active firm's belief towards the cases it saw: its own, and with ``weight`` the share of the others that had one."""
    count, total = 0, 0.0
    for slot in range(len(active)):
        if active[slot]:
            count += 1
            total += seen[slot]
    for slot in range(len(active)):
        if active[slot]:
            observed = seen[slot]
            if count > 1:
                observed = (observed + weight * (total - observed) / (count - 1)) / (1.0 + weight)
            believed[slot] += speed * (observed - believed[slot])


_teach = Standing(teach)
