"""Named regimes and futures in a file of the user's own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from cxsim.config.errors import CxsimError, nearest, shown


class FileError(CxsimError):
    """A file of regimes or futures that cannot be used; the message begins with its name."""


class _Loader(yaml.SafeLoader):
    """Reads plain data, and takes no name twice: YAML itself would silently keep the last."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    seen: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int | float | bool | None):
            raise yaml.constructor.ConstructorError(None, None, "a key is a list or mapping", key_node.start_mark)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} is there twice", key_node.start_mark)
        seen[key] = loader.construct_object(value_node, deep=True)
    return seen


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


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
    found = Path(path).expanduser()
    try:
        text = found.read_text(encoding="utf-8")
        given = yaml.load(text, Loader=_Loader)
    except OSError as error:
        raise FileError(f"{path}: it cannot be read ({error.strerror or error}).") from None
    except UnicodeDecodeError:
        raise FileError(f"{path}: it cannot be read (not text in UTF-8).") from None
    except yaml.YAMLError as error:
        raise FileError(f"{path}: {_where(error)}.") from None
    described = ", ".join(f"{key} ({meaning})" for key, meaning in allowed.items())
    if not isinstance(given, Mapping):
        raise FileError(f"{path}: given {shown(given)}; allowed: a mapping with {described}.")
    for key in given:
        if key not in allowed:
            raise FileError(f"{path}: given {shown(key)}; allowed: {described}.{nearest(str(key), allowed)}")
    if not any(isinstance(given.get(key), Mapping) and given[key] for key in allowed):
        raise FileError(f"{path}: it holds none of these as a mapping with something in it: {described}.")
    return dict(given)


def _where(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError):
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        return f"{line}{error.problem or error.context or 'not YAML'}"
    return " ".join(str(error).split())
