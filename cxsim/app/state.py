"""The page's state: two sides of a comparison, as an address, as overrides and as checked configurations.

The address is the state. Whatever comes in through it is data: presets by name, numbers, switches and words from the schema's own lists,
each checked by the schema and bounded so that no address can ask for endless work. Paths, code, names of folders and Hydra's own language
cannot be said in it.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote

from cxsim.app.practices import coerced, practice, practices
from cxsim.app.scenarios import BY_NAME, DEFAULT
from cxsim.config.errors import BadValueError, CxsimError, UnknownKeyError, UnknownPresetError, shown
from cxsim.config.keys import coerce, index
from cxsim.config.load import load, with_values
from cxsim.config.parameter import Parameter
from cxsim.config.presets import files
from cxsim.config.run import Config

GROUPS = ("market", "customers", "firms", "regulator")
POLICY = "policy."
LONGEST = 8000
"""Letters of an address that are looked at."""

MOST: Mapping[str, float] = {
    "market.n_customers": 20_000,
    "market.n_firms": 20,
    "market.job_variants": 50,
    "market.franchise_bidders": 20,
    "firms.panel_size": 1024,
    "months": 360,
    "burn_in": 120,
    "replications": 30,
    "seed": 2**53 - 1,
}
"""Highest values on the page where they are below the schema's; the command line takes more."""

RUN: Mapping[str, Any] = {"seed": 1, "months": 120, "burn_in": 24, "replications": 8, "market.n_customers": 2000}
"""What both sides share, with the page's own defaults."""

VIEWS: Mapping[str, Callable[[str], Any]] = {
    "scenario": lambda text: text if text in BY_NAME else None,
    "open": lambda text: text if text in {"why", "customer", "firm", "table"} else None,
    "side": lambda text: text if text in {"baseline", "policy"} else None,
    "at": lambda text: _count(text, int(MOST["months"]) - 1),
    "who": lambda text: _count(text, int(MOST["market.n_customers"]) - 1),
    "firm": lambda text: text if 0 < len(text) <= 100 and text.isprintable() else None,
}
"""What is looked at, which changes no number: for each name how its text is read, ``None`` where it cannot be."""

_FIXED = frozenset({"market.firms_table", "firms.strategy", "regulator.policy"})
_TYPES = ("float", "int", "bool")


@dataclasses.dataclass(frozen=True)
class State:
    """Everything that the address says.

    Attributes:
        baseline: presets by group and values by key, of the baseline.
        policy: the same where the policy differs from it.
        run: the values of :data:`RUN`.
        view: what is looked at; see :data:`VIEWS`.
    """

    baseline: Mapping[str, Any]
    policy: Mapping[str, Any]
    run: Mapping[str, Any]
    view: Mapping[str, Any]

    def side(self, name: str) -> dict[str, Any]:
        """Presets and values of one side, ``baseline`` or ``policy``.

        The policy has all that the baseline has and it does not change itself. Where it takes another preset of a group, the baseline's
        values in that group stay behind, because they were set on another preset.
        """
        if name == "baseline":
            return dict(self.baseline)
        other = {group for group in GROUPS if group in self.policy and self.policy[group] != self.baseline.get(group)}
        kept = {key: value for key, value in self.baseline.items() if key in GROUPS or key.partition(".")[0] not in other}
        return kept | dict(self.policy)

    def config(self, name: str) -> Config:
        """The checked configuration of one side.

        Raises:
            CxsimError: values that are fine alone and cannot stand together.
        """
        return build(self.side(name), self.run)

    def overrides(self, name: str) -> list[str]:
        """One side as overrides of the command line; they compose to :meth:`config`."""
        side = self.side(name)
        presets = [f"{group}={side.get(group, default)}" for group, default in default_presets().items()]
        values = [f"{key}={override(value)}" for key, value in side.items() if key not in GROUPS]
        return [*presets, *values, *(f"{key}={override(value)}" for key, value in self.run.items())]

    def key(self, name: str) -> str:
        """A text that is equal for equal configurations of one replication; quicker than hashing them, and only for tidy states."""
        parts = {**self.side(name), **self.run, "replications": 1}
        return json.dumps(sorted(parts.items()))

    def query(self) -> str:
        """The address, without what is the default anyway."""
        given = [(key, value) for key, value in self.baseline.items()]
        given += [(f"{POLICY}{key}", value) for key, value in self.policy.items()]
        given += [(key, value) for key, value in self.run.items() if value != RUN[key]]
        given += [(key, value) for key, value in self.view.items()]
        return "&".join(f"{key}={quote(said(value), safe=',:+')}" for key, value in given)

    def command(self, name: str) -> str:
        """The command that simulates one side."""
        return shlex.join(["cxsim", "run", *self.overrides(name), f"name={name}"])

    def commands(self) -> str:
        """The two commands, a line each."""
        return f"{self.command('baseline')}\n{self.command('policy')}\n"

    def python(self) -> str:
        """A script that simulates both sides and compares them."""
        lines = ["import cxsim", ""]
        for name in ("baseline", "policy"):
            parts = [f"    {json.dumps(part, ensure_ascii=False)}," for part in self.overrides(name)]
            lines += [f"{name} = cxsim.simulate(", *parts, ")"]
        return "\n".join([*lines, "", "print(policy.summary().set_index(['segment', 'metric'])['end']",
                          "      - baseline.summary().set_index(['segment', 'metric'])['end'])", ""])  # fmt: skip


@functools.cache
def default_presets() -> dict[str, str]:
    """The preset of each group where the address names none."""
    return {"market": "generic", "customers": "default", "firms": "equity_planner", "regulator": "none"}


@functools.cache
def preset_names() -> dict[str, tuple[str, ...]]:
    """The presets that come with cxsim, by group."""
    return {group: tuple(sorted(found)) for group, found in files().items() if group in GROUPS}


@functools.cache
def settable() -> dict[str, Parameter]:
    """The parameters that an address may set: numbers, switches, and words from a list."""
    return {
        key: parameter
        for key, parameter in index().items()
        if key.partition(".")[0] in GROUPS and key not in _FIXED and key not in RUN
        and (parameter.type.removesuffix(" | None") in _TYPES or parameter.spec.choices)
    } | practices()  # fmt: skip


@functools.lru_cache(maxsize=256)
def _presets(*chosen: tuple[str, str]) -> Config:
    return load(*(f"{group}={name}" for group, name in chosen))


def build(side: Mapping[str, Any], run: Mapping[str, Any]) -> Config:
    """The checked configuration of presets and values.

    Raises:
        CxsimError: as for :func:`cxsim.config.load.with_values`.
    """
    base = _presets(*((group, str(side.get(group, default))) for group, default in default_presets().items()))
    values = {key: value for key, value in side.items() if key not in GROUPS}
    return with_values(base, {**run, **values})


def parse(query: str) -> tuple[State, list[str]]:
    """The state that an address says, and a sentence for everything in it that could not be used.

    Args:
        query: the part of the address after ``?``. An empty one means the first scenario, ``scenario=name`` alone that scenario.
    """
    notices: list[str] = []
    if len(query) > LONGEST:
        query, notices = "", [f"The address has {len(query):,} letters; at most {LONGEST:,} are read, so it was left out."]
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=300, errors="replace")
    except ValueError:
        pairs, notices = [], [*notices, "The address has too many parts, so it was left out."]
    pairs = _with_scenario(pairs)
    sides: dict[str, dict[str, Any]] = {"baseline": {}, "policy": {}}
    run, view = dict(RUN), {}
    for name, text in pairs:
        try:
            if name in VIEWS:
                if (seen := VIEWS[name](text)) is not None:
                    view[name] = seen
            elif name in RUN:
                run[name] = _run_value(name, text)
            else:
                key = name.removeprefix(POLICY)
                sides["policy" if name != key else "baseline"][key] = _value(key, text)
        except CxsimError as error:
            notices.append(f"Left out of the address: {error}")
    state = State(sides["baseline"], sides["policy"], run, view)
    return tidy(state), notices


def _with_scenario(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Put a scenario's own state in place where the address says nothing beyond its name."""
    names = {name for name, _ in pairs}
    if names - set(VIEWS) - set(RUN):
        return pairs
    chosen = next((BY_NAME[text] for name, text in pairs if name == "scenario" and text in BY_NAME), DEFAULT)
    return [*parse_qsl(chosen.query), *(pair for pair in pairs if pair[0] != "scenario"), ("scenario", chosen.name)]


def _value(key: str, text: str) -> Any:
    if key in GROUPS:
        known = preset_names()[key]
        if text not in known:
            raise UnknownPresetError(key, shown(text).strip("'"), known)
        return text
    if key not in settable():
        if key in index() or key in RUN:
            raise CxsimError(f"{key}: it cannot be set in an address; use the command line for it.")
        hint = [*settable(), *GROUPS, *RUN]
        raise UnknownKeyError(shown(key).strip("'"), hint)
    return bounded(key, taken(key, read(key, text)))


def taken(key: str, value: Any) -> Any:
    """The value of a settable parameter as it is held.

    Raises:
        BadValueError: wrong type, out of range, or not among the allowed words.
    """
    return coerced(key, value) if key in practices() else coerce(key, value)


def _run_value(key: str, text: str) -> Any:
    return bounded(key, coerce(key, read(key, text)))


def bounded(key: str, value: Any) -> Any:
    """The value, if the page takes it.

    Raises:
        BadValueError: it is above what the page takes.
    """
    most = MOST.get(key)
    if most is not None and value is not None and value > most:
        raise BadValueError(key, value, f"at most {most:,.0f} on the page; the command line takes more")
    return value


_WHOLE = re.compile(r"[+-]?\d{1,30}")


def read(key: str, text: str) -> Any:
    """The Python value that a text in an address stands for; text that is no number, switch or null stays text."""
    if text == "null":
        return None
    if text in {"true", "false"}:
        return text == "true"
    if key in settable() and settable()[key].type.startswith("list"):
        return [word for word in text.split(",") if word]
    if _WHOLE.fullmatch(text):
        return int(text)
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) and re.fullmatch(r"[\d.eE+-]+", text) else text


def said(value: Any) -> str:
    """A value as it stands in an address; :func:`read` takes it back to the last digit."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return repr(value) if isinstance(value, float) else str(value)


def override(value: Any) -> str:
    """A value in the override language of the command line."""
    return f"[{','.join(map(str, value))}]" if isinstance(value, list | tuple) else said(value)


def tidy(state: State) -> State:
    """The same state without values that change nothing: presets and values that would hold anyway."""
    defaults = default_presets()
    baseline = {group: state.baseline.get(group, default) for group, default in defaults.items()}
    base = _presets(*baseline.items())
    baseline |= {key: value for key, value in _values(state.baseline) if value != held(base, key)}
    plain = State(baseline, {}, state.run, state.view)
    policy = {group: state.policy[group] for group in GROUPS if state.policy.get(group, baseline[group]) != baseline[group]}
    inherited = dataclasses.replace(plain, policy=policy).side("policy")
    base = _presets(*((group, inherited[group]) for group in GROUPS))
    policy |= {key: value for key, value in _values(state.policy) if value != inherited.get(key, held(base, key))}
    return dataclasses.replace(plain, policy=policy)


def held(config: Config, key: str) -> Any:
    """The value of a parameter, by its key."""
    if key in practices():
        return practice(config, key)
    group, _, field = key.rpartition(".")
    return getattr(getattr(config, group) if group else config, field)


def _values(side: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    return ((key, value) for key, value in side.items() if key not in GROUPS)


def _count(text: str, most: int) -> int | None:
    return int(text) if _WHOLE.fullmatch(text) and 0 <= int(text) <= most else None
