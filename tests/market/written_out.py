"""The ledger's table by brute force: every entry of every book looked at on its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxsim.market.ledger import CUSTOMER_FLOWS, FIRM_FLOWS, REGULATOR_FLOWS

COLUMNS = ("month", "payer", "payee", "conduct", "segment", "firm", "amount")


def entries(months, books, segments, firm_names):
    """All entries that are not zero, by month; within one customers' first, then firms', then the regulator's."""
    rows = []
    for month, book in zip(months, books, strict=True):
        for place, amount in np.ndenumerate(book.customers):
            rows.append((month, place[2], CUSTOMER_FLOWS, segments[place[0]], firm_names[place[1]], amount))
        for place, amount in np.ndenumerate(book.firms):
            rows.append((month, place[1], FIRM_FLOWS, "", firm_names[place[0]], amount))
        for place, amount in np.ndenumerate(book.regulator):
            rows.append((month, place[0], REGULATOR_FLOWS, "", "", amount))
    told = [(month, *list(flows.values())[flow], list(flows)[flow], segment, firm, amount)
            for month, flow, flows, segment, firm, amount in rows if amount]  # fmt: skip
    return pd.DataFrame(told, columns=list(COLUMNS))
