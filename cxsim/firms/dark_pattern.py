"""Dark patterns: enrolling customers in an optional extra that renews by itself and that they do not want.

Some customers want the extra, and take it when asked. Of the others a share takes it under pressure, more the darker the pattern: the
lever runs from a plain question (0) over mild patterns (one half) to aggressive ones (1), with the take-up that Luguri and Strahilevitz
(2021) measured at these three points and straight lines between. Who does not want the extra pays until she notices. Aggressive patterns
anger whoever is pressed in vain or against her will; mild ones anger nobody.
"""

from __future__ import annotations

from cxsim.compiled import compiled


@compiled()
def take_up(lever, plain, mild, aggressive):
    """Share of those asked who take the extra, at a lever from 0 to 1."""
    if lever <= 0.5:
        return plain + (mild - plain) * 2.0 * lever
    return mild + (aggressive - mild) * (2.0 * lever - 1.0)


@compiled()
def pressed(lever, plain, mild, aggressive):
    """Chance that somebody who does not want the extra takes it when asked."""
    if plain >= 1.0:
        return 0.0
    return max(0.0, (take_up(lever, plain, mild, aggressive) - plain) / (1.0 - plain))


@compiled()
def anger(lever, full):
    """Loss of experience of somebody who is pressed for an extra that she does not want: none up to mild patterns, ``full`` at 1."""
    return full * max(0.0, 2.0 * lever - 1.0)


@compiled()
def holding(asked, chance, noticing):
    """Share of a firm's customers who hold an extra that they do not want, among those who do not want it, where that has settled.

    Args:
        asked: chance per month of being asked.
        chance: that who is asked takes it, see :func:`pressed`.
        noticing: chance per month of noticing, and cancelling.
    """
    taken = asked * chance
    return taken / max(taken + noticing, 1e-12)
