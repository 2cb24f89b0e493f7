"""What the file of every experiment states beside its question, and how such a file is read."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from cxsim.config import plain_yaml
from cxsim.config.errors import CxsimError

Parsed = TypeVar("Parsed")


class ClaimError(CxsimError):
    """A claim's file that cannot be used; the message names the file and the key."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stated:
    """How thoroughly an experiment is run, and which file it comes from.

    Attributes:
        replications, quick_replications: runs of each configuration, and in quick mode.
        digest: SHA-256 of the file; empty if there is none.
    """

    replications: int = 20
    quick_replications: int = 6
    digest: str = ""

    def runs(self, quick: bool) -> int:
        """How often each configuration is run."""
        return self.quick_replications if quick else self.replications


def from_file(path: Path, parse: Callable[[Any], Parsed]) -> tuple[Parsed, str]:
    """What ``parse`` makes of a YAML file, and the SHA-256 of the file.

    Raises:
        ClaimError: the file cannot be read, or ``parse`` refuses what it holds; the message names the file.
    """
    try:
        raw = plain_yaml.content(path)
        given = plain_yaml.parsed(path, raw)
    except plain_yaml.UnreadableError as error:
        raise ClaimError(str(error)) from None
    try:
        return parse(given), hashlib.sha256(raw).hexdigest()
    except CxsimError as error:
        raise ClaimError(f"{path}: {error}") from None
