"""Parameters of customers: who they are, what they notice, how satisfaction, trust and voice move."""

from __future__ import annotations

import dataclasses
from typing import Any

from cxsim.config.parameter import param

SEGMENTS = [
    {"name": "vigilant", "share": 0.3, "attention": 2.0, "vigilance": 2.0, "switching_cost": 0.7,
     "willingness_to_pay": 1.0, "complaint": 1.2, "foresight": 1.0},
    {"name": "inattentive", "share": 0.5, "attention": 0.6, "vigilance": 0.6, "switching_cost": 1.0,
     "willingness_to_pay": 1.05, "complaint": 0.9, "foresight": 1.0},
    {"name": "vulnerable", "share": 0.2, "attention": 0.5, "vigilance": 0.5, "switching_cost": 1.45,
     "willingness_to_pay": 0.85, "complaint": 0.7, "foresight": 1.0},
]  # fmt: skip


@dataclasses.dataclass(frozen=True)
class CustomersConfig:
    """How customers perceive, remember, judge and act."""

    title: str = param("Default customers", "Name of this set of customers.")
    segments: list[dict[str, Any]] = param(
        SEGMENTS, "Segments: name, share, and multipliers of attention, vigilance, switching_cost, "
        "willingness_to_pay, complaint and foresight relative to the market's mean.")  # fmt: skip
    vigilance: float = param(
        0.05, "Mean chance per month of noticing a large hidden charge.", unit="1/month", low=0, high=1,
        reference="guess")  # fmt: skip
    spread: float = param(
        0.3, "Coefficient of variation of attention and vigilance inside a segment (lognormal).",
        low=0, high=3, reference="guess")  # fmt: skip
    notice_scale: float = param(
        0.05, "Hidden charge, as a share of the reference price, at which noticing is 63 % of its full chance (h0).",
        low=1e-9, high=10, reference="guess")  # fmt: skip
    forgetting: float = param(
        0.03, "Chance per month that a noticed charge slips from mind.", unit="1/month", low=0, high=1,
        reference="guess")  # fmt: skip
    foresight: float = param(
        0.0, "Share of customers who foresee hidden fees: they reckon with every firm's fee when they compare, and are never "
        "surprised by one.", low=0, high=1, reference="the sophisticated customers of Gabaix and Laibson (2006)")  # fmt: skip
    avoidance_cost: float | None = param(
        None, "Effort of doing without what a hidden fee pays for, per month and as a share of the reference price; whoever "
        "foresees or has noticed a fee that is higher avoids it.", low=0, high=10, optional="fees cannot be avoided",
        reference="Gabaix and Laibson (2006)")  # fmt: skip
    harm_weight: float = param(
        1.5, "Loss of experience per noticed hidden charge, relative to willingness to pay.", low=0, high=100,
        reference="loss aversion, Brown et al. (2024), on a charge felt as unfair; value a guess")  # fmt: skip
    hassle_weight: float = param(
        0.5, "Loss of experience per exit barrier met when acting, relative to willingness to pay.",
        low=0, high=100, reference="guess")  # fmt: skip
    problem_weight: float = param(
        0.35, "Loss of experience while a problem stays unresolved.", low=0, high=1, reference="guess")  # fmt: skip
    crowding_weight: float = param(
        0.10, "Loss of experience of everyone when service load is twice capacity.", low=0, high=1,
        reference="guess")  # fmt: skip
    crowding_limit: float = param(
        3.0, "Load above capacity (in capacities) beyond which crowding gets no worse.", low=0, high=100,
        reference="guess")  # fmt: skip
    experience_noise: float = param(
        0.05, "Standard deviation of the luck in a month's experience.", low=0, high=1, reference="guess")  # fmt: skip
    loss_aversion: float = param(
        1.955, "How much more a disappointment weighs than an equal delight.", low=1, high=10,
        reference="Brown, Imai, Vieider and Camerer (2024)")  # fmt: skip
    disconfirmation_weight: float = param(
        0.5, "Weight of disconfirmation (experience against expectation) in satisfaction.", low=0, high=5,
        reference="Szymanski and Henard (2001)")  # fmt: skip
    satisfaction_speed: float = param(
        0.2, "Monthly speed at which satisfaction follows experience.", unit="1/month", low=0, high=1,
        reference="guess")  # fmt: skip
    expectation_speed: float = param(
        0.15, "Monthly speed at which expectation follows own experience.", unit="1/month", low=0, high=1,
        reference="Kopalle and Lehmann (2006); value a guess")  # fmt: skip
    promise_weight: float = param(
        0.05, "Monthly pull of the firm's promise on expectation.", unit="1/month", low=0, high=1,
        reference="Kopalle and Lehmann (2006); value a guess")  # fmt: skip
    word_of_mouth: float = param(
        0.03, "Monthly pull on expectation of what a friend at another firm says.", unit="1/month", low=0, high=1,
        reference="East, Hammond and Wright (2007); value a guess")  # fmt: skip
    friend_weight: float = param(
        0.3, "Weight of a friend's word against hearsay when judging that friend's firm.", low=0, high=1,
        reference="guess")  # fmt: skip
    long_links: float = param(
        0.2, "Share of a customer's acquaintances outside the neighbourhood.", low=0, high=1,
        reference="Watts and Strogatz (1998)")  # fmt: skip
    dissatisfaction_attention: float = param(
        0.05, "Added monthly chance of reconsidering per unit of expectation above satisfaction (kappa).",
        low=0, high=100, reference="Ofcom's switching tracker: dissatisfied mobile customers are 6 to 7 points a year "
        "likelier to switch; derived from that")  # fmt: skip
    price_shock_attention: float = param(
        0.3, "Added chance of reconsidering per relative rise of the bill in that month.", low=0, high=100,
        reference="motor renewals: 10 % dearer costs 3 to 8 points of retention (recalled); guess within that")  # fmt: skip
    loyalty: float = param(
        0.05, "Worth of staying with a fully trusted firm, as a share of willingness to pay.", low=0, high=5,
        reference="guess")  # fmt: skip
    initial_trust: float = param(0.6, "Trust in a supplier on joining.", low=0, high=1, reference="guess")
    trust_speed: float = param(
        0.03, "Monthly speed at which trust heals towards satisfaction.", unit="1/month", low=0, high=1,
        reference="guess")  # fmt: skip
    trust_loss: float = param(
        0.35, "Share of trust lost at once on discovering a hidden charge or a fined breach.", low=0, high=1,
        reference="guess")  # fmt: skip
    disclosure_relief: float = param(
        0.5, "Share of that loss avoided when the firm had disclosed the failing itself.", low=0, high=1,
        reference="Arpan and Roskos-Ewoldsen (2005); Fennis and Stroebe (2014); value a guess")  # fmt: skip
    failing_heard: float = param(
        0.5, "Share of a firm's customers who hear of a failing that is told or comes out.", low=0, high=1, reference="guess")  # fmt: skip
    cover_up_penalty: float = param(
        1.5, "Trust lost when a hidden failing comes out, relative to that lost on discovering a hidden charge.", low=1, high=10,
        reference="Arpan and Roskos-Ewoldsen (2005) for the direction; value a guess")  # fmt: skip
    credulity: float = param(
        0.4, "Weight of a firm's promise against its reputation in what prospects believe.", low=0, high=1,
        reference="guess")  # fmt: skip
    talk_weight: float = param(
        0.0, "How far the announcement of a firm whose words are fully believed lifts what people expect of it: share of the gap between "
        "what is announced and what they hear otherwise.", low=0, high=1,
        reference="Nelson (1974); Milgrom and Roberts (1986); value a guess")  # fmt: skip
    credibility_loss: float = param(
        0.3, "Share of a firm's credibility lost per month and unit by which its announcement exceeds what its customers experience.",
        unit="1/month", low=0, high=10, reference="Wagner, Lutz and Weitz (2009) for the direction; value a guess")  # fmt: skip
    credibility_recovery: float = param(
        0.02, "Share of the credibility lacking that comes back in a month.", unit="1/month", low=0, high=1,
        reference="guess")  # fmt: skip
    reputation_speed: float = param(
        0.1, "Monthly speed at which a firm's reputation follows its customers' satisfaction.",
        unit="1/month", low=0, high=1, reference="guess")  # fmt: skip
    complaint_rate: float = param(
        0.6, "Chance that a customer with a problem, a discovery or a strong disappointment complains to the firm.",
        low=0, high=1, reference="Goodman (TARP, 2005): about 0.5; OFT (2008): 0.64")  # fmt: skip
    complaint_threshold: float = param(
        0.15, "Disappointment (expectation minus experience) from which customers complain.", low=0, high=1,
        reference="guess")  # fmt: skip
    complaint_to_regulator: float = param(
        0.05, "Share of complaints that also reach the regulator.", low=0, high=1, reference="guess")  # fmt: skip
    recovery: float = param(
        0.0, "Share of what is lacking to full satisfaction that a complaint restores which staff with full discretion deal with; trust it "
        "leaves as it is.", low=0, high=1,
        reference="de Matos, Henrique and Rossi (2007): recovery lifts satisfaction, not repurchase; value a guess")  # fmt: skip
    sludge_scale: float = param(
        0.2, "Exit barrier, as a share of the reference price, that silences 63 % of complaints.",
        low=1e-9, high=100, reference="guess")  # fmt: skip
    data_headroom: float = param(
        0.15, "Premium, as a share of willingness to pay, that perfect data lets a firm charge its least vigilant "
        "customers.", low=0, high=1, reference="guess")  # fmt: skip
    enrolment_plain: float = param(
        0.113, "Share of customers who want the optional extra: those who take it when they are asked plainly.",
        low=0, high=1, reference="Luguri and Strahilevitz (2021), control group")  # fmt: skip
    enrolment_mild: float = param(
        0.258, "Share who take the extra when asked with mild dark patterns (lever at one half).", low=0, high=1,
        reference="Luguri and Strahilevitz (2021), mild dark patterns")  # fmt: skip
    enrolment_aggressive: float = param(
        0.419, "Share who take the extra when asked with aggressive dark patterns (lever at one).", low=0, high=1,
        reference="Luguri and Strahilevitz (2021), aggressive dark patterns")  # fmt: skip
    backlash: float = param(
        0.1, "Loss of experience in that month of who is pressed with aggressive dark patterns for an extra that she does not "
        "want; falls to none at mild ones.", low=0, high=1,
        reference="that only aggressive ones anger: Luguri and Strahilevitz (2021); value a guess")  # fmt: skip
    sources: dict[str, Any] = param(
        {}, "For each number of a preset: where it comes from and how sure it is.")  # fmt: skip
