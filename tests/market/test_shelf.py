import pytest

from cxsim.firms.table import FirmTable
from cxsim.market.shelf import Shelf, room_for


@pytest.fixture
def table():
    made = FirmTable(2)
    for key in (3, 4):
        made.add_slot(key)
    return made


def put(shelf, value):
    """Have a month use its room; returns its record."""
    kept, record = shelf.room(), object()
    for part in kept:
        part[:] = value
    shelf.put(record, kept)
    return record


def seen(kept):
    """What the months of something kept hold, one number each."""
    return None if kept is None else [[float(month.flat[0]) for month in part] for part in kept]


def test_room_has_the_shapes_of_the_firm_table(table):
    for rows, room in (((), room_for(table)), ((5,), room_for(table, 5)), ((), Shelf(3, table).room())):
        assert [part.shape for part in room] == [(*rows, *table.levers.shape), (*rows, 3), (*rows, *table.numbers.shape)]


def test_the_last_months_are_found_side_by_side(table):
    shelf = Shelf(4, table)
    records = [put(shelf, value) for value in (1.0, 2.0, 3.0)]
    assert seen(shelf.side_by_side(records)) == [[1.0, 2.0, 3.0]] * 3
    assert seen(shelf.side_by_side(records[1:])) == [[2.0, 3.0]] * 3
    assert seen(shelf.side_by_side([])) == [[]] * 3
    assert all(part.flags.c_contiguous for part in shelf.side_by_side(records[1:]))


def test_other_months_than_the_last_ones_are_not_found(table):
    shelf = Shelf(4, table)
    records = [put(shelf, value) for value in (1.0, 2.0, 3.0)]
    for others in (records[:2], records[::-1], [*records, object()], [object(), *records[1:]], [records[0], records[2]], records + records):
        assert shelf.side_by_side(others) is None


def test_room_that_was_not_used_is_given_again(table):
    shelf = Shelf(2, table)
    first = put(shelf, 1.0)
    shelf.room()
    second = put(shelf, 2.0)
    assert seen(shelf.side_by_side([first, second])) == [[1.0, 2.0]] * 3


def test_what_was_kept_elsewhere_is_not_noted(table):
    shelf = Shelf(2, table)
    shelf.room()
    record = object()
    shelf.put(record, room_for(table))
    assert shelf.side_by_side([record]) is None


def test_a_shelf_fits_until_it_is_full_or_a_firm_comes(table):
    shelf = Shelf(2, table)
    put(shelf, 1.0)
    assert shelf.fits(table)
    put(shelf, 2.0)
    assert not shelf.fits(table)
    other = Shelf(2, table)
    table.add_slot(5)
    assert not other.fits(table)
