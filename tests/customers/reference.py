"""The customers' month once more, in plain NumPy and double precision, all customers and firms at once: the oracle for the compiled one.

Written from the model's description: matrices of customers x slots instead of blocks and loops, SciPy's log-sum-exp instead of running
sums, NumPy's exponentials instead of polynomials, and Philox in whole numbers.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from scipy.special import logsumexp

from cxsim.customers.tables import SUM, SUMS
from cxsim.randomness.streams import Purpose


def philox_words(c0, c1, c2, c3, k0, k1):
    c0, c1, c2, c3 = (np.broadcast_to(np.asarray(c, np.uint64), np.shape(c0)) for c in (c0, c1, c2, c3))
    low, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    for _ in range(7):
        product_0, product_1 = np.uint64(0xD2511F53) * c0, np.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = (
            (product_1 >> shift) ^ c1 ^ np.uint64(k0), product_1 & low, (product_0 >> shift) ^ c3 ^ np.uint64(k1), product_0 & low,
        )  # fmt: skip
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return c0, c1, c2, c3


def unit(word):
    return (word + 0.5) * 2.0**-32


def friends(n, month, key, rules):
    rows = np.arange(n, dtype=np.uint64)
    word = philox_words(rows, month, int(Purpose.MONTH_B), 0, *key)[3]
    near = (rows.astype(np.int64) + np.asarray(rules.near, np.int64)[(word & np.uint64(7)).astype(int)]) % n
    spread = 0x9E3779B97F4A7C15
    start = np.uint64((key[0] ^ (key[1] << 32)) * spread % 2**64)
    mixed = (rows * np.uint64(4) + (word & np.uint64(3)) + start) * np.uint64(spread)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    far = (mixed >> np.uint64(32)).astype(np.float64) / 2.0**32 * n
    return np.where(unit(word) < rules.long_links, far.astype(np.int64), near)


def month(traits, state, offers, rules, segment, readiness, when, key):
    """One month; returns the new state, the sums by segment and slot, and each customer's consumer surplus."""
    t = SimpleNamespace(**{name: np.asarray(values, np.float64) for name, values in traits._asdict().items()})
    s = SimpleNamespace(**{name: np.array(values, np.float64) for name, values in state._asdict().items()})
    f = SimpleNamespace(**{name: np.asarray(values, np.float64) for name, values in offers._asdict().items()})
    r = SimpleNamespace(**{name: np.asarray(value, np.float64) for name, value in rules._asdict().items()})
    n, slots = len(t.attention), len(f.price)
    rows = np.arange(n, dtype=np.uint64)
    profile, active = t.profile.astype(int), f.active > 0
    a = [unit(word) for word in philox_words(rows, when, int(Purpose.MONTH_A), 0, *key)]
    b_words = philox_words(rows, when, int(Purpose.MONTH_B), 0, *key)
    halves = (b_words[2] & np.uint64(0xFFFF)).astype(float) + (b_words[2] >> np.uint64(16)).astype(float) + 1.0
    bell = (halves / 2**16 - 1.0) * np.sqrt(6.0)
    friend = friends(n, when, key, r)
    everyone = np.arange(n)

    # what she pays and what staying is worth
    old = s.supplier.astype(int)
    established = s.tenure >= r.intro
    personal = f.personal[old] * t.willingness_to_pay * (1 - t.vigilance)
    bill = f.price[old] + established * (f.premium[old] + personal)
    knows = (s.aware > 0) | (t.foresees > 0)
    staying = t.willingness_to_pay * (s.satisfaction + r.loyalty * s.trust) + f.appeal[old] - bill - np.where(knows, f.felt[old], 0.0)
    staying = np.where(old > 0, staying, t.willingness_to_pay * r.outside)

    # who reconsiders
    rise = np.where(s.tenure > r.intro, f.rise_old[old], f.rise_new[old])
    rise = rise + np.where(s.tenure == r.intro, f.premium[old] / r.reference, 0.0)
    chance = t.attention + r.dissatisfaction * np.maximum(0, s.expectation - s.satisfaction)
    chance += r.price_attention * np.maximum(0, bill / r.reference - 1) ** 2 + r.shock * rise
    chance += r.renewal[np.maximum(s.tenure, 0).astype(int)]
    free = (r.can_do_without > 0) & (s.tenure >= 0)
    chance = np.where(old > 0, chance, np.where(free, t.attention, 1.0))
    going = a[0] < chance

    # what she chooses
    heard = np.broadcast_to(f.hearsay, (n, slots)).copy()
    pal_slot = s.supplier_before[friend].astype(int)
    told = r.friend_weight * (s.satisfaction_before[friend] - heard[everyone, pal_slot])
    heard[everyone, pal_slot] += told
    belief = r.transparency * f.quality[profile] + (1 - r.transparency) * heard
    leaving = (t.switching_cost + f.barrier[old]) * r.inverse_horizon
    worth = t.willingness_to_pay[:, None] * belief + f.appeal - f.price - leaving[:, None] - t.foresees[:, None] * f.felt
    tastes, seen = np.empty((n, slots)), np.zeros((n, slots), bool)
    for slot in range(slots):
        words = philox_words(rows, when, int(Purpose.CHOICE), int(offers.key[slot]), *key)
        tastes[:, slot] = -np.log(-np.log(unit(words[0])))
        seen[:, slot] = active[slot] & (unit(words[1]) < r.seen)
    seen[:, 0] = r.can_do_without > 0
    worth[:, 0] = t.willingness_to_pay * r.outside - np.where(old > 0, f.barrier[old] * r.inverse_horizon, 0.0)
    worth[everyone, old], seen[everyone, old] = staying, True
    seen[old == 0, 0] = r.can_do_without > 0
    score = np.where(seen, worth / t.choice_noise[:, None] + tastes, -np.inf)
    nothing = going & ~seen.any(axis=1)
    best = np.where(going & ~nothing, np.argmax(score, axis=1), old)
    logsum = t.choice_noise * logsumexp(np.where(seen, worth / t.choice_noise[:, None], -1e300), axis=1)
    gain = np.where(going & ~nothing, logsum - worth[everyone, best], 0.0)

    # who moves
    moved = best != old
    new = best
    cost = np.where(moved, f.barrier[old] + np.where(new > 0, t.switching_cost, 0.0), 0.0)
    joined = moved & (new > 0)
    hopes = r.transparency * f.quality[profile, new] + (1 - r.transparency) * f.hearsay[new]
    s.satisfaction[joined] = s.expectation[joined] = hopes[joined]
    s.tenure[moved], s.aware[moved], s.problem[moved], s.extra[moved] = 0, 0, 0, 0
    s.trust = np.where(moved, np.where(new > 0, r.initial_trust, 0.0), s.trust)
    s.supplier = new.astype(float)

    # problems and noticing
    met = (s.problem > 0) | (a[1] < f.problem_rate[new])
    s.problem = (met & (a[2] >= f.resolved[new])).astype(float)
    fresh = np.where((s.aware == 0) & (t.foresees == 0), 1 - (1 - t.vigilance * f.noticing[new]) * (1 - f.told[new]), 0.0)
    event = a[3] < 1 - (1 - fresh) * (1 - f.exposed[new])
    remembered = (s.aware > 0) & (unit(b_words[0]) >= r.forgetting)
    s.aware = ((event | remembered) & (f.hidden[new] > 0)).astype(float)
    healed = s.trust + r.trust_speed * (s.satisfaction - s.trust)
    s.trust = np.where(new > 0, np.where(event, s.trust * f.trust_kept[new], healed), 0.0)

    # what she lives through and how she feels about it
    outcome = f.quality[profile, new]
    value = np.maximum(t.willingness_to_pay, 1e-20)
    harm = s.aware * r.harm * f.felt[new] / value
    harm = np.minimum(1.0, harm + np.where(going | (s.problem > 0), r.hassle * f.barrier[new] / value, 0.0))
    lived = outcome - harm - r.problem * s.problem - f.crowding[new] + r.noise * bell
    s.experience = np.where(new > 0, np.clip(lived, 0, 1), 0.0)

    # the optional extra
    if r.extra_price > 0:
        c = [unit(word) for word in philox_words(rows, when, int(Purpose.MONTH_C), 0, *key)]
        wants, holds = t.wants_extra > 0, (s.extra > 0) & (new > 0)
        asked = (new > 0) & ~holds & (c[0] < r.extra_offers)
        noticing = 1 - (1 - t.vigilance * r.extra_noticing) * (1 - f.open_about_extra[new])
        notices = holds & ~wants & (event | (c[2] < noticing))
        hurt = np.where(asked & ~wants, f.anger[new], 0.0) + np.where(notices, r.harm * r.extra_price / value, 0.0)
        s.trust = np.where(notices & ~event, s.trust * f.trust_kept[new], s.trust)
        s.experience = np.clip(s.experience - np.minimum(hurt, 1), 0, 1)
        harm = np.minimum(1.0, harm + np.minimum(hurt, 1))
        s.extra = ((holds & ~notices) | (asked & (wants | (c[1] < f.pressed[new])))).astype(float)
        event = event | notices
    surprise = s.experience - s.expectation
    felt = np.where(surprise > 0, surprise, r.loss_aversion * surprise)
    satisfied = s.satisfaction + r.satisfaction_speed * (s.experience + r.disconfirmation * felt - s.satisfaction)
    word = np.where((pal_slot != new) & (pal_slot > 0), r.word_of_mouth * (s.satisfaction_before[friend] - s.expectation), 0.0)
    hoped = s.expectation + r.expectation_speed * surprise + r.promise_weight * (f.promise[new] - s.expectation) + word
    s.satisfaction = np.where(new > 0, np.clip(satisfied, 0, 1), s.satisfaction)
    s.expectation = np.where(new > 0, np.clip(hoped, 0, 1), s.expectation)

    # voice
    upset = (s.problem > 0) | event | (-surprise > r.complaint_threshold)
    chance = r.complaint * readiness[segment] * f.quiet[new]
    speaks = upset & (new > 0) & (unit(b_words[1]) < chance)
    reports = speaks & (unit(b_words[1]) < chance * r.to_regulator)
    helped = speaks & (unit(b_words[1]) >= chance * (1 - f.discretion[new])) & (r.recovery > 0)
    s.satisfaction = s.satisfaction + np.where(helped, r.recovery * (1 - s.satisfaction), 0.0)

    # money's worth
    established = s.tenure >= r.intro
    personal = np.where(established, f.personal[new] * t.willingness_to_pay * (1 - t.vigilance), 0.0)
    bill = f.price[new] + np.where(established, f.premium[new], 0.0) + personal
    knows = (s.aware > 0) | (t.foresees > 0)
    unwanted = (s.extra > 0) & (t.wants_extra == 0) & (r.extra_price > 0)
    net = t.willingness_to_pay * s.experience + f.appeal[new] - bill - np.where(knows, f.felt[new], f.hidden[new])
    surplus = gain - cost + np.where(new > 0, net, t.willingness_to_pay * r.outside) - r.extra_price * unwanted

    columns = {
        "customers": np.ones(n), "new_customers": s.tenure < r.intro, "experience": s.experience, "job_outcome": outcome, "harm": harm,
        "satisfaction": s.satisfaction, "trust": s.trust, "problems": s.problem, "personal": personal, "surplus": surplus,
        "complaints": speaks, "to_regulator": reports, "avoiders": knows & (f.felt[new] < f.hidden[new]),
        "extras": (s.extra > 0) & (r.extra_price > 0), "unwanted_extras": unwanted,
        "recovered": helped,
    }  # fmt: skip
    sums = np.zeros((len(readiness), slots, len(SUMS)))
    for name, values in columns.items():
        np.add.at(sums[:, :, SUM[name]], (segment, new), values)
    for name, slot, values in (
        ("leavers", old, moved), ("joiners", new, moved), ("barrier_cost", old, np.where(moved, f.barrier[old], 0.0)),
        ("switching_cost", new, np.where(joined, t.switching_cost, 0.0)),
    ):  # fmt: skip
        np.add.at(sums[:, :, SUM[name]], (segment, slot), values)
    s.tenure = np.where(new > 0, np.minimum(s.tenure + 1, 1200), 0)
    return s, sums, surplus
