"""The levers of the page: which parameters a newcomer meets first, in plain words, and between which ends each moves.

Unit, range, meaning and source of a parameter come from the schema; here is only what the schema does not say: a short name, an
explanation without jargon, and round stops inside the allowed range.
"""

from __future__ import annotations

from typing import Any

from cxsim.app.lever import Lever
from cxsim.app.levers_customers import CUSTOMERS
from cxsim.app.levers_firms import FIRMS
from cxsim.app.levers_market import MARKET
from cxsim.app.levers_regulator import REGULATOR
from cxsim.app.state import held
from cxsim.config.run import Config

SECTIONS = (MARKET, CUSTOMERS, FIRMS, REGULATOR)
BY_KEY = {lever.key: lever for section in SECTIONS for lever in section.levers}


def effective(lever: Lever, config: Config) -> Any:
    """The value of a lever that is in force, as the page shows it; the number of firms where the table decides."""
    value = held(config, lever.key)
    if lever.key == "market.n_firms" and value is None:
        from cxsim.config.tables import read_firms_table

        return len(read_firms_table(str(config.market.firms_table)))
    if lever.key == "firms.levers":
        from cxsim.config.checks import expand_levers

        return list(expand_levers(value))
    return value
