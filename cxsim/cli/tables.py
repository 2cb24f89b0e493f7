"""Printing of listings: aligned on a terminal, wide and without colours elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

WIDTH_OF_A_FILE = 160


def print_table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; long cells are folded, never cut."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH_OF_A_FILE)
    table = Table(title=Text(title), title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for position, name in enumerate(header):
        # The first column is what a reader copies, so it is never broken.
        table.add_column(name, overflow="fold", no_wrap=position == 0, style="bold" if position == 0 else "")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
