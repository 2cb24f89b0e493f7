"""What a run leaves month by month, as columns for the datasets of a sweep that keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cxsim.results.columns import TABLES
from cxsim.results.tables import Frames, plain

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
        self._frames: Frames | None = None

    def __getitem__(self, kind: str) -> pd.DataFrame:
        if self._frames is None:
            self._frames = self._market.recorder.tables()
        return self._frames[kind]

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
    if not kinds:
        return {}
    history = market.recorder.history(last)
    made = {}
    for kind in kinds:
        columns = _ledger(history, market.population.segment_names) if kind == "ledger" else history.columns(kind)
        made[kind] = {name: plain(values) for name, values in columns.items()}
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
