"""Where the numbers of a configuration come from: what its presets say of each number that they set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cxsim.config.describe import default
from cxsim.config.keys import index
from cxsim.config.run import Config

GROUPS = ("market", "customers", "firms", "regulator")
_NOT_NUMBERS = frozenset({"title", "sources"})


class Origin(NamedTuple):
    """One parameter: key, what it means, its value, unit, what it rests on, the source, the year, and how sure it is."""

    key: str
    meaning: str
    value: str
    unit: str
    note: str
    source: str
    year: str
    confidence: str


def origins(config: Config) -> list[Origin]:
    """Every parameter that differs from its default, or that a preset gives a source for; those without a source say so."""
    rows = []
    for group in GROUPS:
        part = getattr(config, group)
        for key, parameter in index().items():
            head, _, name = key.partition(".")
            if head != group or name in _NOT_NUMBERS:
                continue
            said = part.sources.get(name)
            value = getattr(part, name)
            if said is None and value == parameter.default:
                continue
            rows.append(_origin(key, parameter.spec, value, said if isinstance(said, Mapping) else {"note": said} if said else {}))
    return rows


def differences(configs: Mapping[str, Config]) -> list[tuple[str, str, list[str]]]:
    """Parameters in which configurations differ: key, unit and the value in each, in their order."""
    rows = []
    for key, parameter in index().items():
        head, _, name = key.rpartition(".")
        if head not in GROUPS or name in _NOT_NUMBERS:
            continue
        values = [getattr(getattr(config, head), name) for config in configs.values()]
        if any(value != values[0] for value in values):
            rows.append((key, parameter.spec.unit, [_written(value) for value in values]))
    return rows


def _origin(key: str, spec: Any, value: Any, said: Mapping[str, Any]) -> Origin:
    words = {name: str(said.get(name, "") or "") for name in ("note", "source", "year", "confidence")}
    published = str(said.get("value", "") or "")
    note = "; ".join(part for part in (f"published: {published}" if published else "", words["note"]) if part)
    source = words["source"] or spec.reference
    confidence = words["confidence"] or ("guess" if "guess" in spec.reference else "" if source else "choice of this run")
    return Origin(key, spec.meaning, _written(value), spec.unit, note, source, words["year"], confidence)


def _written(value: Any) -> str:
    """A value as it would be typed, cut to a readable length."""
    text = default(value)
    return text if len(text) <= 160 else f"{text[:157]}..."
