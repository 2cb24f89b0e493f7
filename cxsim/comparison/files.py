"""Named regimes and futures in a file of the user's own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cxsim.config import plain_yaml
from cxsim.config.errors import CxsimError, nearest, shown


class FileError(CxsimError):
    """A file of regimes or futures that cannot be used; the message begins with its name."""


def read(path: str | os.PathLike[str], allowed: Mapping[str, str]) -> dict[str, Any]:
    """A file of named things.

    Args:
        path: a YAML file.
        allowed: the keys that it may have at its top, with what each holds; the first is needed.

    Returns:
        What it holds by key.

    Raises:
        FileError: it cannot be read, is not YAML, or has other keys.
    """
    try:
        given = plain_yaml.read(Path(path).expanduser())
    except plain_yaml.UnreadableError as error:
        raise FileError(str(error)) from None
    described = ", ".join(f"{key} ({meaning})" for key, meaning in allowed.items())
    if not isinstance(given, Mapping):
        raise FileError(f"{path}: given {shown(given)}; allowed: a mapping with {described}.")
    for key in given:
        if key not in allowed:
            raise FileError(f"{path}: given {shown(key)}; allowed: {described}.{nearest(str(key), allowed)}")
    if not any(isinstance(given.get(key), Mapping) and given[key] for key in allowed):
        raise FileError(f"{path}: it holds none of these as a mapping with something in it: {described}.")
    return dict(given)
