"""Policies by name, and users' own by ``module:Class``."""

from __future__ import annotations

from cxsim.config.checks import import_user_class
from cxsim.config.errors import BadValueError
from cxsim.config.run import Config
from cxsim.regulator.policy import Policy, StandingPolicy


def make_policy(config: Config) -> Policy:
    """The regulator's policy.

    Raises:
        BadValueError: the name is unknown, the user's class is no :class:`Policy`, or users' code is not allowed.
    """
    name = config.regulator.policy
    if name == "standing":
        return StandingPolicy()
    if ":" not in name:
        raise BadValueError("regulator.policy", name, "standing, or module:Class of your own")
    kind = import_user_class(name, config.allow_user_code)
    if not (isinstance(kind, type) and issubclass(kind, Policy)):
        raise BadValueError("regulator.policy", name, "a class derived from cxsim.Policy")
    try:
        return kind()
    except TypeError as error:
        raise BadValueError("regulator.policy", name, "a class that can be made without arguments", f" Python says: {error}.") from error
