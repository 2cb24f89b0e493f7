"""Plans: a question about futures in a file, with the market, the day and the futures."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cxsim.config import plain_yaml
from cxsim.config.errors import BadValueError, ContradictionError, nearest
from cxsim.config.paths import conf_dir

FOLDER, ENDING = "futures", ".yml"
# Not .yaml, because Hydra would take the folder for a group of presets of a run.
_KEYS = ("title", "at", "overrides", "futures")


@dataclasses.dataclass(frozen=True)
class Plan:
    """What to branch and how.

    Attributes:
        title: a heading; may be empty.
        at: the first month under the new rules; ``None`` where it is not said.
        overrides: what all futures share.
        futures: overrides by name.
    """

    title: str = ""
    at: int | None = None
    overrides: tuple[str, ...] = ()
    futures: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)


def listed() -> dict[str, Path]:
    """The plans that come with cxsim, by name."""
    return {path.stem: path for path in sorted((conf_dir() / FOLDER).glob(f"*{ENDING}"))}


def read(name: str) -> Plan:
    """A plan by its name, or from a file of one's own.

    Raises:
        CxsimError: there is none of that name, or the file is no plan; the message says what is wrong with it.
    """
    path = listed().get(name, Path(name).expanduser())
    if not path.is_file():
        hint = nearest(name, listed())
        raise BadValueError("futures", name, f"a file, or one of {', '.join(listed())}", hint)
    return _checked(str(path), plain_yaml.read(path))


def _checked(where: str, given: Any) -> Plan:
    if not isinstance(given, Mapping):
        raise BadValueError(where, given, f"a mapping with {', '.join(_KEYS)}")
    for key in given:
        if key not in _KEYS:
            raise BadValueError(where, key, f"the keys {', '.join(_KEYS)}", nearest(str(key), _KEYS))
    futures = given.get("futures")
    if not isinstance(futures, Mapping) or not futures:
        raise BadValueError(f"{where}: futures", futures, "a mapping from names to lists of overrides")
    title, at = given.get("title", ""), given.get("at")
    if not isinstance(title, str):
        raise BadValueError(f"{where}: title", title, "text")
    if at is not None and (not isinstance(at, int) or isinstance(at, bool) or at < 0):
        raise BadValueError(f"{where}: at", at, "a month of the report, a whole number from 0")
    return Plan(
        title,
        at,
        _overrides(f"{where}: overrides", given.get("overrides", [])),
        {str(name): _overrides(f"{where}: futures.{name}", listed) for name, listed in futures.items()},
    )


def _overrides(where: str, given: Any) -> tuple[str, ...]:
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise BadValueError(where, given, "a list of overrides, such as [regulator=gdpr, regulator.fine_cap=null]")
    return tuple(listed)


def typed(words: Sequence[str]) -> tuple[Plan, str | None]:
    """A plan from the words of a command line, and the name of the file that they begin from, if any.

    ``at=MONTH`` and ``futures.NAME=[OVERRIDE,...]`` are the plan's; ``futures=FILE`` names a file; all else is shared by all futures.

    Raises:
        CxsimError: a month that is none, a list that does not end, or one of these twice.
    """
    at: int | None = None
    name: str | None = None
    overrides: list[str] = []
    futures: dict[str, tuple[str, ...]] = {}
    given: set[str] = set()
    for word in words:
        key, _, value = word.partition("=")
        if key in ("at", "futures") or key.startswith("futures."):
            if key in given:
                raise ContradictionError(f"{key}: it is given twice; give it once.")
            given.add(key)
        if key == "at":
            if not value.isdecimal():
                raise BadValueError("at", value, "a month of the report, a whole number from 0")
            at = int(value)
        elif key == "futures":
            name = value
        elif key.startswith("futures."):
            futures[key.removeprefix("futures.")] = tuple(split(key, value))
        else:
            overrides.append(word)
    return Plan("", at, tuple(overrides), futures), name


def joined(one: Plan, after: Plan) -> Plan:
    """Two plans as one, what the second says coming after the first."""
    return Plan(
        after.title or one.title,
        one.at if after.at is None else after.at,
        one.overrides + after.overrides,
        {**one.futures, **after.futures},
    )


def split(key: str, text: str) -> list[str]:
    """The overrides in ``[a=1,b=[c,d]]``, or in a single ``a=1``: cut at commas that are in no bracket and in no quotes.

    Raises:
        BadValueError: brackets or quotes that do not match.
    """
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    parts, depth, quote = [""], 0, ""
    for letter in inner:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "[{(":
            depth += 1
        elif letter in "]})":
            depth -= 1
        elif letter == "," and not depth:
            parts.append("")
            continue
        parts[-1] += letter
        if depth < 0:
            break
    if depth or quote:
        raise BadValueError(key, text, "a list of overrides in brackets, such as [regulator=gdpr,regulator.fine_cap=null]")
    return [part.strip() for part in parts if part.strip()]
