"""Output where not every character can be shown: what comes nearest, instead of an error in the middle of an answer."""

from __future__ import annotations

import codecs
import sys
from typing import TextIO

NEAREST = {
    "£": "GBP ", "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "×": "x", "±": "+/-",
    "≤": "<=", "≥": ">=", "≠": "!=", "→": "->", "·": "-", "•": "*", "ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
}  # fmt: skip
"""What stands for a character that has no plain letter in it."""

_HANDLER = "cxsim.nearest"


def nearest(error: UnicodeError) -> tuple[str, int]:
    """A handler of errors for :func:`codecs.register_error`: plain letters for those with accents, signs in words, ``?`` for all else.

    Raises:
        UnicodeError: it is not about encoding.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(character: str) -> str:
    import unicodedata

    if character in NEAREST:
        return NEAREST[character]
    return unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode() or "?"


def show_all() -> None:
    """Have standard output and standard error show something for every character, whatever the terminal's or a pipe's encoding."""
    codecs.register_error(_HANDLER, nearest)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and not _universal(stream):
            stream.reconfigure(errors=_HANDLER)


def _universal(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().replace("-", "").startswith("utf")
