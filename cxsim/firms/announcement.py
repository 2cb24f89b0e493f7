"""Announcements: a firm claims an experience, customers believe it as far as they trust its words, and find out.

Talk is cheap, but not free of consequence. An announcement lifts what people hear of a firm towards what is claimed (advertising as
information on experience goods, Nelson 1974; as a signal, Milgrom and Roberts 1986), in proportion to the firm's credibility. Credibility
falls with the gap between what is announced and what its customers experience (corporate hypocrisy, Wagner, Lutz and Weitz 2009) and comes
back slowly. Who announces no more than it delivers loses nothing by it.
"""

from __future__ import annotations

from cxsim.compiled import compiled


@compiled()
def believed(heard, announced, credibility, weight):
    """What people expect of a firm after its announcement.

    Args:
        heard: what they hear of it otherwise, 0 to 1.
        announced: experience claimed, 0 to 1; one below what is heard goes unheeded.
        credibility: how far its words count, 0 to 1.
        weight: how far those of a fully credible firm do, 0 to 1.
    """
    return heard + weight * credibility * max(0.0, announced - heard)


@compiled()
def course(announced, experienced, loss, recovery):
    """Where credibility settles (0 to 1), and the monthly share of the way there that it goes.

    Args:
        announced, experienced: 0 to 1.
        loss: credibility lost a month per unit of the gap.
        recovery: share of what is lacking that comes back a month.
    """
    falling = loss * max(0.0, announced - experienced)
    speed = recovery + falling
    return (recovery / speed if speed > 0.0 else 1.0), min(1.0, speed)


@compiled()
def next_credibility(credibility, announced, experienced, loss, recovery):
    """Credibility a month later; see :func:`course`."""
    settled, speed = course(announced, experienced, loss, recovery)
    return credibility + speed * (settled - credibility)


@compiled()
def expected_credibility(credibility, announced, experienced, loss, recovery, discount):
    """Mean of credibility over the months to come, each weighted by the discount; today's for a firm that looks no further."""
    settled, speed = course(announced, experienced, loss, recovery)
    today = (1.0 - discount) / (1.0 - discount * (1.0 - speed)) if speed > 0.0 else 1.0
    return settled + today * (credibility - settled)
