"""Files in YAML that users write: plain data only, no name twice, and what is wrong said in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from cxsim.config.errors import CxsimError


class UnreadableError(CxsimError):
    """A file that cannot be read as YAML; the message begins with its name."""


class _Loader(yaml.SafeLoader):
    """Reads plain data, and takes no name twice: YAML itself would silently keep the last."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        if key_node.tag == "tag:yaml.org,2002:merge":
            continue
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int | float | bool | None):
            raise yaml.constructor.ConstructorError(None, None, "a key is a list or mapping", key_node.start_mark)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} is there twice", key_node.start_mark)
        seen.add(key)
    loader.flatten_mapping(node)  # what is merged in (<<) comes first, so that what stands here replaces it
    return {loader.construct_object(key, deep=True): loader.construct_object(value, deep=True) for key, value in node.value}


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def content(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        UnreadableError: there is no such file, or it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path}: it cannot be read ({error.strerror or error}).") from None


def parsed(path: Path, raw: bytes) -> Any:
    """What the bytes of a file say.

    Args:
        path: the file, for messages.
        raw: what it holds.

    Raises:
        UnreadableError: not text, not YAML, or a name twice in one mapping.
    """
    try:
        return yaml.load(raw.decode("utf-8"), Loader=_Loader)
    except UnicodeDecodeError:
        raise UnreadableError(f"{path}: it cannot be read (not text in UTF-8).") from None
    except yaml.YAMLError as error:
        raise UnreadableError(f"{path}: {_where(error)}.") from None
    except (ValueError, RecursionError) as error:  # a date that is none, brackets without end
        raise UnreadableError(f"{path}: it cannot be read ({' '.join(str(error).split())}).") from None


def read(path: Path) -> Any:
    """What a file says.

    Raises:
        UnreadableError: as `content` and `parsed`.
    """
    return parsed(path, content(path))


def _where(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError):
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        return f"{line}{error.problem or error.context or 'not YAML'}"
    return " ".join(str(error).split())
