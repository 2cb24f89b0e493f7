import numpy as np
import pytest

from cxsim.firms.table import LEVER, LEVER_NAMES, NUMBER, NUMBERS
from cxsim.market.rows import STANDING, entries, firm_rows, sources

COLUMNS = ("share", "price", "reputation", "quality", "survey_score", "score_gaming", "experience", "complaints", "detection_perceived")
GAIN = 0.3


def table(present, slots, seed=1):
    """The columns of the table of firms in months with so many slots, made from luck, and what they were made of."""
    luck = np.random.default_rng(seed)
    months = len(present)
    levers, quality = luck.uniform(size=(months, slots, len(LEVER_NAMES))), luck.uniform(size=(months, slots))
    numbers = luck.uniform(size=(months, len(NUMBERS), slots))
    active, cartel = luck.uniform(size=(2, months, slots)) < 0.5
    rows = sum(present) - months
    when, slot = np.empty(rows, np.int64), np.empty(rows, np.int64)
    out, flags = np.empty((len(COLUMNS), rows)), np.empty((2, rows), np.bool_)
    kept = levers, quality, numbers, active, cartel
    places = tuple(map(COLUMNS.index, STANDING))
    firm_rows(np.array(present, np.int64), kept, GAIN, sources(COLUMNS), places, when, slot, out, flags)
    return when, slot, dict(zip(COLUMNS, out, strict=True)), flags, kept


@pytest.mark.parametrize("present", [(4, 4, 4), (2, 3, 3, 5), (2,), ()])
def test_firms_have_a_row_in_every_month_from_that_in_which_they_came(present):
    slots = max(present, default=3)
    when, slot, found, flags, (levers, quality, numbers, active, cartel) = table(present, slots)
    there = [(month, place) for month, count in enumerate(present) for place in range(1, count)]
    assert list(zip(when.tolist(), slot.tolist(), strict=True)) == there
    assert np.array_equal(flags, [active[when, slot], cartel[when, slot]])
    number = {name: numbers[when, place, slot] for name, place in NUMBER.items()}
    everyone = numbers[:, NUMBER["customers"], 1:].sum(axis=1)[when]
    shown = number["satisfaction"] + number["proxy_bias"] * GAIN * levers[when, slot, LEVER["score_gaming"]]
    expected = {
        "share": number["customers"] / everyone,
        "price": levers[when, slot, LEVER["price"]],
        "reputation": number["reputation"],
        "quality": quality[when, slot],
        "survey_score": np.minimum(shown, 1.0),
        "score_gaming": levers[when, slot, LEVER["score_gaming"]],
        "experience": 100.0 * number["experience"],
        "complaints": number["complaints"] / number["customers"],
        "detection_perceived": number["perceived_detection"],
    }
    for name, values in found.items():
        np.testing.assert_allclose(values, expected[name], rtol=1e-14, err_msg=name)


def test_a_firm_without_customers_has_no_share_and_no_complaints():
    kept = np.zeros((1, 2, len(LEVER_NAMES))), np.zeros((1, 2)), np.full((1, len(NUMBERS), 2), -2.0), *np.zeros((2, 1, 2), np.bool_)
    kept[2][0, NUMBER["customers"]] = 0.0
    row, out, flags = np.empty((2, 1), np.int64), np.empty((len(STANDING), 1)), np.empty((2, 1), np.bool_)
    firm_rows(np.array([2]), kept, GAIN, sources(("cash",)), tuple(range(len(STANDING))), *row, out, flags)
    found = dict(zip(STANDING, out[:, 0], strict=True))
    assert found == {"share": 0.0, "quality": 0.0, "survey_score": 0.0, "experience": -200.0, "complaints": 0.0}


def test_entries_are_what_is_not_zero_in_the_order_of_months_and_sheets():
    luck = np.random.default_rng(2)
    sheets = tuple(np.where(luck.uniform(size=(5, width)) < 0.4, luck.normal(size=(5, width)), -0.0) for width in (7, 1, 3))
    sheets[0][3] = sheets[1][3] = sheets[2][3] = 0.0
    months = np.array([4, 5, 6, 7, 9])
    when, kinds, amounts = entries(months, sheets)
    booked = np.concatenate(sheets, axis=1)
    month, kind = np.nonzero(booked)
    assert np.array_equal(when, months[month])
    assert np.array_equal(kinds, kind)
    assert np.array_equal(amounts, booked[month, kind])


def test_an_amount_that_is_no_number_is_an_entry():
    _, kinds, amounts = entries(np.array([0]), (np.array([[0.0, np.nan]]), np.array([[1.0]])))
    assert kinds.tolist() == [1, 2]
    assert np.isnan(amounts[0])
