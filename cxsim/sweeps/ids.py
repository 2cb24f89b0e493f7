"""What a run is known by: a hash of everything that its numbers depend on, and of nothing else."""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path

import cxsim
from cxsim.config.essence import digest, essence

__all__ = ["LENGTH", "code_version", "digest", "essence", "run_id", "without_prose"]

LENGTH = 32
"""Hexadecimal digits of an id: 128 bits, so that even 10^12 runs do not share one by chance."""

_DECIDING = (
    "compiled.py", "parts.py", "config/", "randomness/", "customers/", "firms/", "regulator/", "market/", "results/window.py",
    "results/measure.py", "results/tables.py", "sweeps/ids.py", "sweeps/series.py", "sweeps/worker.py",
)  # fmt: skip
"""The sources that can change a number of a run; the others draw, list, compare and word what came out."""

_LONG = r'"""(?:(?!""")(?:\\.|[^\\]))*"""'
_PROSE = re.compile(
    rf"""
    ^(?P<indent>[ \t]*){_LONG}[ \t]*(?:\#[^\n]*)?$  # a docstring: text that stands alone
    | (?P<text>{_LONG} | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*')
    | ^[ \t]*(?:\#[^\n]*)?\n
    | [ \t]*\#[^\n]*
    | [ \t]+$
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)


@functools.cache
def code_version() -> str:
    """The package's version and a digest of its sources that can change a number, their comments and docstrings left out."""
    package = Path(cxsim.__file__).resolve().parent
    seen = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if name.startswith(_DECIDING):
            seen.update(f"{name}\0{without_prose(path.read_text(encoding='utf-8'))}\0".encode())
    return f"{cxsim.__version__}+{seen.hexdigest()[:12]}"


def without_prose(source: str) -> str:
    """Python source without comments and empty lines, its docstrings emptied; it still means the same."""

    def kept(found: re.Match[str]) -> str:
        if found["indent"] is not None:
            return f'{found["indent"]}""'  # a body may consist of nothing else
        return found["text"] or ""

    return _PROSE.sub(kept, source)


def run_id(config_digest: str, seed: int, replication: int, code: str) -> str:
    """The id of one run.

    Args:
        config_digest: `digest` of the configuration's `essence`.
        seed: the seed of all luck.
        replication: number of the replication.
        code: `code_version` of the code that runs it.
    """
    return digest([config_digest, int(seed), int(replication), code])[:LENGTH]
