"""How pictures and controls travel to the browser: numbers as raw float64, the rest as JSON."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxsim.app import levers
from cxsim.app.lever import Lever
from cxsim.app.levers import SECTIONS
from cxsim.app.picture import FLOWS, LINES, METRICS, Averaged
from cxsim.app.scenarios import SCENARIOS
from cxsim.app.state import GROUPS, MOST, RUN, State, held, preset_names, settable
from cxsim.app.stops import with_present
from cxsim.config.run import Config
from cxsim.results.columns import MONTHLY
from cxsim.results.intervals import Interval

RUN_STOPS: Mapping[str, tuple[str, str, str, tuple[int, ...]]] = {
    "market.n_customers": ("Customers simulated", "More are slower and smoother; each stands for many real people.", "",
                           (200, 500, 1000, 2000, 5000, 10_000, 20_000)),
    "months": ("Length", "How long the market is watched.", "months", (12, 24, 36, 60, 120, 180, 240, 360)),
    "replications": ("Runs behind the bands", "Each with luck of its own, the same on both sides; more make the bands narrower.", "runs",
                     (1, 2, 4, 8, 12, 16, 24, 30)),
}  # fmt: skip


def pack(header: Mapping[str, Any], arrays: Sequence[np.ndarray]) -> bytes:
    """A message: length of the header (8 bytes, little-endian), the header as JSON filled up to 8 bytes, then the arrays as float64.

    NaN stays NaN, which JSON could not say.
    """
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=True).encode()
    text += b" " * (-len(text) % 8)
    body = b"".join(np.ascontiguousarray(array, dtype="<f8").tobytes() for array in arrays)
    return struct.pack("<Q", len(text)) + text + body


def unpack(message: bytes) -> tuple[dict[str, Any], np.ndarray]:
    """The header and all numbers in a row; what the browser does, for tests."""
    (length,) = struct.unpack_from("<Q", message)
    return json.loads(message[8 : 8 + length]), np.frombuffer(message, dtype="<f8", offset=8 + length)


def side(averaged: Averaged) -> tuple[dict[str, Any], list[np.ndarray]]:
    """One side as a header, with the place of each array among the numbers that follow, and the arrays."""
    arrays: list[np.ndarray] = []
    places: dict[str, list[int]] = {}
    place = 0

    def add(name: str, array: np.ndarray) -> None:
        nonlocal place
        arrays.append(array)
        places[name] = [place, *array.shape]
        place += array.size

    for name, interval in averaged.lines.items():
        add(name, interval.mean)
        if averaged.count > 1:
            add(f"{name}.low", interval.low)
            add(f"{name}.high", interval.high)
    for name in ("share", "extraction", "price", "ledger"):
        add(f"by.{name}", getattr(averaged, name))
    header = {"firms": averaged.firms, "segments": averaged.segments, "places": places, "size": place, "count": averaged.count}
    return header, arrays


def interval(values: Interval) -> list[list[float | None]]:
    """Mean, low and high of each metric, ``None`` where there is none."""
    stacked = np.stack([values.mean, values.low, values.high], axis=1)
    return [[float(value) if np.isfinite(value) else None for value in row] for row in stacked]


def furniture() -> dict[str, Any]:
    """What the page needs once: presets, scenarios, levers in words, names of lines."""
    from cxsim.config.presets import files, title

    found = files()
    presets = {group: [{"name": name, "title": title(found[group][name])} for name in preset_names()[group]] for group in GROUPS}
    columns = {column.name: {"unit": column.unit, "meaning": column.meaning} for column in MONTHLY}
    return {
        "presets": presets,
        "scenarios": [{"name": one.name, "title": one.title, "topic": one.topic, "question": one.question} for one in SCENARIOS],
        "sections": [
            {"name": part.name, "title": part.title, "words": part.words, "levers": [_words(lever) for lever in part.levers]}
            for part in SECTIONS
        ],
        "run": [
            {"key": key, "name": name, "words": words, "unit": unit, "stops": list(stops)}
            for key, (name, words, unit, stops) in RUN_STOPS.items()
        ],
        "most": {key: MOST[key] for key in (*RUN, "seed") if key in MOST},
        "lines": {name: list(words) for name, words in LINES.items()},
        "flows": list(FLOWS),
        "metrics": [{"name": name, **columns[name]} for name in METRICS],
    }


def _words(lever: Lever) -> dict[str, Any]:
    spec = settable()[lever.key].spec
    return {
        "key": lever.key, "name": lever.name, "words": lever.words, "kind": lever.kind, "none": lever.none, "fold": lever.fold,
        "show": lever.show, "unit": lever.unit, "choices": [list(pair) for pair in lever.choices],
        "meaning": spec.meaning, "range": spec.allowed(),
        "source": spec.reference, "schema_unit": spec.unit,
    }  # fmt: skip


def controls(state: State, baseline: Config, policy: Config, untouched: Mapping[str, Config]) -> dict[str, Any]:
    """Where every control stands on both sides.

    Args:
        state: the state.
        baseline, policy: the two configurations.
        untouched: for each side the configuration without the side's own values, to which a reset leads.

    Returns:
        For each lever that matters: the values in force, those without the side's own, whether the side has one, and the stops of a
        slider; presets and their titles, values without a lever, and settings of the run.
    """
    sides = {"baseline": baseline, "policy": policy}
    positions = {}
    for section in SECTIONS:
        for lever in section.levers:
            matters = {name: lever.matters(config) for name, config in sides.items()}
            if not any(matters.values()) and lever.key not in (*state.baseline, *state.policy):
                continue  # what was moved stays in sight where it no longer does anything, so that it can be taken back
            values = {name: levers.effective(lever, config) for name, config in sides.items()}
            usual = {name: levers.effective(lever, untouched[name]) for name in sides}
            own = {"baseline": lever.key in state.baseline, "policy": lever.key in state.policy}
            position: dict[str, Any] = {"matters": matters, "values": values, "usual": usual, "own": own}
            if lever.stops is not None:
                most = MOST.get(lever.key)
                stops = [stop for stop in lever.stops(baseline) if most is None or stop is None or stop <= most]
                position["stops"] = with_present(stops, *values.values(), *usual.values())
            positions[lever.key] = position
    presets = {name: {group: state.side(name)[group] for group in GROUPS} for name in sides}
    extra = [
        {"key": key, "side": name, "value": held(config, key), "meaning": settable()[key].spec.meaning, "unit": settable()[key].spec.unit}
        for name, config in sides.items()
        for key in (state.baseline if name == "baseline" else state.policy)
        if key not in GROUPS and key not in levers.BY_KEY
    ]
    titles = {name: {group: getattr(config, group).title for group in GROUPS} for name, config in sides.items()}
    return {"levers": positions, "presets": presets, "extra": extra, "run": dict(state.run), "titles": titles}


def changes(before: Mapping[str, Any] | None, controls: Mapping[str, Any]) -> dict[str, Any]:
    """What to tell a browser that knows how controls stood before: all, nothing, or the levers that moved and those that are ``gone``."""
    if before is None:
        return dict(controls)
    if before == controls:
        return {}
    known = before["levers"]
    moved = {key: position for key, position in controls["levers"].items() if known.get(key) != position}
    return {**controls, "levers": moved, "gone": [key for key in known if key not in controls["levers"]]}
