from __future__ import annotations

import numpy as np

from cxsim.config.firms import LEVERS
from cxsim.firms.table import LEVER, LEVER_NAMES, FirmTable


def test_columns_of_levers_are_in_the_order_of_their_names():
    assert [LEVER[name] for name in LEVER_NAMES] == list(range(len(LEVER_NAMES)))
    assert set(LEVERS) - set(LEVER_NAMES) == {"quality", "collusion"}  # the two that are no single number


def test_a_new_slot_starts_from_nothing_and_leaves_the_others_alone():
    table = FirmTable(3)
    assert len(table) == 1
    assert not table.active[0]
    assert table.add_slots([77]) == range(1, 2)
    table.levers[1], table.quality[1], table.cash[1], table.known[1] = 2.0, 0.5, 9.0, True
    assert table.add_slots([2**32 - 1, 3]) == range(2, 4)
    assert len(table) == 4
    assert np.all(table.levers[1] == 2.0)
    assert table.cash.tolist() == [0, 9, 0, 0]
    assert table.key.tolist() == [0, 77, 2**32 - 1, 3]
    assert table.active.tolist() == [False, True, True, True]
    assert not table.levers[2:].any()
    assert not table.known[2:].any()
    assert table.numbers.shape[1] == 4
    by_slot = [value for name, value in vars(table).items() if isinstance(value, np.ndarray) and name != "numbers"]
    assert all(len(value) == 4 for value in by_slot)
