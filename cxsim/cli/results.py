"""``cxsim results``: what a results folder holds, filtered and exported."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cxsim.cli.parser import Parser, UsageError
from cxsim.config.errors import ResultsError

ROWS_SHOWN = 20
FORMATS = (".csv", ".parquet", ".dta")


def main(arguments: list[str]) -> int:
    """List, show or export results.

    Raises:
        CxsimError: a folder that holds no results, an unknown column, a filter or a file name that cannot be used.
    """
    given = _parser().parse_args(arguments)
    folder = Path(given.folder).expanduser()
    if given.failures and given.monthly:
        raise UsageError("--failures, --monthly: give one of the two.")
    if not folder.is_dir():
        raise ResultsError(f"{folder}: there is no such folder.")
    from cxsim.sweeps.manifest import NAME

    if not (folder / NAME).is_file():
        if given.export or given.where or given.columns or given.failures or given.monthly or given.schema:
            raise ResultsError(f"{folder}: it holds no sweep itself; give the folder of one. cxsim results {folder} lists them.")
        return _list(folder)
    kind = "failures" if given.failures else "monthly" if given.monthly else "runs"
    return _sweep(folder, kind, given)


def _parser() -> Parser:
    parser = Parser(
        prog="cxsim results",
        description="List results, show the rows of a sweep, filter and export them. A sweep's dataset opens elsewhere too: "
        "pandas.read_parquet('DIR/runs'), polars.read_parquet('DIR/runs/*.parquet'), duckdb: FROM 'DIR/runs/*.parquet'.",
    )
    parser.add_argument("folder", nargs="?", default="results", help="a sweep's folder, or one with results in it (default: results)")
    parser.add_argument("--where", action="append", default=[], metavar="CONDITION",
                        help="only rows that fulfil it, such as market.n_firms>=4; may be given several times")  # fmt: skip
    parser.add_argument("--columns", metavar="A,B,...", help="only these columns")
    parser.add_argument("--failures", action="store_true", help="the runs that failed, and why")
    parser.add_argument("--monthly", action="store_true", help="the monthly series")
    parser.add_argument("--schema", action="store_true", help="the columns with unit and meaning")
    parser.add_argument("--export", metavar="FILE", help="write the rows to FILE.csv, FILE.parquet or FILE.dta (Stata)")
    return parser


def _list(folder: Path) -> int:
    from cxsim.cli.tables import print_table
    from cxsim.results.files import PROVENANCE
    from cxsim.sweeps.manifest import NAME

    rows = [*_rows(sorted(folder.rglob(NAME)), _sweep_row), *_rows(sorted(folder.rglob(PROVENANCE)), _run_row)]
    if not rows:
        raise ResultsError(f"{folder}: it holds no results; cxsim run writes some.")
    print_table(str(folder), ("Results", "Kind", "Runs", "Started", "Command"), [_relative(row, folder) for row in rows])
    return 0


def _rows(paths: Iterable[Path], row: Any) -> list[tuple[Path, list[str]]]:
    """A row for each folder; one that cannot be read says so in its row instead of hiding the others."""
    found = []
    for path in paths:
        try:
            found.append((path.parent, row(path.parent)))
        except ResultsError as error:
            found.append((path.parent, ["cannot be read", "", "", str(error)]))
    return found


def _relative(row: tuple[Path, list[str]], folder: Path) -> list[str]:
    return [row[0].relative_to(folder).as_posix(), *row[1]]


def _sweep_row(folder: Path) -> list[str]:
    from cxsim.sweeps.manifest import read
    from cxsim.sweeps.reading import count

    record = read(folder)
    done, failed = count(folder, "runs"), count(folder, "failures")
    failures = f", {failed:,} failed" if failed else ""
    return ["sweep", f"{done:,} of {record['runs']:,}{failures}", str(record["started"]), str(record["command"] or "")]


def _run_row(folder: Path) -> list[str]:
    from cxsim.results.files import _read_provenance

    record = _read_provenance(folder)
    return ["run", str(record.get("replications", "")), str(record["started"]), str(record.get("command") or "")]


def _sweep(folder: Path, kind: str, given: Any) -> int:
    from cxsim.sweeps.reading import check_columns, condition, dataset, preview

    found = dataset(folder, kind)
    columns = None if given.columns is None else [name.strip() for name in given.columns.split(",") if name.strip()]
    check_columns(columns or (), found.schema)
    if columns == []:
        raise UsageError("--columns: name at least one.")
    where = None
    for text in given.where:
        one = condition(text, found.schema)
        where = one if where is None else where & one
    if given.schema:
        return _schema(folder, kind)
    if given.export:
        from cxsim.sweeps.export import export

        rows = export(folder, kind, Path(given.export).expanduser(), where, columns)
        print(f"{rows:,} rows: {given.export}")
        return 0
    if kind == "runs" and columns is None:
        _head(folder)
    _show(*preview(folder, kind, where, columns, ROWS_SHOWN), kind)
    return 0


def _head(folder: Path) -> None:
    from cxsim.sweeps.manifest import read
    from cxsim.sweeps.reading import count

    record = read(folder)
    done, failed = count(folder, "runs"), count(folder, "failures")
    design = record["design"]
    size = f"{design['points']:,} points x {record['replications']:,} replications"
    print(f"{folder}: {design['kind']} design, {size}, seed {record['seed']}")
    print(f"{done:,} of {record['runs']:,} runs done, {failed:,} failed; code {record['code']}; started {record['started']}")
    if record["command"]:
        print(f"Made by: {record['command']}")


def _schema(folder: Path, kind: str) -> int:
    from cxsim.cli.tables import print_table
    from cxsim.sweeps.manifest import read

    rows = [[column[key] for key in ("name", "type", "unit", "meaning")] for column in read(folder)["columns"][kind]]
    print_table(kind, ("Column", "Type", "Unit", "Meaning"), rows)
    return 0


def _show(table: Any, total: int, kind: str) -> None:
    from cxsim.cli.tables import print_table
    from cxsim.results.summary import number

    shown = table.drop_columns([name for name in ("id",) if name in table.column_names and len(table.column_names) > 1])
    rows = shown.to_pylist()
    if len(shown.column_names) > 10 and kind != "failures":
        from cxsim.results.summary import HEADLINES
        from cxsim.sweeps.columns import METRICS

        kept = {column.name for column in METRICS} - set(HEADLINES)
        shown = shown.drop_columns([name for name in shown.column_names if name in kept])
    cells = [[number(row[name]) if isinstance(row[name], float) else _word(row[name]) for name in shown.column_names] for row in rows]
    print_table(f"{kind}: {total:,} rows", shown.column_names, cells)
    if total > len(table):
        print(f"The first {ROWS_SHOWN} rows; --export FILE.csv has all rows and columns.")


def _word(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
