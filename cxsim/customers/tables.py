"""What the compiled month reads and writes, as named tuples of arrays.

Slot 0 of every firm table is "doing without a supplier"; firms sit in slots 1 to F. All amounts are pounds, all arrays contiguous.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cxsim.compiled import compiled

BLOCK = 1024
"""Customers worked on at a time: what a block needs stays in the nearest caches, and what each loop costs to begin is spread over many."""

LANES = 16
"""Single-precision numbers in a vector register: those who choose are filled up to a multiple of it, so that no loop has a remainder."""

CHUNK = 4096
"""Customers worked through by one thread at a time; sums are added in the order of chunks, whatever the number of threads."""

MAX_TENURE = 1200
"""Tenure (months) beyond which nothing changes; tables by tenure end here."""


class Chunks(NamedTuple):
    """Who is worked through together. Rows are in the order of segments; the part of a chunk that is of one segment is a piece."""

    pieces: np.ndarray  # the first piece of each chunk, and how many pieces there are
    starts: np.ndarray  # of each piece, its first row
    stops: np.ndarray  # the row after its last one
    segments: np.ndarray
    readiness: np.ndarray  # by segment, how ready its customers are to complain, relative to others; float32


class Traits(NamedTuple):
    """What a customer is; one row per customer."""

    profile: np.ndarray
    willingness_to_pay: np.ndarray
    choice_noise: np.ndarray
    vigilance: np.ndarray
    attention: np.ndarray
    switching_cost: np.ndarray
    foresees: np.ndarray
    wants_extra: np.ndarray


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
    extra: np.ndarray
    supplier_before: np.ndarray
    satisfaction_before: np.ndarray


class Offers(NamedTuple):
    """What each firm is to customers this month; one row per slot, except ``quality`` (profile x slot)."""

    price: np.ndarray
    appeal: np.ndarray
    premium: np.ndarray
    personal: np.ndarray
    hidden: np.ndarray
    felt: np.ndarray  # what the hidden fee costs who knows of it: the fee, or the effort of avoiding it if that is less
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
    pressed: np.ndarray  # chance that who does not want the extra takes it when asked
    anger: np.ndarray  # experience that being pressed costs her
    open_about_extra: np.ndarray  # chance per month of being told that she pays for the extra
    discretion: np.ndarray  # chance that a complaint meets staff who may put things right
    active: np.ndarray
    key: np.ndarray
    quality: np.ndarray


OFFERED = Offers._fields[: Offers._fields.index("active")]
"""The fields of offers that are one float32 number per slot."""


class Offered(NamedTuple):
    """The same as :class:`Offers` in four arrays, which are quicker to hand over than two dozen."""

    fields: np.ndarray  # float32, one row for each of OFFERED, by slot
    active: np.ndarray
    key: np.ndarray
    quality: np.ndarray  # float32, profiles x slots

    def by_name(self) -> Offers:
        """As offers."""
        return Offers(*self.fields, self.active, self.key, self.quality)


@compiled(inline="always")
def offers_of(fields, active, key, quality):
    """:meth:`Offered.by_name` in compiled code."""
    return Offers(
        fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6], fields[7], fields[8], fields[9], fields[10],
        fields[11], fields[12], fields[13], fields[14], fields[15], fields[16], fields[17], fields[18], fields[19], fields[20],
        fields[21], fields[22], active, key, quality,
    )  # fmt: skip


def offered_by(offers: Offers) -> Offered:
    """Offers in four arrays."""
    return Offered(np.array(offers[: len(OFFERED)], np.float32), offers.active, offers.key, offers.quality)


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
    extra_price: np.float32  # zero where there is no extra
    extra_offers: np.float32
    extra_noticing: np.float32
    recovery: np.float32  # zero where complaints are only listened to
    can_do_without: np.bool_
    long_links: np.float32
    renewal: np.ndarray  # added chance of reconsidering by tenure, float32[MAX_TENURE + 1]
    near: np.ndarray  # offsets of the near acquaintances, uint32[8]

    def in_arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The same in three arrays, which are quicker to hand over: what is one number each, float32, then the others."""
        return np.array(self[:-2], np.float32), self.renewal, self.near


@compiled(inline="always")
def behaviour_of(numbers, renewal, near):
    """A :class:`Behaviour` from its :meth:`~Behaviour.in_arrays` in compiled code."""
    return Behaviour(
        numbers[0], numbers[1], numbers[2], numbers[3], np.int32(numbers[4]), numbers[5], numbers[6], numbers[7], numbers[8], numbers[9],
        numbers[10], numbers[11], numbers[12], numbers[13], numbers[14], numbers[15], numbers[16], numbers[17], numbers[18], numbers[19],
        numbers[20], numbers[21], numbers[22], numbers[23], numbers[24], numbers[25], numbers[26], numbers[27], numbers[28], numbers[29],
        numbers[30], numbers[31] > np.float32(0.0), numbers[32], renewal, near,
    )  # fmt: skip


class Luck(NamedTuple):
    """What the month brings to each customer of a block: uniforms, one bell-shaped draw, and whom she talks to."""

    looks: np.ndarray
    arrives: np.ndarray
    resolves: np.ndarray
    discovers: np.ndarray
    forgets: np.ndarray
    speaks: np.ndarray
    bell: np.ndarray
    word: np.ndarray  # uint32, for the choice of a friend
    friend: np.ndarray  # uint32, row of the friend


class Block(NamedTuple):
    """What a block of customers carries from one stage of the month to the next; amounts in £/month, float32 unless said."""

    bill: np.ndarray  # what she pays, known fees aside
    hidden: np.ndarray  # the hidden fee of her supplier
    felt: np.ndarray  # what it costs her if she knows of it
    personal: np.ndarray  # what she pays because of what is known about her, while established
    liking: np.ndarray  # appeal of her supplier
    worth: np.ndarray  # of staying
    going: np.ndarray  # bool: she reconsiders
    gain: np.ndarray  # from having had a choice
    moved: np.ndarray  # what moving cost her
    outcome: np.ndarray
    harm: np.ndarray
    shaken: np.ndarray  # bool: she learnt of a hidden charge
    disappointment: np.ndarray
    surplus: np.ndarray
    readiness: np.ndarray  # to complain, relative to others
    complains: np.ndarray
    reports: np.ndarray
    recovered: np.ndarray  # 1 for whose complaint was dealt with by staff who could, else 0; only where recovery is above zero


class Choosers(NamedTuple):
    """Those of a block who reconsider, close together; float32 unless said."""

    position: np.ndarray  # uint16, in the block
    own: np.ndarray  # uint16, present slot
    profile: np.ndarray  # uint16
    value: np.ndarray
    per_noise: np.ndarray
    leaving: np.ndarray  # cost of moving, a month of it
    foresees: np.ndarray  # 1 for who foresees fees, else 0
    friend_slot: np.ndarray  # uint16
    friend_word: np.ndarray
    taste: np.ndarray
    sight: np.ndarray  # uniform: whether she sees the option
    worth: np.ndarray  # of the option looked at, taste aside
    scaled: np.ndarray  # the same in taste scales, hopeless if she does not consider it
    top: np.ndarray  # the log-sum so far is top + ln(total), in taste scales
    total: np.ndarray
    score: np.ndarray
    best: np.ndarray  # uint16, slot chosen
    best_worth: np.ndarray


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
    "avoiders",
    "extras",
    "unwanted_extras",
    "recovered",
)
"""What a month sums per segment and slot, in the order of the last axis of the sums."""

SUM = {name: position for position, name in enumerate(SUMS)}
