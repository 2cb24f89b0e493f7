"""``cxsim columns``: every column of the result tables."""

from __future__ import annotations

from cxsim.cli.parser import Parser
from cxsim.cli.tables import print_table
from cxsim.config.describe import COLUMN_HEADER, column_rows, column_tables, columns_markdown
from cxsim.config.errors import CxsimError, nearest


def main(arguments: list[str]) -> int:
    """List columns.

    Raises:
        CxsimError: a table that does not exist.
    """
    tables = column_tables()
    parser = Parser(prog="cxsim columns", description="List every column of the result tables: unit, range, meaning.")
    parser.add_argument("table", nargs="?", help=f"only one of {', '.join(tables)}")
    parser.add_argument("--markdown", action="store_true", help="as Markdown, for documentation")
    given = parser.parse_args(arguments)
    if given.table is not None and given.table not in tables:
        hint = nearest(given.table, tables)
        raise CxsimError(f"{given.table}: there is no such result table.{hint} Allowed: {', '.join(tables)}.")
    names = tables if given.table is None else (given.table,)
    if given.markdown:
        print(columns_markdown(names), end="")
        return 0
    for name in names:
        print_table(name, COLUMN_HEADER, column_rows(name))
    return 0
