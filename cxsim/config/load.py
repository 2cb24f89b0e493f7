"""From presets, overrides and values to one checked, frozen configuration, and back to text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cxsim.config.checks import check
from cxsim.config.errors import BadValueError, CxsimError, UnknownKeyError
from cxsim.config.keys import changed, coerce, group_types, index, locate
from cxsim.config.parameter import as_mapping
from cxsim.config.presets import GROUPS
from cxsim.config.run import Config


def load(*overrides: str, config_dir: str | Path | None = None, **values: Any) -> Config:
    """Compose presets, overrides and values into a checked configuration.

    Args:
        overrides: as on the command line, ``"market=rail"``, ``"market.n_firms=4"``, ``"experiment=name"``.
        config_dir: a folder of your own with presets (``market/mine.yaml``), looked into before cxsim's.
        values: Python values by key, ``seed=2`` or ``**{"market.n_firms": 4}``; they come after the overrides. A
            group's name takes a preset, ``market="rail"``.

    Returns:
        A frozen configuration in which every value has been checked.

    Raises:
        CxsimError: an unknown key or preset, a value out of range or of the wrong type, a contradiction, a malformed
            override, or YAML that cannot be read. Nothing else is raised because of what was given.

    Example:
        >>> load("market=rail", "regulator=none", seed=3).seed
        3
    """
    from cxsim.config.bases import Bases

    return Bases(overrides, config_dir, values)().with_values({})


def from_mapping(mapping: Mapping[str, Any]) -> Config:
    """A checked configuration from nested mappings; what they leave out keeps the schema's default.

    Args:
        mapping: as `resolved` gives it, ``{"market": {"n_firms": 4}, "seed": 2}``.

    Raises:
        CxsimError: an unknown key, a value out of range or of the wrong type, or a contradiction.
    """
    config = unchecked(mapping)
    check(config)
    return config


def unchecked(mapping: Mapping[str, Any]) -> Config:
    """A configuration in which every value has been checked alone, and not yet whether they can stand together.

    Raises:
        CxsimError: an unknown key, or a value out of range or of the wrong type.
    """
    if not isinstance(mapping, Mapping):
        raise BadValueError("configuration", mapping, "a mapping from keys to values")
    parts: dict[str, Any] = {}
    for key, value in mapping.items():
        if key not in group_types():
            if key not in index() or "." in key:
                raise UnknownKeyError(str(key), [*index(), *group_types()])
            parts[key] = coerce(key, value)
            continue
        if not isinstance(value, Mapping):
            raise BadValueError(key, value, f"a mapping of the parameters of {key}")
        for nested in group_types():
            if nested in value and f"{key}.{nested}" not in index():
                raise CxsimError(
                    f"{key}.{nested}: a preset of {key} holds the parameters of {key}, without the group's name before them; what sets "
                    "those of several groups is an experiment (experiment/NAME.yaml)."
                )
        parts[key] = group_types()[key](**{str(name): coerce(f"{key}.{name}", part) for name, part in value.items()})
    return Config(**parts)


def with_values(config: Config, values: Mapping[str, Any]) -> Config:
    """A configuration that differs in some values, checked; much faster than `load`, so made for sweeps.

    Args:
        config: where to start from; it stays as it is.
        values: Python values by dotted key, ``{"market.n_firms": 4, "firms.initial_levers.hidden_fee": 2.0}``.

    Raises:
        CxsimError: an unknown key, a value out of range or of the wrong type, or a contradiction.
    """
    result = replaced(config, values)
    check(result)
    return result


def replaced(config: Config, values: Mapping[str, Any]) -> Config:
    """The same, each value checked by itself, and not yet whether all of them can stand together.

    Raises:
        CxsimError: an unknown key, or a value out of range or of the wrong type.
    """
    given: dict[str, Any] = {}
    for key, value in values.items():
        name, way = leads_to(key, value)
        if way:
            held = given[name] if name in given else _held(config, name)
            given[name] = changed(name, held, way, value)
        else:
            given[name] = value
    changes: dict[str, dict[str, Any]] = {}
    for name, value in given.items():
        group, _, field = name.rpartition(".")
        changes.setdefault(group, {})[field] = coerce(name, value)
    top = changes.pop("", {})
    groups = {group: _changed(getattr(config, group), part) for group, part in changes.items()}
    return _changed(config, top | groups)


def _changed(part: Any, changes: Mapping[str, Any]) -> Any:
    """A frozen dataclass with other values for some fields: what ``dataclasses.replace`` gives, which sets all fields one by one."""
    made = object.__new__(type(part))
    vars(made).update(vars(part) | changes)
    return made


def resolved(config: Config) -> dict[str, Any]:
    """Every value of a configuration as nested plain mappings and lists, free to change."""
    return dict(as_mapping(config))


def to_yaml(config: Config) -> str:
    """Every value of a configuration as YAML, which `from_mapping` takes back unchanged."""
    import yaml

    return yaml.safe_dump(resolved(config), sort_keys=False, allow_unicode=True, width=120)


def set_values(mapping: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Set values by dotted key in nested mappings, in place and not yet checked.

    Raises:
        CxsimError: a key that leads to no parameter.
    """
    for key, value in values.items():
        name, way = leads_to(key, value)
        group, _, field = name.rpartition(".")
        part = mapping.get(group) if group else mapping
        if not isinstance(part, dict):
            raise BadValueError(group, part, f"a mapping of the parameters of {group}")
        part[field] = changed(name, part.get(field), way, value) if way else value
    return mapping


def _held(config: Config, key: str) -> Any:
    group, _, field = key.rpartition(".")
    return getattr(getattr(config, group) if group else config, field)


def leads_to(key: Any, value: Any) -> tuple[str, tuple[str, ...]]:
    """The parameter that a value is meant for, and the way on into it.

    Raises:
        CxsimError: no such parameter, or the name of a group of presets.
    """
    if key in GROUPS:
        raise BadValueError(key, value, f"the name of a preset, through load; values go to the keys below {key}")
    return locate(str(key), GROUPS)
