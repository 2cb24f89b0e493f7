import numpy as np
import pytest

from cxsim.customers.tables import SUMS
from cxsim.firms.table import FirmTable
from cxsim.market import shelf as shelf_module
from cxsim.market.ledger import CUSTOMER_FLOWS, FIRM_FLOWS, REGULATOR_FLOWS
from cxsim.market.shelf import Shelf, room_for

SEGMENTS = 2


@pytest.fixture
def table():
    made = FirmTable(2)
    made.add_slots([3, 4])
    return made


def put(shelf, table, value):
    """Have a month use its room; returns its record."""
    kept, record = shelf.room(table), object()
    for part in kept:
        part[:] = value
    shelf.put(record, kept)
    return record


def seen(kept):
    """What the months of something kept hold, one number each."""
    return None if kept is None else [[float(month.flat[0]) for month in part] for part in kept if part.dtype != np.bool_]


def test_room_has_the_shapes_of_the_firm_table(table):
    for rows, room in (((), room_for(table, SEGMENTS)), ((5,), room_for(table, SEGMENTS, 5)), ((), Shelf(3, SEGMENTS).room(table))):
        assert (room.levers.shape, room.quality.shape) == ((*rows, *table.levers.shape), (*rows, 3))
        assert (room.numbers.shape, room.active.shape, room.cartel.shape) == ((*rows, *table.numbers.shape), (*rows, 3), (*rows, 3))
        assert (room.sums.shape, room.flows.shape) == ((*rows, SEGMENTS, 3, len(SUMS)), (*rows, SEGMENTS, 3, len(CUSTOMER_FLOWS)))
        assert (room.costs.shape, room.regulator.shape) == ((*rows, 3, len(FIRM_FLOWS)), (*rows, len(REGULATOR_FLOWS)))
        assert not any(entries.any() for entries in room.entries())


def test_where_the_firm_table_is_not_kept_there_is_room_for_the_rest(table):
    room = room_for(table, SEGMENTS, firms=False)
    assert all(part.shape[-1] == 0 or len(part) == 0 for part in room.of_firms())
    assert [part.shape for part in room[5:]] == [part.shape for part in room_for(table, SEGMENTS)[5:]]


def test_the_last_months_are_found_side_by_side(table):
    shelf = Shelf(4, SEGMENTS)
    records = [put(shelf, table, value) for value in (1.0, 2.0, 3.0)]
    assert seen(shelf.side_by_side(records)) == [[1.0, 2.0, 3.0]] * 7
    assert seen(shelf.side_by_side(records[1:])) == [[2.0, 3.0]] * 7
    assert seen(shelf.side_by_side([])) == [[]] * 7
    assert all(part.flags.c_contiguous for part in shelf.side_by_side(records[1:]))


def test_other_months_than_the_last_ones_are_not_found(table):
    shelf = Shelf(4, SEGMENTS)
    assert shelf.side_by_side([object()]) is None
    records = [put(shelf, table, value) for value in (1.0, 2.0, 3.0)]
    for others in (records[:2], records[::-1], [*records, object()], [object(), *records[1:]], [records[0], records[2]], records + records):
        assert shelf.side_by_side(others) is None


def test_room_that_was_not_used_is_given_again(table):
    shelf = Shelf(2, SEGMENTS)
    first = put(shelf, table, 1.0)
    shelf.room(table).costs[:] = 5.0
    assert not any(entries.any() for entries in shelf.room(table).entries())
    second = put(shelf, table, 2.0)
    assert seen(shelf.side_by_side([first, second])) == [[1.0, 2.0]] * 7


def test_what_was_kept_elsewhere_is_not_noted(table):
    shelf = Shelf(2, SEGMENTS)
    shelf.room(table)
    record = object()
    shelf.put(record, room_for(table, SEGMENTS))
    assert shelf.side_by_side([record]) is None


def test_room_is_used_once(table):
    shelf = Shelf(3, SEGMENTS)
    kept, records = shelf.room(table), [object(), object()]
    for record in records:
        shelf.put(record, kept)
    assert shelf.side_by_side(records) is None


def test_a_shelf_grows_no_longer_than_memory_allows(table, monkeypatch):
    month = sum(part.size for part in room_for(table, SEGMENTS))
    monkeypatch.setattr(shelf_module, "MOST", 2 * month + 1)
    shelf = Shelf(1000, SEGMENTS)
    records = [put(shelf, table, value) for value in (1.0, 2.0)]
    assert shelf.room(table)[0].base is None
    assert [part.shape[0] for part in shelf.side_by_side(records)] == [2] * 9


def test_months_beyond_those_planned_are_kept_on_their_own(table):
    shelf = Shelf(2, SEGMENTS)
    records = [put(shelf, table, value) for value in (1.0, 2.0)]
    last, room = put(shelf, table, 3.0), shelf.room(table)
    assert room[0].base is None
    assert shelf.side_by_side([*records, last]) is None
    assert seen(shelf.side_by_side(records)) == [[1.0, 2.0]] * 7


def test_months_after_a_firm_has_come_are_kept_on_their_own(table):
    shelf = Shelf(3, SEGMENTS)
    first = put(shelf, table, 1.0)
    table.add_slots([5])
    second = put(shelf, table, 2.0)
    assert shelf.room(table)[1].shape == (4,)
    assert shelf.side_by_side([first, second]) is None
    assert seen(shelf.side_by_side([first])) == [[1.0]] * 7
