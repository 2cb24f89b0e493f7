"""What each firm is to customers this month, worked out from levers and standing once for all customers."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from cxsim.config.run import Config
from cxsim.customers.jobs import give_and_take, job_done
from cxsim.customers.population import Profiles, lognormal
from cxsim.customers.tables import Offers
from cxsim.firms.dark_pattern import anger, pressed
from cxsim.firms.operations import practices_of, productivity, service_settings, solved_share
from cxsim.firms.table import (
    BARRIER,
    DARK,
    DISCLOSURE,
    HIDDEN,
    INSIGHT,
    OVERPROMISE,
    PERSONAL,
    PREMIUM,
    PRICE,
    SERVICE,
    FirmTable,
)
from cxsim.randomness.streams import Purpose, Streams

_SINGLE = np.float32
_WORTHLESS = 1e-9
_FAR = 1e6  # a job so far off that nobody would take the offer


def quality_by_profile(config: Config, profiles: Profiles, table: FirmTable) -> np.ndarray:
    """What each profile gets from each firm: weights times quality, less the distance where jobs lie on a circle.

    Returns:
        float32, shape (profiles, slots).
    """
    quality = job_done(table.quality, profiles.weights, *give_and_take(config))
    if config.market.job_circle is not None and profiles.position is not None:
        apart = np.abs(profiles.position[:, None] - table.position[None, :])
        distance = np.minimum(apart, 1.0 - apart)
        worth = max(config.market.willingness_to_pay, _WORTHLESS)
        quality = np.maximum(quality - config.market.job_circle / worth * distance, -_FAR)
    quality[:, 0] = 0.0
    return np.ascontiguousarray(quality, dtype=_SINGLE)


def problem_rates(config: Config, table: FirmTable) -> np.ndarray:
    """Monthly chance of a new problem at each firm: better quality prevents problems."""
    market = config.market
    rate = market.problem_rate * np.maximum(0.0, 1.0 + market.problem_quality_slope * (0.5 - table.quality.mean(axis=1)))
    rate[0] = 0.0
    return np.minimum(rate, 1.0)


def load_swings(config: Config, table: FirmTable, streams: Streams, month: int) -> np.ndarray:
    """This month's factor on each firm's service load: lognormal with mean 1, keyed by firm."""
    variation = config.market.load_variation
    if variation <= 0.0:
        return np.ones(len(table))
    return lognormal(ndtri(streams.uniforms_by_key(Purpose.LOAD, month, table.key)[:, 0]), variation)


def service_state(config: Config, table: FirmTable, rates: np.ndarray, swings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Chance that a problem is resolved this month, and the loss from crowding.

    Load is what was carried over plus expected new problems (a customer has at most one open), times the month's swing; capacity is
    planned for the customers that the firm has, and stretched or shrunk by how service is run. Handled is min(1, capacity / load), of which
    a share is solved.
    """
    load = table.open_problems + rates * np.maximum(table.customers - table.open_problems, 0.0)
    load *= swings
    practice, settings = practices_of(table.levers), service_settings(config)
    handled = productivity(practice, table.morale, settings)
    capacity = table.levers[:, SERVICE] * config.market.problem_rate * table.customers * handled
    busy = load > 0.0
    safe_load = np.where(busy, load, 1.0)
    resolved = np.where(busy, np.minimum(1.0, capacity / safe_load), 1.0) * solved_share(practice, settings)
    safe_capacity = np.where(capacity > 0.0, capacity, 1.0)
    with np.errstate(over="ignore"):  # next to no capacity: as crowded as it gets
        over = np.where(capacity > 0.0, load / safe_capacity - 1.0, np.where(busy, np.inf, 0.0))
    customers = config.customers
    crowding = customers.crowding_weight * np.clip(over, 0.0, customers.crowding_limit)
    return resolved, crowding


def prepare(
    config: Config, profiles: Profiles, table: FirmTable, reference_price: float, swings: np.ndarray | None = None
) -> Offers:
    """The tables that the compiled month reads; without ``swings``, those of a month in which load is as expected."""
    levers, customers, reference = table.levers, config.customers, config.market.reference_price
    hidden = levers[:, HIDDEN]
    avoidance = np.inf if customers.avoidance_cost is None else customers.avoidance_cost * reference
    take_up = (customers.enrolment_plain, customers.enrolment_mild, customers.enrolment_aggressive)
    rates = problem_rates(config, table)
    resolved, crowding = service_state(config, table, rates, np.ones(len(table)) if swings is None else swings)
    promise = np.clip(table.job_outcome + levers[:, OVERPROMISE], 0.0, 1.0)
    hearsay = (1.0 - customers.credulity) * table.reputation + customers.credulity * promise
    full_last = table.price_last + table.premium_last
    rise_new = np.maximum(0.0, levers[:, PRICE] - table.price_last) / reference_price
    rise_old = np.maximum(0.0, levers[:, PRICE] + levers[:, PREMIUM] - full_last) / reference_price
    arrays = {
        "price": levers[:, PRICE],
        "appeal": table.appeal,
        "premium": levers[:, PREMIUM],
        "personal": levers[:, PERSONAL] * levers[:, INSIGHT] * customers.data_headroom,
        "hidden": hidden,
        "felt": np.minimum(hidden, avoidance),
        "barrier": levers[:, BARRIER],
        "promise": promise,
        "hearsay": hearsay,
        "noticing": 1.0 - np.exp(-hidden / (customers.notice_scale * reference)),
        "told": np.where(hidden > 0.0, levers[:, DISCLOSURE], 0.0),
        "exposed": np.maximum(table.exposed, table.news_heard),
        "trust_kept": 1.0 - np.maximum(customers.trust_loss * (1.0 - customers.disclosure_relief * levers[:, DISCLOSURE]), table.news_loss),
        "quiet": np.exp(-levers[:, BARRIER] / (customers.sludge_scale * reference)),
        "problem_rate": rates,
        "resolved": resolved,
        "crowding": crowding,
        "rise_new": rise_new,
        "rise_old": rise_old,
        "pressed": np.array([pressed(lever, *take_up) for lever in levers[:, DARK]]),
        "anger": np.array([anger(lever, customers.backlash) for lever in levers[:, DARK]]),
        "open_about_extra": levers[:, DISCLOSURE],
    }
    return Offers(
        **{name: values.astype(_SINGLE) for name, values in arrays.items()},
        active=table.active.copy(),
        key=table.key.copy(),
        quality=quality_by_profile(config, profiles, table),
    )
