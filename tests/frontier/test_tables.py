import numpy as np
import pytest

from cxsim.frontier import tables
from cxsim.frontier.deterrence import least_cap
from cxsim.frontier.question import question


@pytest.fixture(scope="module")
def big():
    return question(
        ["market=generic", "regulator=stylised_continental"], x="regulator.annual_funding=1e5:1e6:3", y="regulator.fine_cap=1e5,1e6,null",
        panels="market.n_firms=2,5", metrics="hidden_fees",
    )  # fmt: skip


def with_premium(maps):
    return type(maps)(maps.grid, {**maps.values, "loyalty_premium": np.zeros_like(maps.values["hidden_fees"])})


def test_every_row_of_every_map_is_judged_along_both_levers(big, maps):
    found = tables.flats(big, maps)
    assert len(found) == 2 * (3 + 3)
    assert found[0, "hidden_fees", "regulator.annual_funding", 0].verdict == "does not matter"
    assert found[0, "hidden_fees", "regulator.annual_funding", 2].verdict == "stops mattering"
    table = tables.stops(big, found).frame
    row = table[(table["lever"] == "regulator.annual_funding") & (table["other"] == "no cap")].iloc[0]
    assert (row["verdict"], row["from"]) == ("stops mattering", "£316k a year")
    assert row["whole_high"] < -1.9


def test_the_line_s_numbers_and_the_conduct_on_either_side(big, maps):
    from cxsim.config.load import with_values

    frame = tables.theory(big, with_premium(maps)).frame
    assert frame["least_cap"].tolist() == pytest.approx([least_cap(with_values(big.config, {"market.n_firms": n})) for n in (2, 5)])
    # Caps of £1m at most lie below the line, and the fees there are those of the map.
    before, beyond = tables.conduct(big, with_premium(maps), 0)
    fees = maps.values["hidden_fees"][0].mean(axis=2)
    pays = np.array([[tables.ratio(big, 0, y, x) < 1 for x in range(3)] for y in range(3)])
    assert pays[:2].all()
    assert not pays[2].all()
    assert (before, beyond) == pytest.approx((fees[pays].mean(), fees[~pays].mean()))


def test_a_level_of_none_is_an_empty_number(big, maps):
    frame = tables.cells(big, maps).frame
    assert frame["regulator.fine_cap"].dtype == float
    assert frame["regulator.fine_cap"].isna().sum() == len(frame) / 3
