"""Claims that there is no experiment for, and what one would take."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cxsim.claims.given import mapping, only, text
from cxsim.claims.stated import from_file
from cxsim.config.errors import BadValueError

FILE = "untested.yaml"


class Untested(NamedTuple):
    """A claim without an experiment: what is said, and what the model would need to answer."""

    claim: str
    needs: str


def read(folder: Path) -> list[Untested]:
    """The claims without an experiment in a folder of claims; none where it has no such list.

    Raises:
        ClaimError: the list cannot be used.
    """
    path = folder / FILE
    return from_file(path, _entries)[0] if path.is_file() else []


def _entries(given: object) -> list[Untested]:
    if not isinstance(given, list):
        raise BadValueError("untested", given, "a list of entries with claim and needs")
    return [_entry(f"entry {place + 1}", entry) for place, entry in enumerate(given)]


def _entry(key: str, given: object) -> Untested:
    entry = mapping(key, given)
    only(entry, Untested._fields, f"{key}.")
    return Untested(*(text(f"{key}.{field}", entry.get(field, ""), needed=True) for field in Untested._fields))
