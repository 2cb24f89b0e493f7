"""The numbers that a firm reckons with when it weighs what its levers are worth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Outlook(NamedTuple):
    """The numbers that a firm reckons with (float64): first its own of the day, :data:`OWN_NUMBERS` of them, then everybody's."""

    discount: float
    horizon: float
    unit_cost: float
    appeal: float
    proxy_bias: float
    reference: float
    seen: float
    productivity: float
    solving: float
    practice_cost: float
    credibility: float
    graduation: float
    population: float
    transparency: float
    credulity: float
    inverse_horizon: float
    dissatisfaction: float
    price_attention: float
    loyalty: float
    trust_speed: float
    trust_loss: float
    disclosure_relief: float
    notice_scale: float
    avoidance: float  # effort of avoiding a hidden fee, £/month
    forgetting: float
    harm: float
    hassle: float
    problem: float
    crowding: float
    crowding_limit: float
    disconfirmation: float
    loss_aversion: float
    promise_pull: float
    problem_rate: float
    problem_slope: float
    load_sigma: float  # of the logarithm of the swings of load
    data_headroom: float
    quality_cost: float
    service_cost: float
    contact_cost: float
    insight_cost: float
    gaming_cost: float
    gaming_gain: float
    disclosure_cost: float
    barrier_cost: float
    announcement_cost: float
    talk_weight: float  # zero where nobody listens to announcements
    credibility_loss: float
    credibility_recovery: float
    extra_price: float  # £/month, zero where there is no extra
    extra_offers: float
    enrolment_plain: float
    enrolment_mild: float
    enrolment_aggressive: float
    backlash: float
    customer_weight: float  # worth to the firm of a pound of value to its customers
    outside: float  # worth of doing without, as a share of willingness to pay; zero where nobody can


OWN_NUMBERS = 11

OUTLOOK_RECORD = np.dtype([(name, np.float64) for name in Outlook._fields])
"""An outlook as a record: what reads it is handed an address, where a tuple of as many numbers would be copied at every call."""
