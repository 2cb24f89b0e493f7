"""How far a sweep has come: runs done, rate and time left, on standard error and only where that is a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Literal

Progress = Callable[[int, int], None]
"""Called with the runs done, those of earlier sessions included, and the runs in all."""


def waiting(progress: Progress | Literal[False] | None, title: str) -> Callable[[str], None]:
    """What is told while another process is at work on the same sweep: a line, unless the user listens or wants silence.

    Unlike a bar it is told where no terminal is too, because a job that seems to do nothing has to say why.
    """

    def tell(holder: str) -> None:
        if progress is None:
            said = f"{title}: {holder} is at work on this sweep; waiting until it is done, to go on from there."
            print(said, file=sys.stderr, flush=True)

    return tell


@contextlib.contextmanager
def reporter(progress: Progress | Literal[False] | None, title: str, done: int, total: int) -> Iterator[Progress]:
    """The callback to report to.

    Args:
        progress: a callback of the user's; ``False`` for silence; ``None`` for a bar where standard error is a terminal.
        title: what stands before the bar.
        done: runs done before.
        total: runs in all.
    """
    if progress is not None and progress is not False:
        yield progress
        return
    if progress is False or sys.stderr is None or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars
    from rich.text import Text

    class Rate(ProgressColumn):
        """Runs a second."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.1f}/s" if speed else "")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("runs"), Rate(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        # Until something has come, workers load the model; the first time ever they compile it, which takes half a minute.
        bar = bars.add_task(f"{escape(title)}: starting", total=total, completed=done)
        yield lambda done, total: bars.update(bar, completed=done, description=escape(title))
