"""What travels to the browser arrives whole: numbers to the last bit, the rest as JSON."""

import json

import numpy as np
import pytest

from cxsim.app import wire
from cxsim.app.levers import BY_KEY
from cxsim.app.picture import LINES, METRICS, average
from cxsim.app.state import parse
from cxsim.app.worker import paint
from cxsim.results.intervals import Interval

from .serving import SMALL


@pytest.fixture(scope="module")
def averaged():
    state, _ = parse(SMALL)
    return average([paint(state.config("policy"), number) for number in range(2)])


def test_numbers_come_back_to_the_last_bit_and_nan_as_nan():
    arrays = [np.array([0.1, np.nan, -1e300]), np.arange(4.0).reshape(2, 2)]
    header, numbers = wire.unpack(wire.pack({"word": "é£"}, arrays))
    assert header == {"word": "é£"}
    np.testing.assert_array_equal(numbers, [0.1, np.nan, -1e300, 0, 1, 2, 3])


def test_numbers_start_at_a_multiple_of_eight_bytes_whatever_the_header():
    for length in range(12):
        message = wire.pack({"a": "x" * length}, [np.ones(1)])
        assert len(message) % 8 == 0
        assert wire.unpack(message)[1].tolist() == [1.0]


def test_a_side_says_where_each_array_is(averaged):
    header, arrays = wire.side(averaged)
    numbers = np.concatenate([array.ravel() for array in arrays])
    assert header["size"] == len(numbers)
    for name in LINES:
        place, *shape = header["places"][name]
        np.testing.assert_array_equal(numbers[place : place + shape[0]], averaged.lines[name].mean)
    place, firms, months = header["places"]["by.share"]
    np.testing.assert_array_equal(numbers[place : place + firms * months].reshape(firms, months), averaged.share)
    assert f"{next(iter(LINES))}.low" in header["places"]


def test_intervals_are_none_where_there_is_none():
    assert wire.interval(Interval(np.array([1.0]), np.array([np.nan]), np.array([np.nan]))) == [[1.0, None, None]]


def test_the_furniture_is_json_and_names_every_lever_and_metric():
    furniture = json.loads(json.dumps(wire.furniture()))
    assert {lever["key"] for section in furniture["sections"] for lever in section["levers"]} == set(BY_KEY)
    assert [metric["name"] for metric in furniture["metrics"]] == list(METRICS)
    assert all(preset["title"] for group in furniture["presets"].values() for preset in group)
    for lever in furniture["run"]:
        assert max(lever["stops"]) <= furniture["most"][lever["key"]]


@pytest.mark.parametrize("address", ["scenario=watchdog", "scenario=cap", "scenario=railway", "scenario=cartel"])
def test_controls_hold_each_value_among_the_stops(address):
    state, _ = parse(address)
    sides = {name: state.config(name) for name in ("baseline", "policy")}
    controls = wire.controls(state, sides["baseline"], sides["policy"], sides)
    json.dumps(controls, allow_nan=False)
    for key, position in controls["levers"].items():
        for name, value in position["values"].items():
            if "stops" in position:
                assert value in position["stops"], (key, name)
        assert any(position["matters"].values())
        assert [side for side in sides if position["own"][side]] == [side for side in sides if key in getattr(state, side)]


def test_a_lever_that_does_nothing_is_sent_only_where_it_was_moved():
    for address, there in (("market=generic", False), ("market=generic&policy.market.truth_hazard=0.2", True)):
        state, _ = parse(address)
        sides = {name: state.config(name) for name in ("baseline", "policy")}
        position = wire.controls(state, sides["baseline"], sides["policy"], sides)["levers"].get("market.truth_hazard")
        assert (position is not None) is there
        assert not there or position["matters"] == {"baseline": False, "policy": False}


def test_what_no_lever_shows_is_listed():
    state, _ = parse("market=generic&market.brand=0.5&policy.customers.notice_scale=0.2")
    sides = {name: state.config(name) for name in ("baseline", "policy")}
    extra = wire.controls(state, sides["baseline"], sides["policy"], sides)["extra"]
    listed = [(one["key"], one["side"], one["value"]) for one in extra]
    assert listed == [("market.brand", "baseline", 0.5), ("customers.notice_scale", "policy", 0.2)]


def test_what_changed_put_upon_what_was_known_is_what_holds():
    def controls(query):
        state, _ = parse(query)
        sides = {name: state.config(name) for name in ("baseline", "policy")}
        return wire.controls(state, sides["baseline"], sides["policy"], sides)

    told, watched, moved = None, "market=generic&regulator=fca", "market=generic&regulator=fca&policy.regulator.detection=0.3"
    for query in ("market=generic", watched, moved, "market=rail"):
        now = controls(query)
        said = wire.changes(told, now)
        if told is not None:
            assert set(said["levers"]) <= set(now["levers"])
            merged = {key: position for key, position in {**told["levers"], **said["levers"]}.items() if key not in said["gone"]}
            said = {**{key: value for key, value in said.items() if key != "gone"}, "levers": merged}
        assert said == now
        assert wire.changes(now, controls(query)) == {}
        told = now
    assert list(wire.changes(controls(watched), controls(moved))["levers"]) == ["regulator.detection"]
