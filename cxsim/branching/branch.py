"""Several futures from one and the same market: simulated to the day once, then once for each future, with the same luck."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.branching.branches import Branches
from cxsim.branching.futures import Future, futures_of
from cxsim.config.errors import BadValueError, CheckpointError
from cxsim.config.keys import coerce
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.results.files import check_writable, write_folder
from cxsim.results.frames import combine
from cxsim.results.progress import Counter, announce_compiling, reporter
from cxsim.results.provenance import now
from cxsim.results.run import Run, Told, each_replication

if TYPE_CHECKING:
    import pandas as pd

    from cxsim.market.model import Market
    from cxsim.market.snapshot import Snapshot

SUFFIX = ".cxsim"


def branch(
    config: Config,
    month: int,
    *futures: str | Mapping[str, Any],
    replications: int | None = None,
    keep: str | os.PathLike[str] | None = None,
    progress: Told = None,
    config_dir: str | Path | None = None,
    command: str | None = None,
) -> Branches:
    """What becomes of a market if something changes on a day, beside what becomes of it if nothing does.

    Each replication is simulated to the day once. From there all futures go on from that one state, customers, firms, regulator, open
    cases and books, and with the same luck, so that they differ by the change and nothing else.

    Args:
        config: the configuration until the day.
        month: the first month under the new rules, counted as the report does.
        futures: overrides as on the command line (``"regulator.fine_cap=null"``), which make one future named ``reform``; or a mapping
            from names to overrides (one, or a list of them), which makes several.
        replications: runs of each future with luck of their own; those of ``config`` if not given. Intervals come from them.
        keep: a new folder for a checkpoint of each replication on the day; :func:`branch_from` takes them.
        progress: as for :func:`cxsim.simulate`.
        config_dir: a folder of presets of one's own.
        command: the command that asked for it, for the record.

    Returns:
        All runs, and their differences.

    Raises:
        CxsimError: a month outside the report, a future that cannot be, something in the market that no checkpoint can hold, or a
            folder that cannot be written; nothing was simulated then, but for the last two.

    Source:
        Common random numbers: Law, A. M. (2015), Simulation modeling and analysis, 5th edition, section 11.2.
    """
    if replications is not None:
        config = with_values(config, {"replications": coerce("replications", replications)})
    month = _checked_month(month, config)
    known = futures_of(config, futures, config_dir)
    begin = partial(_to_the_day, config=config, month=month)
    if keep is None:
        return _run(config, month, known, begin, config.burn_in + month, progress, command)
    check_writable(keep)
    done: list[Branches] = []
    write_folder(
        keep,
        lambda folder: done.append(_run(config, month, known, partial(begin, folder=folder), config.burn_in + month, progress, command)),
    )
    return done[0]


def branch_from(
    checkpoints: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *futures: str | Mapping[str, Any],
    months: int | None = None,
    allow_user_code: bool = False,
    progress: Told = None,
    config_dir: str | Path | None = None,
    command: str | None = None,
) -> Branches:
    """The same from checkpoints, one a replication, without simulating again what was before.

    Args:
        checkpoints: a file, several, or a folder of files that end in ``.cxsim``.
        futures: as for :func:`branch`.
        months: months reported in all, if the futures are to go on for longer than the market in the checkpoint would.
        allow_user_code: whether strategies and policies of the user's own that the checkpoints name may be imported.
        progress, config_dir, command: as for :func:`branch`.

    Raises:
        CxsimError: checkpoints that are none or do not belong together, or as for :func:`branch`.
    """
    from cxsim.market.checkpoint import read
    from cxsim.market.snapshot import check_users_code

    snapshots = sorted((read(path) for path in _files(checkpoints)), key=lambda snapshot: snapshot.replication)
    for snapshot in snapshots:
        check_users_code(snapshot, allow_user_code)
    first = snapshots[0]
    for other in snapshots[1:]:
        same = {"month": other.month == first.month, "seed": other.seed == first.seed, "configuration": other.config == first.config}
        if not all(same.values()):
            differs = " and ".join(name for name, equal in same.items() if not equal)
            raise CheckpointError(f"checkpoints: they are not of one market on one day; they differ in {differs}.")
    if len({snapshot.replication for snapshot in snapshots}) < len(snapshots):
        raise CheckpointError("checkpoints: two are of the same replication; give each once.")
    own = {"replications": len(snapshots), "seed": first.seed} | ({} if months is None else {"months": months})
    config = with_values(first.config, own)
    month = _checked_month(first.month, config)
    known = futures_of(config, futures, config_dir)
    # What is given beside the futures (months) holds for all of them.
    started = [dataclasses.replace(snapshot, config=with_values(snapshot.config, {"seed": first.seed})) for snapshot in snapshots]
    return _run(config, month, known, lambda number, counter: started[number], 0, progress, command)


def _checked_month(month: Any, config: Config) -> int:
    whole = isinstance(month, int) and not isinstance(month, bool)
    if not whole or not 0 <= month < config.months:
        raise BadValueError("month", month, f"a whole number from 0 to {config.months - 1}, a month of the report")
    return int(month)


def _files(checkpoints: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> list[Path]:
    if not isinstance(checkpoints, str | os.PathLike):
        found = [Path(path) for path in checkpoints]
    elif Path(checkpoints).is_dir():
        found = sorted(Path(checkpoints).glob(f"*{SUFFIX}"))
    else:
        found = [Path(checkpoints)]
    if not found:
        raise CheckpointError(f"checkpoints {checkpoints}: there is none; a folder of them has files that end in {SUFFIX}.")
    return found


def _to_the_day(number: int, counter: Counter, *, config: Config, month: int, folder: Path | None = None) -> Snapshot:
    """The state of one replication on the day, simulated from its start."""
    from cxsim.market.checkpoint import write
    from cxsim.market.model import Market
    from cxsim.market.snapshot import take

    market = Market(config, rng=config.seed, replication=number)
    _play(market, config.burn_in + month, counter)
    snapshot = take(market)
    if folder is not None:
        write(snapshot, folder / f"replication-{number}{SUFFIX}")
    return snapshot


def _run(
    config: Config,
    month: int,
    futures: Mapping[str, Future],
    start: Callable[[int, Counter], Snapshot],
    before: int,
    progress: Told,
    command: str | None,
) -> Branches:
    started, clock = now(), time.perf_counter()
    total = config.replications * (before + len(futures) * (config.months - month))
    announce_compiling(progress)
    with reporter(progress, config.name) as report:
        counter = Counter(total, report)
        done = each_replication(config, counter, partial(_replicate, futures=futures, start=start, counter=counter))
    duration = time.perf_counter() - clock
    runs = {}
    for name, future in futures.items():
        tables, model = combine([frames[name][0] for frames in done]), done[0][name][1]
        named = with_values(future.config, {"name": f"{config.name}-{name}"})
        run = Run(named, tables, model=model, started=started, duration=duration, overrides=None, command=command)
        run.branched = {"month": month, "overrides": list(future.overrides)}
        runs[name] = run
    return Branches(config, month, dict(futures), runs, started, duration, command)


def _replicate(
    number: int, *, futures: Mapping[str, Future], start: Callable[[int, Counter], Snapshot], counter: Counter
) -> dict[str, tuple[Mapping[str, pd.DataFrame], Market | None]]:
    from cxsim.market.snapshot import resume

    snapshot = start(number, counter)
    done: dict[str, tuple[Mapping[str, pd.DataFrame], Market | None]] = {}
    for name, future in futures.items():
        market = resume(snapshot, future.config)
        _play(market, market.config.months - market.month, counter)
        # Of many markets only the first is kept; the others' columns would fill the memory.
        done[name] = market.recorder.tables(), market if number == 0 else None
    return done


def _play(market: Market, months: int, counter: Counter) -> None:
    for _ in range(months):
        market.step()
        counter.tick()
