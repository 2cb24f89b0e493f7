"""Strategies by name, and users' own by ``module:Class``."""

from __future__ import annotations

from cxsim.config.checks import import_user_class
from cxsim.config.errors import BadValueError
from cxsim.config.firms import STRATEGIES
from cxsim.config.run import Config
from cxsim.firms import archetypes, focus, qlearning
from cxsim.firms.planner import EquityPlanner
from cxsim.firms.strategy import Strategy

BY_NAME: dict[str, type[Strategy]] = {
    "equity_planner": EquityPlanner,
    "profit_planner": archetypes.ProfitPlanner,
    "value_planner": archetypes.ValuePlanner,
    "superior_product": archetypes.SuperiorProduct,
    "superior_service": archetypes.SuperiorService,
    "low_price": archetypes.LowPrice,
    "service_and_low_price": archetypes.ServiceAndLowPrice,
    "price_walker": archetypes.PriceWalker,
    "hidden_fee_seller": archetypes.HiddenFeeSeller,
    "subscription_trap": archetypes.SubscriptionTrap,
    "lock_in": archetypes.LockIn,
    "loyalty_data_harvester": archetypes.LoyaltyDataHarvester,
    "whole_job": focus.WholeJob,
    "one_step": focus.OneStep,
    "basics_first": focus.BasicsFirst,
    "emotion_first": focus.EmotionFirst,
    "cartelist": archetypes.Cartelist,
    "imitator": archetypes.Imitator,
    "q_learning": qlearning.QLearner,
}


def make_strategy(name: str, config: Config) -> Strategy:
    """A fresh strategy for one firm.

    Raises:
        BadValueError: the name is unknown, the user's class is no :class:`Strategy`, or users' code is not allowed.
    """
    if name in BY_NAME:
        return BY_NAME[name]()
    if ":" not in name:
        raise BadValueError("firms.strategy", name, ", ".join(STRATEGIES) + ", or module:Class of your own")
    kind = import_user_class(name, config.allow_user_code)
    if not (isinstance(kind, type) and issubclass(kind, Strategy)):
        raise BadValueError("firms.strategy", name, "a class derived from cxsim.Strategy")
    try:
        return kind()
    except TypeError as error:
        raise BadValueError("firms.strategy", name, "a class that can be made without arguments", f" Python says: {error}.") from error


def strategies_for(config: Config, count: int) -> list[str]:
    """The strategy of each of ``count`` firms: one for all, or a list dealt in turn."""
    given = config.firms.strategy
    names = [given] if isinstance(given, str) else list(given)
    return [names[position % len(names)] for position in range(count)]
