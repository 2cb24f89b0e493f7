"""Code blocks of Markdown pages, and how they are run: in order, in one folder, in this process."""

from __future__ import annotations

import dataclasses
import re
import runpy
import shlex
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(r"(?:^<!-- (?P<mark>[^\n]*?) -->\n)?^```(?P<kind>[a-z]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = ("install", "test", "not run")
"""Marks of blocks that are not run here; the first two are run by the continuous integration, in an environment of their own."""


@dataclasses.dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the mark in the comment above it (``""`` for none), and its line."""

    kind: str
    body: str
    mark: str
    line: int


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page."""
    return [
        Block(found["kind"], found["body"], found["mark"] or "", text.count("\n", 0, found.start("body")) + 1)
        for found in _BLOCK.finditer(text)
    ]


def commands(body: str) -> list[list[str]]:
    """A shell block's commands, a list of words each."""
    return [words for line in body.replace("\\\n", " ").splitlines() if (words := shlex.split(line, comments=True))]


def run_page(path: Path, folder: Path) -> int:
    """Run a page's blocks in ``folder``, which must be the working directory; returns how many were run.

    Files are written, Python blocks share their names, shell blocks hold one ``cxsim`` or ``python FILE`` a line.
    """
    from cxsim.cli.main import main

    names: dict[str, Any] = {"__name__": "page"}
    done = 0
    for block in blocks(path.read_text(encoding="utf-8")):
        where = f"{path.name}, line {block.line}"
        if block.mark in NOT_RUN or block.kind == "math":
            continue
        if block.mark.startswith("file: "):
            target = folder / block.mark.removeprefix("file: ")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.body, encoding="utf-8")
        elif block.kind == "python":
            exec(compile("\n" * (block.line - 1) + block.body, str(path), "exec"), names)
        elif block.kind == "bash":
            wanted = 2 if block.mark == "fails" else 0
            for words in commands(block.body):
                if words[0] == "python":
                    runpy.run_path(words[1], run_name="__main__")
                else:
                    assert words[0] == "cxsim", f"{where}: {words[0]} cannot be run here; mark the block as not run"
                    assert main(words[1:]) == wanted, f"{where}: {shlex.join(words)}"
        else:
            raise AssertionError(f"{where}: a block of {block.kind or 'no language'} that is neither run nor a file")
        done += 1
    return done
