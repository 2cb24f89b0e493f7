"""Regimes: what is compared, each a whole configuration with a name, a title and the values that set it apart."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.config.errors import BadValueError, ContradictionError, CxsimError, nearest, shown
from cxsim.config.presets import GROUPS
from cxsim.config.scalars import each_once

if TYPE_CHECKING:
    from cxsim.config.run import Config
    from cxsim.config.sweeps import Plan
    from cxsim.sweeps.scenarios import Planned

# What belongs to the luck or to the length of a run: pairs that differ in it are no pairs.
SHARED = ("seed", "months", "burn_in", "replications", "threads", "name", "results_dir", "figures", "allow_user_code")
MOST = 60
"""Regimes in one comparison: more could neither be read nor told apart."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class RegimesError(CxsimError):
    """Regimes that cannot be compared: too few, a name twice, or something that says no regimes."""


@dataclasses.dataclass(frozen=True)
class Regime:
    """One of the regimes compared.

    Attributes:
        name: what tables and files call it: letters, digits, ``_``, ``.`` and ``-``.
        title: what it is called in words.
        config: its configuration.
        values: what sets it apart, by key; a group of presets takes the name of a preset.
    """

    name: str
    title: str
    config: Config
    values: Mapping[str, Any]


def from_grid(grid: Mapping[str, Sequence[Any]], configs: Sequence[Config]) -> tuple[Regime, ...]:
    """The regimes of a grid: every combination of the values, the last key fastest.

    Args:
        grid: keys of parameters and groups of presets with their values.
        configs: the configuration of each combination, in that order.

    Raises:
        CxsimError: fewer than two, too many to be compared, or a value given twice.
    """
    for key, values in grid.items():
        each_once(key, values)
    points = [dict(zip(grid, chosen, strict=True)) for chosen in itertools.product(*grid.values())]
    words = [[_word(key, value) for key, value in point.items()] for point in points]
    titles = ["; ".join(_titled(key, value, config) for key, value in point.items()) for point, config in zip(points, configs, strict=True)]
    names = _apart(["--".join(parts) for parts in words])
    made = zip(names, _distinct(titles, names), configs, points, strict=True)
    return checked([Regime(name, title, config, values) for name, title, config, values in made])


def from_plan(plan: Plan) -> tuple[Regime, ...]:
    """The regimes of a command line: its lists of values, or an experiment's.

    Raises:
        CxsimError: there are no lists, a sweeper that searches, or a list for something that all regimes share.
    """
    if plan.searching:
        raise RegimesError("hydra/sweeper: a comparison needs the regimes beforehand, so a sweeper that searches cannot choose them.")
    if plan.grid is not None and plan.grid.ranges:
        key = next(iter(plan.grid.ranges))
        raise RegimesError(f"{key}: an interval is a sample and not a regime; give the values to compare, such as {key}=1,2.")
    if not plan.swept:
        raise RegimesError("regimes: given none; allowed: several values for a key, such as regulator=none,gdpr, or regimes=FILE.yaml.")
    _refuse_shared(plan.swept)
    return from_grid(plan.swept, plan.configs)


def from_values(
    named: Mapping[str, Mapping[str, Any]], overrides: Sequence[str], config_dir: str | Path | None, values: Mapping[str, Any]
) -> tuple[Regime, ...]:
    """Regimes that are given one by one.

    Args:
        named: for each name what sets the regime apart: keys of parameters, groups of presets and ``title``; what lies below a
            group may be nested, ``{"market": {"n_firms": 4}}``.
        overrides: what all share, as on the command line.
        config_dir: a folder of presets of one's own.
        values: what all share, by key.

    Raises:
        CxsimError: as `cxsim.load`, with the regime's name in front; a name that cannot be one.
    """
    flat = {named_word(name): flattened(name, given) for name, given in named.items()}
    for given in flat.values():
        _refuse_shared(given)
    keys = list(dict.fromkeys(key for given in flat.values() for key in given if key != "title"))
    made = []
    for name, given in flat.items():
        title = given.pop("title", name)
        if not isinstance(title, str) or not title.strip():
            raise BadValueError(f"regime {name}: title", title, "text")
        try:
            config, chosen = _composed([*overrides], config_dir, {**values, **given})
        except CxsimError as error:
            raise RegimesError(f"regime {name}: {error}") from error
        made.append((name, " ".join(title.split()), config, {key: given.get(key, held(config, chosen, key)) for key in keys}))
    titles = _distinct([title for _, title, _, _ in made], [name for name, *_ in made])
    return checked([Regime(name, title, config, held) for (name, _, config, held), title in zip(made, titles, strict=True)])


def checked(regimes: Sequence[Regime]) -> tuple[Regime, ...]:
    """The regimes, if they can be compared.

    Raises:
        RegimesError: fewer than two, too many, or of other lengths or other luck.
    """
    if len(regimes) < 2:
        raise RegimesError(f"regimes: given one ({', '.join(regime.name for regime in regimes) or 'none'}); allowed: two or more.")
    if len(regimes) > MOST:
        raise RegimesError(f"regimes: given {len(regimes):,}; allowed: at most {MOST}. Larger grids are for cxsim run --multirun.")
    for key in ("seed", "months", "burn_in"):
        values = {regime.name: getattr(regime.config, key) for regime in regimes}
        if len(set(values.values())) > 1:
            held = ", ".join(f"{value} in {name}" for name, value in values.items())
            raise RegimesError(f"{key}: all regimes share it, and it is {held}; give one value for all.")
    return tuple(regimes)


def baseline_of(regimes: Sequence[Regime], wanted: Any = None) -> int:
    """The position of the baseline: the first regime, or the one that is wanted by name or by the value that makes it.

    Raises:
        BadValueError: no regime is called so.
    """
    if wanted is None:
        return 0
    text = _text(wanted)
    names = [regime.name for regime in regimes]
    if text in names:
        return names.index(text)
    by_value = [place for place, regime in enumerate(regimes) if text in {_text(value) for value in regime.values.values()}]
    if len(by_value) == 1:
        return by_value[0]
    raise BadValueError("baseline", wanted, ", ".join(names), nearest(text, names))


def scenarios_of(regimes: Sequence[Regime], shared: Mapping[str, Sequence[Any]] | None = None) -> Planned:
    """The regimes as the points of a sweep.

    Args:
        regimes: one for each point.
        shared: further columns, by key, of what points have in common across regimes (the futures they are set in).
    """
    from cxsim.sweeps.design import Design
    from cxsim.sweeps.scenarios import Planned

    levels: dict[str, Sequence[Any]] = {key: [regime.values[key] for regime in regimes] for key in regimes[0].values}
    levels.update(shared or {})
    if not levels:
        # Regimes that differ in nothing but their names are points too.
        levels = {"seed": [regime.config.seed for regime in regimes]}
    design = Design("regimes", tuple(levels), tuple(levels.values()), False)
    return Planned(design, [regime.config for regime in regimes])


def _composed(overrides: Sequence[str], config_dir: str | Path | None, values: Mapping[str, Any]) -> tuple[Config, Mapping[str, Any]]:
    """A configuration as `cxsim.load` makes it, and the preset chosen in each group."""
    from cxsim.config.compose import compose
    from cxsim.config.load import from_mapping, set_values
    from cxsim.config.overrides import parse
    from cxsim.config.presets import files, user_dir

    folder = user_dir(config_dir)
    known = {group: list(found) for group, found in files(folder).items()}
    presets = [f"{key}={value}" for key, value in values.items() if key in GROUPS and isinstance(value, str)]
    settings = {key: value for key, value in values.items() if key not in GROUPS or not isinstance(value, str)}
    composed = compose([token.text for token in parse([*overrides, *presets], known)], folder)
    return from_mapping(set_values(composed.mapping, settings)), dict(composed.settings.runtime.choices)


def held(config: Config, chosen: Mapping[str, Any], key: str) -> Any:
    """What a configuration holds under a key that another one sets.

    Args:
        config: the configuration.
        chosen: the preset chosen in each group.
        key: of a parameter, a part of one, or a group.
    """
    if key in GROUPS:
        return chosen.get(key) or "null"
    part: Any = config
    for step in key.split("."):
        if isinstance(part, list) and step.isdecimal() and int(step) < len(part):
            part = part[int(step)]
        else:
            part = part.get(step) if isinstance(part, dict) else getattr(part, step, None)
    return part


def flattened(name: str, given: Any, what: str = "regime") -> dict[str, Any]:
    """Values by dotted key, of a mapping in which those of a group may be nested.

    Raises:
        CxsimError: no mapping, a key that is no text, or one given twice.
    """
    if not isinstance(given, Mapping):
        raise BadValueError(f"{what} {name}", given, "a mapping from keys to values, with a title if you like")
    found: dict[str, Any] = {}
    for key, value in given.items():
        if not isinstance(key, str):
            raise BadValueError(f"{what} {name}", key, "keys that are text (write it in quotes)")
        parts = {f"{key}.{inner}": part for inner, part in value.items()} if key in GROUPS and isinstance(value, Mapping) else {key: value}
        for inner, part in parts.items():
            if inner in found:
                raise ContradictionError(f"{what} {name}: {inner} is given twice; give it once.")
            found[inner] = part
    return found


def named_word(name: Any, what: str = "regime") -> str:
    """A name that tables and files can use.

    Raises:
        BadValueError: it is not one.
    """
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    allowed = "letters, digits, '_', '.' and '-', beginning with a letter or digit"
    raise BadValueError(f"name of a {what}", name, allowed if isinstance(name, str) else f"{allowed} (write it in quotes)")


def _refuse_shared(keys: Iterable[str]) -> None:
    for key in keys:
        if key in SHARED:
            raise RegimesError(f"{key}: all regimes share it, or their difference would not be that of the regimes; give one value.")


def _text(value: Any) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _word(key: str, value: Any) -> str:
    """A part of a name: the preset, or the last part of the key and the value."""
    text = _text(value) if key in GROUPS else f"{key.rpartition('.')[2]}-{_text(value)}"
    word = re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-.")
    return (word if word[:1].isalnum() else f"x{word}")[:60]


def _titled(key: str, value: Any, config: Config) -> str:
    from cxsim.config.keys import index

    if key in GROUPS:
        return getattr(config, key).title if hasattr(config, key) else _text(value)
    parameter = index().get(key)
    what = key.rpartition(".")[2].replace("_", " ")
    if isinstance(value, bool):
        return what if value else f"no {what}"
    if value is None:
        return f"{what}: {parameter.spec.optional if parameter and parameter.spec.optional else 'none'}"
    unit = parameter.spec.unit if parameter else ""
    if isinstance(value, int | float):
        number = f"{value:,.10g}"
        pounds = f"£{number}{unit[1:].replace('/', ' a ', 1)}" if unit.startswith("£") else f"{number} {unit}".strip()
        return f"{what}: {pounds}"
    return f"{what}: {value if isinstance(value, str) else shown(value)}"


def _apart(names: Sequence[str]) -> list[str]:
    """Names made different by numbers where two are equal."""
    made: list[str] = []
    for name in names:
        candidates = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
        made.append(next(candidate for candidate in candidates if candidate not in made))
    return made


def _distinct(titles: Sequence[str], names: Sequence[str]) -> list[str]:
    """Titles with the name behind those that are not alone."""
    return [f"{title} ({name})" if titles.count(title) > 1 else title for title, name in zip(titles, names, strict=True)]
