"""What a lever of the page is, and when it does anything at all."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from cxsim.app.stops import Stops
from cxsim.config.regulator import CONDUCTS
from cxsim.config.run import Config

LEVER_NAMES = {
    "price": "set prices",
    "quality": "change quality",
    "service": "change service",
    "disclosure": "own up to failings",
    "loyalty_premium": "charge loyal customers more",
    "hidden_fee": "hide fees",
    "exit_barrier": "make leaving hard",
    "overpromise": "promise too much",
    "personalisation": "price by personal data",
    "dark_pattern": "press for extras",
    "announcement": "announce how good they are",
    "collusion": "agree on prices",
    "score_gaming": "work on the survey score",
}
"""What firms may do, as the page says it."""

CONDUCT_NAMES = {name: LEVER_NAMES[name] for name in CONDUCTS}


@dataclasses.dataclass(frozen=True)
class Lever:
    """One lever.

    Attributes:
        key: the parameter that it sets.
        name: what it is called on the page.
        words: what it does, for a newcomer.
        kind: ``slider``, ``switch``, ``choice`` (one of some words) or ``set`` (any of some words).
        stops: for a slider where it may stand.
        none: for a parameter that can be ``null`` what that means, in a few words.
        choices: for a choice or a set the words, each with what it is called on the page.
        show: how a number reads: ``number``, ``percent`` (of a share or a chance), ``pounds``, ``whole`` or ``factor``.
        unit: what follows the number.
        fold: the heading under which it is folded away inside its section; none for what a newcomer meets first.
        matters: whether the lever does anything in a market; where not, it is left out.
    """

    key: str
    name: str
    words: str
    kind: str = "slider"
    stops: Stops | None = None
    none: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    show: str = "number"
    unit: str = ""
    fold: str = ""
    matters: Callable[[Config], bool] = lambda config: True


@dataclasses.dataclass(frozen=True)
class Section:
    """Levers that belong together."""

    name: str
    title: str
    words: str
    levers: tuple[Lever, ...]


def strategies(config: Config) -> list[str]:
    """The strategies that firms follow."""
    given = config.firms.strategy
    return [given] if isinstance(given, str) else list(given)


def rivalry(config: Config) -> bool:
    """Whether there is more than one supplier at a time."""
    return config.market.franchise_months is None and (config.market.n_firms != 1 or config.market.entry != "none")


def not_franchised(config: Config) -> bool:
    """Whether the number of firms is free."""
    return config.market.franchise_months is None


def franchised(config: Config) -> bool:
    """Whether one supplier at a time is chosen by tender."""
    return config.market.franchise_months is not None


def planning(config: Config) -> bool:
    """Whether some firms plan, rather than follow a rule."""
    return bool({"equity_planner", "profit_planner", "value_planner"} & set(strategies(config)))


def patient(config: Config) -> bool:
    """Whether some firms look ahead."""
    return planning(config) or "cartelist" in strategies(config)


def may(*levers: str) -> Callable[[Config], bool]:
    """Whether some firms may use one of the levers; rules of thumb use their own."""

    def allowed(config: Config) -> bool:
        from cxsim.config.checks import expand_levers

        ruled = set(strategies(config)) - {"equity_planner", "profit_planner", "value_planner", "q_learning", "cartelist"}
        return bool(ruled or (patient(config) and set(levers) & set(expand_levers(config.firms.levers))))

    return allowed


def funded(config: Config) -> bool:
    """Whether the regulator has money, and so can have cases."""
    return config.regulator.annual_funding > 0 or config.regulator.start_up_funds > 0


def fining(config: Config) -> bool:
    """Whether there is a fine or an order to fear."""
    regulator = config.regulator
    return max(regulator.fine_share_of_turnover, regulator.fine_multiple_of_gain, regulator.redress_share) > 0


def feared(config: Config) -> bool:
    """Whether some firms plan with a fine in mind."""
    return planning(config) and fining(config)


def punishing(config: Config) -> bool:
    """Whether the regulator has cases that can end in a fine."""
    return funded(config) and fining(config)


def cartels_punished(config: Config) -> bool:
    """Whether there may be a cartel, and a fine for it."""
    return colluding(config) and punishing(config) and "collusion" in config.regulator.rules


def serving(config: Config) -> bool:
    """Whether some firms plan quality or service."""
    from cxsim.config.checks import expand_levers

    return planning(config) and bool({"quality", "service"} & set(expand_levers(config.firms.levers)))


def caring(config: Config) -> bool:
    """Whether some planners may count what they are worth to customers."""
    return bool({"equity_planner", "value_planner"} & set(strategies(config)))


def announcing(config: Config) -> bool:
    """Whether some firms may announce how good they are."""
    from cxsim.config.checks import expand_levers

    return planning(config) and "announcement" in expand_levers(config.firms.levers)


def heard(config: Config) -> bool:
    """Whether somebody listens to what firms announce."""
    return announcing(config) and config.customers.talk_weight > 0


def colluding(config: Config) -> bool:
    """Whether firms may agree on prices."""
    from cxsim.config.checks import expand_levers

    return "cartelist" in strategies(config) or (planning(config) and "collusion" in expand_levers(config.firms.levers))


def practising(*names: str) -> Callable[[Config], bool]:
    """Whether firms start with each of these practices."""
    return lambda config: all(config.firms.initial_levers.get(name, 0.0) > 0.0 for name in names)


def daring(config: Config) -> bool:
    """Whether small steps lead only so far, so that bold projects can lead further."""
    return config.market.easy_quality < 1.0


def secretive(config: Config) -> bool:
    """Whether firms fail in ways that they may hide."""
    return failing(config) and config.market.truth_hazard > 0


def telling(config: Config) -> bool:
    """Whether some failings are told by the firm itself."""
    return failing(config) and (practising("disclosure")(config) or may("disclosure")(config))


def renewing(config: Config) -> bool:
    """Whether contracts have a date at which they are renewed."""
    return config.market.renewal_months > 0


def offered(config: Config) -> bool:
    """Whether there is an optional extra."""
    return config.market.extra_price > 0


def entering(config: Config) -> bool:
    """Whether anyone may enter who pays for it."""
    return not_franchised(config) and config.market.entry == "free"


def complained(config: Config) -> bool:
    """Whether the regulator goes by complaints."""
    return funded(config) and config.regulator.targeting == "complaints"


def failing(config: Config) -> bool:
    """Whether firms fail in ways that customers do not see."""
    return config.market.failing_rate > 0


def extras_pressed(config: Config) -> bool:
    """Whether there is an extra into which firms may press customers."""
    return config.market.extra_price > 0 and may("dark_pattern")(config)
