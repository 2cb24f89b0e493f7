"""How a firm runs its service: what its staff may do, what they are driven by, what they are given, and what becomes of their morale.

Contacts are handled as far as capacity goes; not every contact handled is a problem solved. What is not solved comes back (failure demand,
Seddon 2003) and takes the place of other contacts. Five practices, each from 0 to 1:

- *discretion*: how far staff may go beyond the script. Requests that no script covers are solved only in that proportion.
- *speed target*: how far staff are measured by handling time. More contacts are handled, and fewer of them solved.
- *technology* and *process*: tools multiply what staff get done where the work has been put in order, and multiply the mess where it has
  not (complementarity, Milgrom and Roberts 1990; Brynjolfsson and Hitt 2000).
- *staff care*: what is spent on tools, training and company for staff.

Morale follows care and discretion, and suffers from speed targets and from problems left open; it raises what staff get done (the
service-profit chain, Heskett et al. 1994, whose effect was small where it was measured).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cxsim.compiled import compiled
from cxsim.config.run import Config
from cxsim.firms.table import DISCRETION, PROCESS, SPEED_TARGET, STAFF_CARE, TECHNOLOGY

NEUTRAL_MORALE = 0.5
"""Morale at which staff get done what plain capacity says."""


class Service(NamedTuple):
    """Settings of operations, see the schema: `market.off_script` and `firms.*`."""

    off_script: float
    speed_gain: float
    speed_loss: float
    technology_gain: float
    morale_gain: float
    morale_speed: float
    discretion_cost: float
    technology_cost: float
    care_cost: float


class Practice(NamedTuple):
    """The practices of firms, each an array by slot, or of one firm, each a number; 0 to 1."""

    discretion: np.ndarray
    speed_target: np.ndarray
    technology: np.ndarray
    process: np.ndarray
    staff_care: np.ndarray


def practices_of(levers: np.ndarray) -> Practice:
    """The practices among the levers (slots x levers) of the firm table."""
    columns = (DISCRETION, SPEED_TARGET, TECHNOLOGY, PROCESS, STAFF_CARE)
    return Practice(*(levers[:, column] for column in columns))


@compiled()
def practice_of(levers: np.ndarray) -> Practice:
    """The practices among the levers of one firm."""
    return Practice(levers[DISCRETION], levers[SPEED_TARGET], levers[TECHNOLOGY], levers[PROCESS], levers[STAFF_CARE])


def service_settings(config: Config) -> Service:
    """The settings of a configuration."""
    firms = config.firms
    return Service(
        config.market.off_script, firms.speed_gain, firms.speed_loss, firms.technology_gain, firms.morale_gain, firms.morale_speed,
        firms.discretion_cost, firms.technology_cost, firms.care_cost,
    )  # fmt: skip


@compiled(makes_arrays=True)
def productivity(practice: Practice, morale: np.ndarray, settings: Service) -> np.ndarray:
    """Contacts handled relative to plain capacity.

    Technology on work that is in order (process 1) adds ``technology_gain``, on work that is not (process 0) takes as much away.
    """
    tools = 1.0 + settings.technology_gain * practice.technology * (2.0 * practice.process - 1.0)
    haste = 1.0 + settings.speed_gain * practice.speed_target
    return np.maximum(tools, 0.0) * haste * (1.0 + settings.morale_gain * (2.0 * morale - 1.0))


@compiled(makes_arrays=True)
def solved_share(practice: Practice, settings: Service) -> np.ndarray:
    """Share of the contacts handled that solve the problem; the others come back."""
    covered = 1.0 - settings.off_script * (1.0 - practice.discretion)
    return np.minimum(np.maximum(covered * (1.0 - settings.speed_loss * practice.speed_target), 0.0), 1.0)


@compiled(makes_arrays=True)
def practice_cost(practice: Practice, settings: Service, service_cost: float, reference: float) -> np.ndarray:
    """What the practices cost a customer and month (£), rising with the square of each effort.

    Args:
        service_cost: cost of service capacity equal to the arrival of problems (£), which discretion adds to.
        reference: the reference price (£), of which technology and care cost a share.
    """
    spent = settings.technology_cost * practice.technology**2 + settings.care_cost * practice.staff_care**2
    return reference * spent + service_cost * settings.discretion_cost * practice.discretion**2


@compiled(makes_arrays=True)
def next_morale(morale: np.ndarray, practice: Practice, waiting: np.ndarray, settings: Service) -> np.ndarray:
    """Morale a month later: a step towards what the job is like.

    Args:
        morale: now, 0 to 1.
        waiting: share of customers with an open problem, 0 to 1; staff who cannot clear the queue lose heart.
    """
    pull = 0.5 + 0.25 * practice.discretion + 0.35 * practice.staff_care - 0.35 * practice.speed_target - 0.5 * waiting
    aim = np.minimum(np.maximum(pull, 0.0), 1.0)
    return np.minimum(np.maximum(morale + settings.morale_speed * (aim - morale), 0.0), 1.0)
