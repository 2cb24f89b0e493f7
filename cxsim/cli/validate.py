"""``cxsim validate``: the engine against theory, as a table and a page."""

from __future__ import annotations

import shlex
from pathlib import Path

from cxsim.cli.parser import Parser, UsageError
from cxsim.cli.tables import print_table


def main(arguments: list[str]) -> int:
    """Run cases of validation.

    Returns:
        0 where every case agrees, 1 where one fails.

    Raises:
        CxsimError: an unknown case or option, a value that cannot be used, or a page that cannot be written.
    """
    parser = Parser(
        prog="cxsim validate",
        description="Hold the engine against closed forms and published numbers. Without a name, all cases run and a page is written.",
    )
    parser.add_argument("case", nargs="?", help="one case; see --list")
    parser.add_argument("options", nargs="*", metavar="KEY=VALUE", help="parameters of that case, such as n=4 mu=0.3 costs=[1,1.2]")
    parser.add_argument("--list", action="store_true", help="list the cases, or the options of one")
    parser.add_argument("--quick", action="store_true", help="the quick subset, with fewer customers, months and seeds")
    parser.add_argument("--out", metavar="FOLDER", help="folder for validation.md and its figures (by default results, for a full run)")
    parser.add_argument("--jobs", type=int, metavar="N", help="cases run at a time (by default one a core)")
    given = parser.parse_intermixed_args(arguments)
    if given.case is not None and "=" in given.case:
        raise UsageError(f"{given.case}: options belong to one case; name it first, see cxsim validate --list.")
    if given.jobs is not None and given.jobs < 1:
        raise UsageError(f"--jobs: given {given.jobs}; allowed: 1 or more.")
    if given.list:
        _list(given.case)
        return 0
    return _run(given.case, given.options, given.quick, given.out, given.jobs, shlex.join(["cxsim", "validate", *arguments]))


def _list(name: str | None) -> None:
    from cxsim.validation.options import described
    from cxsim.validation.registry import case, cases

    if name is None:
        body: list[tuple[str, ...]] = [(one.name, one.title, one.source, "yes" if one.quick is not None else "") for one in cases()]
        print_table("Cases", ("name", "what it shows", "source", "quick"), body)
        return
    one = case(name)
    defaults = {key: option.default for key, option in one.options.items()}
    body = [(key, _value_of(described(one, defaults), key), option.meaning) for key, option in one.options.items()]
    print_table(f"{one.title} ({one.source})", ("option", "default", "meaning"), body)


def _value_of(line: str, key: str) -> str:
    """The value of one option in a line that lists them all."""
    parts = dict(part.split(" = ", 1) for part in line.split(", ") if " = " in part)
    return parts[key]


def _run(name: str | None, options: list[str], quick: bool, out: str | None, jobs: int | None, command: str) -> int:
    from cxsim.validation import page, table
    from cxsim.validation.case import Report
    from cxsim.validation.options import settings
    from cxsim.validation.registry import case, cases
    from cxsim.validation.runner import failures, run_cases

    chosen = cases(quick) if name is None else [case(name)]
    wanted = {one.name: settings(one, options, quick) for one in chosen}
    folder = Path(out) if out is not None else Path("results") if name is None and not quick else None
    if folder is not None:
        page.check_writable(folder)

    def told(done: str, report: Report) -> None:
        if len(wanted) > 1:
            print(f"{done}: {len(report.findings)} rows in {report.seconds:.0f} s", flush=True)

    reports = run_cases(wanted, jobs, told)
    table.show(reports)
    print(table.summary(reports))
    if folder is not None:
        print(f"Page: {page.write(folder, reports, wanted, command)}")
    failed = failures(reports)
    if failed:
        print(f"Not in agreement with theory: {', '.join(failed)}.")
    return 1 if failed else 0
