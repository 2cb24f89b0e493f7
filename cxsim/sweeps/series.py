"""What a run leaves month by month, as columns for the datasets of a sweep that keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cxsim.results.columns import TABLES

if TYPE_CHECKING:
    import pandas as pd

    from cxsim.market.model import Market
    from cxsim.market.recorder import History

Columns = dict[str, np.ndarray]


class Tables(Mapping[str, "pd.DataFrame"]):
    """The result tables of a finished run, each worked out when it is first asked for: a measure needs one of them, rarely two.

    Args:
        market: the run.
    """

    def __init__(self, market: Market):
        self._market = market
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, kind: str) -> pd.DataFrame:
        if kind not in self._made:
            self._made[kind] = self._market.recorder.frame(kind)
        return self._made[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)


def series(market: Market, kinds: Sequence[str], last: int | None = None) -> dict[str, Columns]:
    """The monthly tables of a finished run.

    Args:
        market: the run.
        kinds: which of ``monthly``, ``segments``, ``firms`` and ``ledger``.
        last: only so many months at the end, which costs less to work out.

    Returns:
        For each kind its columns by name, each of shape (rows,).
    """
    from cxsim.market.recorder import History

    if not kinds:
        return {}
    records = market.recorder.records if last is None else market.recorder.records[-last:]
    segments = market.population.segment_names
    history = History(records, len(market.table), len(segments), market)
    made = {}
    for kind in kinds:
        if kind in {"ledger", "monthly"}:
            made[kind] = _ledger(history, segments) if kind == "ledger" else history.market_columns()
            continue
        if kind == "firms":
            firms = [(firm.name, firm.strategy_name) if firm else ("", "") for firm in market.by_slot]
            frame = history.firms([name for name, _ in firms], [strategy for _, strategy in firms])
        else:
            frame = history.segments(segments)
        made[kind] = {name: frame[name].to_numpy() for name in frame}
    return made


def _ledger(history: History, segments: Sequence[str]) -> Columns:
    """The ledger with a row for each month and segment, one more for what concerns none, and a column for each conduct."""
    from cxsim.market.ledger import CUSTOMER_FLOWS, FIRM_FLOWS, REGULATOR_FLOWS

    names = [*segments, ""]
    months = len(history.month)
    grid = {name: np.zeros((months, len(names))) for name in (*CUSTOMER_FLOWS, *FIRM_FLOWS, *REGULATOR_FLOWS)}
    for place, name in enumerate(CUSTOMER_FLOWS):
        grid[name][:, :-1] = history.flows[..., place].sum(axis=2)
    for place, name in enumerate(FIRM_FLOWS):
        grid[name][:, -1] = history.costs[..., place].sum(axis=1)
    for place, name in enumerate(REGULATOR_FLOWS):
        grid[name][:, -1] = history.regulator[:, place]
    keys = {"month": np.repeat(history.month, len(names)), "segment": np.tile(np.array(names, dtype=object), months)}
    return {**keys, **{name: values.ravel() for name, values in grid.items()}}
