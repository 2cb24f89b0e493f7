"""What the compiled month reads and writes, as named tuples of arrays.

Slot 0 of every firm table is "doing without a supplier"; firms sit in slots 1 to F. All amounts are pounds, all arrays contiguous.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

BLOCK = 512
"""Customers worked on at a time: what a block needs stays in the first-level cache."""

CHUNK = 4096
"""Customers whose sums are taken together; chunks are added in order, whatever the number of threads."""

MAX_TENURE = 1200
"""Tenure (months) beyond which nothing changes; tables by tenure end here."""


class Traits(NamedTuple):
    """What a customer is; one row per customer."""

    profile: np.ndarray
    willingness_to_pay: np.ndarray
    choice_noise: np.ndarray
    vigilance: np.ndarray
    attention: np.ndarray
    switching_cost: np.ndarray


class State(NamedTuple):
    """What a customer's situation is; one row per customer. The last two are last month's, for word of mouth."""

    supplier: np.ndarray
    tenure: np.ndarray
    satisfaction: np.ndarray
    expectation: np.ndarray
    trust: np.ndarray
    experience: np.ndarray
    aware: np.ndarray
    problem: np.ndarray
    supplier_before: np.ndarray
    satisfaction_before: np.ndarray


class Offers(NamedTuple):
    """What each firm is to customers this month; one row per slot, except ``quality`` (profile x slot)."""

    price: np.ndarray
    appeal: np.ndarray
    premium: np.ndarray
    personal: np.ndarray
    hidden: np.ndarray
    barrier: np.ndarray
    promise: np.ndarray
    hearsay: np.ndarray
    noticing: np.ndarray
    told: np.ndarray
    exposed: np.ndarray
    trust_kept: np.ndarray
    quiet: np.ndarray
    problem_rate: np.ndarray
    resolved: np.ndarray
    crowding: np.ndarray
    rise_new: np.ndarray
    rise_old: np.ndarray
    active: np.ndarray
    key: np.ndarray
    quality: np.ndarray


class Behaviour(NamedTuple):
    """The month's constants: the parameters of customers and market that the compiled code needs (float32 unless said)."""

    transparency: np.float32
    outside: np.float32
    seen: np.float32
    inverse_horizon: np.float32
    intro: np.int32
    reference: np.float32
    dissatisfaction: np.float32
    price_attention: np.float32
    shock: np.float32
    loyalty: np.float32
    initial_trust: np.float32
    trust_speed: np.float32
    forgetting: np.float32
    harm: np.float32
    hassle: np.float32
    problem: np.float32
    noise: np.float32
    disconfirmation: np.float32
    loss_aversion: np.float32
    satisfaction_speed: np.float32
    expectation_speed: np.float32
    promise_weight: np.float32
    word_of_mouth: np.float32
    friend_weight: np.float32
    complaint: np.float32
    complaint_threshold: np.float32
    to_regulator: np.float32
    can_do_without: np.bool_
    long_links: np.float32
    renewal: np.ndarray  # added chance of reconsidering by tenure, float32[MAX_TENURE + 1]
    near: np.ndarray  # offsets of the near acquaintances, uint32[8]


SUMS = (
    "customers",
    "new_customers",
    "experience",
    "job_outcome",
    "harm",
    "satisfaction",
    "trust",
    "problems",
    "personal",
    "surplus",
    "complaints",
    "to_regulator",
    "joiners",
    "leavers",
    "switching_cost",
    "barrier_cost",
)
"""What a month sums per segment and slot, in the order of the last axis of the sums."""

SUM = {name: position for position, name in enumerate(SUMS)}
