"""``cxsim run``: a Hydra application whose input is checked in full before Hydra gets it."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import logging
import os
import re
import shlex
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.cli.parser import Parser, UsageError
from cxsim.config.errors import CxsimError, nearest

if TYPE_CHECKING:
    from cxsim.config.run import Config
    from cxsim.config.sweeps import Plan

LONGEST_FOLDER = 120
# Flags of Hydra's that would go round the schema's checks, or unpickle a file.
BYPASSES = (("--config-path", "-cp"), ("--config-name", "-cn"), ("--experimental-rerun",))
_UNSAFE = set("/\\<>:\"|?*'{}[]$ ")


def main(arguments: list[str]) -> int:
    """Check the arguments, then let Hydra compose and run.

    Returns:
        The exit code.

    Raises:
        CxsimError: arguments that cannot be used, or results that cannot be written; nothing was simulated then.
    """
    given = _parser().parse_intermixed_args(arguments)
    _check_usage(given)
    from cxsim.config.presets import user_dir
    from cxsim.config.sweeps import plan

    folder = user_dir(given.config_dir)
    short = _short_forms(given)
    if given.shell_completion:
        _prepare_completion(given.overrides)
    if given.hydra_help or given.shell_completion:
        words = given.overrides if given.shell_completion else []
        return _hydra(_flags(given), words, folder, lambda config: None)
    if given.run:  # also of an experiment that holds a sweep
        if "hydra.mode=MULTIRUN" in given.overrides:
            raise UsageError("hydra.mode=MULTIRUN: --run asks for a single run; leave one of the two out.")
        given.overrides = [*given.overrides, "hydra.mode=RUN"]
    checked = plan(given.overrides, folder, given.multirun)
    if short and not checked.multirun:
        raise UsageError(f"{short[0]}: it is for several runs; add --multirun.")
    if checked.own:
        from cxsim.sweeps.launch import check_settings

        check_settings(checked.launcher)
    if given.help or given.cfg or given.info:
        return _hydra(_flags(given), checked.overrides, folder, lambda config: None)
    if checked.own and not checked.searching:
        return _sweep(checked, shlex.join(["cxsim", "run", *arguments]))
    folders = _folders(checked.configs, checked.multirun)
    if checked.idle:
        return _single(checked, folders, shlex.join(["cxsim", "run", *arguments]))
    with _sweep_dir(checked.overrides if checked.multirun else None) as extra:
        return _hydra(_flags(given), [*checked.overrides, *extra], folder, _task(arguments, folders))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="cxsim run", add_help=False, allow_abbrev=False)
    parser.add_argument("overrides", nargs="*")
    parser.add_argument("--config-dir", "-cd")
    parser.add_argument("--resolve", action="store_true")
    parser.add_argument("--package", "-p")
    for flags in BYPASSES:
        parser.add_argument(*flags, dest="bypass")
    parser.add_argument("--retry-failed", action="store_true")
    parser.add_argument("--monthly", action="store_true")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--help", "-h", action="store_true")
    modes.add_argument("--hydra-help", action="store_true")
    modes.add_argument("--run", "-r", action="store_true")
    modes.add_argument("--multirun", "-m", action="store_true")
    modes.add_argument("--cfg", "-c", choices=["job", "hydra", "all"])
    modes.add_argument("--info", "-i", nargs="?", const="all",
                       choices=["all", "config", "defaults", "defaults-tree", "plugins", "searchpath"])  # fmt: skip
    modes.add_argument("--shell-completion", "-sc", action="store_true")
    return parser


def _check_usage(given: argparse.Namespace) -> None:
    if given.bypass is not None:
        raise UsageError(f"{', '.join(flags[0] for flags in BYPASSES)}: not taken; presets of your own go in with "
                         "--config-dir.")  # fmt: skip
    if given.resolve and not given.cfg:
        raise UsageError("--resolve: it goes together with --cfg; see cxsim run --help.")
    if given.package and not given.cfg:
        raise UsageError("--package: it goes together with --cfg; see cxsim run --help.")
    if given.package:
        known = _packages(given.cfg)
        if given.package not in known:
            raise UsageError(f"--package {given.package}: there is none.{nearest(given.package, known)} "
                             f"Allowed: {', '.join(known)}.")  # fmt: skip


def _packages(shown: str) -> tuple[str, ...]:
    """What ``--package`` may name of what ``--cfg`` shows."""
    import dataclasses

    from hydra.conf import HydraConf

    from cxsim.config.keys import group_types

    of_hydra = ("hydra", *(f"hydra.{field.name}" for field in dataclasses.fields(HydraConf)))
    return ("_global_", *(group_types() if shown != "hydra" else ()), *(of_hydra if shown != "job" else ()))


def _short_forms(given: argparse.Namespace) -> list[str]:
    """Put what is short for a setting of the launcher in its long form, and say which there were."""
    flags = {"--retry-failed": "retry_failed", "--monthly": "monthly"}
    found = [word for word in given.overrides if re.match(r"(executor|samples|sampler|design)[.=]", word)]
    found += [flag for flag, name in flags.items() if getattr(given, name)]
    if found:
        from cxsim.sweeps.launch import long_forms

        settings = [f"hydra.launcher.{name}=true" for name in flags.values() if getattr(given, name)]
        given.overrides = [*long_forms(given.overrides), *settings]
    return found


def _sweep(checked: Plan, command: str) -> int:
    """Run all that was asked for with cxsim's own launcher. Hydra would compose every run again before it began."""
    from cxsim.sweeps.launch import launch, said

    print(said(*launch(checked, command)))
    return 0


def _single(checked: Plan, folders: Mapping[Path, Path], command: str) -> int:
    """Run what has been composed and checked. Hydra would compose it twice more and do nothing else."""
    (config,) = checked.configs
    try:
        _execute(config, folders[Path(config.results_dir, config.name)], checked.task, command)
    except (CxsimError, BrokenPipeError):
        raise
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def _prepare_completion(overrides: Sequence[str]) -> None:
    if len(overrides) != 1 or not re.fullmatch("(install|uninstall|query)=(bash|fish|zsh)", overrides[0]):
        raise UsageError("--shell-completion: say install=SHELL or uninstall=SHELL; shells are bash, fish and zsh.")
    if overrides[0].startswith("query="):
        # Hydra completes the words after the program, and does not know that the first of ours may be a command.
        line = os.environ.get("COMP_LINE", "cxsim ").split(" ", 2)
        os.environ["COMP_LINE"] = " ".join(line[:1] + line[2:] if line[1:2] == ["run"] and len(line) > 2 else line)


def _flags(given: argparse.Namespace) -> list[str]:
    flags = [f"--{name.replace('_', '-')}" for name in ("help", "hydra_help", "run", "multirun", "resolve",
             "shell_completion") if getattr(given, name)]  # fmt: skip
    return flags + [f"--{name}={value}" for name in ("cfg", "info", "package") if (value := getattr(given, name))]


def _hydra(flags: list[str], overrides: Sequence[str], folder: Path | None, task: Callable[[Any], None]) -> int:
    import hydra

    from cxsim.config.compose import HYDRA_VERSION, user_presets
    from cxsim.config.paths import conf_dir
    from cxsim.config.presets import PRIMARY

    typed = sys.argv
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    sys.argv = ["cxsim", *flags, *overrides]  # Hydra reads its arguments from here
    try:
        with user_presets(folder):
            hydra.main(config_path=str(conf_dir()), config_name=PRIMARY, version_base=HYDRA_VERSION)(task)()
    except SystemExit as leaving:
        if isinstance(leaving.__cause__, CxsimError):
            raise leaving.__cause__ from None
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    finally:
        sys.argv = typed
        root.setLevel(level)  # --info logs to the screen, and would go on doing so in a process that lives on
        root.handlers[:] = handlers
    return 0


def _task(arguments: Sequence[str], folders: Mapping[Path, Path]) -> Callable[[Any], None]:
    command = shlex.join(["cxsim", "run", *arguments])

    def job(composed: Any) -> None:
        from cxsim.config.compose import to_mapping
        from cxsim.config.load import from_mapping

        try:
            _job(from_mapping(to_mapping(composed)), folders, command)
        except CxsimError as error:
            # Hydra would print an ordinary exception as a crash of the program; it lets this one through.
            raise SystemExit(error.exit_code) from error

    return job


def _job(config: Config, folders: Mapping[Path, Path], command: str) -> None:
    from hydra.core.hydra_config import HydraConfig

    settings = HydraConfig.get()
    folder = Path(config.results_dir, config.name)
    folder = folders.get(folder, folder)
    several = str(settings.mode).endswith("MULTIRUN")
    if several:
        folder /= _job_folder(settings.job.override_dirname, settings.job.num)
    _execute(config, folder, settings.overrides.task, command, summary=not several)


def _execute(config: Config, folder: Path, overrides: Sequence[str], command: str, *, summary: bool = True) -> None:
    from cxsim.results.drawing import apart
    from cxsim.results.files import check_writable, write_run
    from cxsim.results.run import run_config

    check_writable(folder)
    with apart(config.figures) as draw:
        result = run_config(config, overrides=list(overrides), command=command)
        written = write_run(result, folder, draw)
    if summary:
        from cxsim.results.summary import render_summary

        render_summary(result)
    print(f"Results: {_short(written)}")


def _job_folder(override_dirname: str, number: int) -> str:
    """A run's folder inside a multirun: what was overridden, or its number where that makes no good name."""
    usable = len(override_dirname) <= LONGEST_FOLDER and not _UNSAFE & set(override_dirname)
    return override_dirname if usable else str(number)


def _folders(configs: Sequence[Config], multirun: bool) -> dict[Path, Path]:
    """For each folder wanted the one to write to, all of them tried: the runs of a multirun share one that is new."""
    from cxsim.results.files import check_writable

    folders: dict[Path, Path] = {}
    for config in configs:
        wanted = Path(config.results_dir, config.name)
        if wanted in folders:
            continue
        names = itertools.chain([wanted.name], (f"{wanted.name}-{number}" for number in itertools.count(2)))
        candidates = (wanted.with_name(name) for name in names)
        folders[wanted] = next(folder for folder in candidates if not (multirun and os.path.lexists(folder)))
        check_writable(folders[wanted])
    return folders


@contextlib.contextmanager
def _sweep_dir(overrides: Sequence[str] | None) -> Iterator[list[str]]:
    """Somewhere for what Hydra's sweepers write about themselves, gone afterwards, unless the user says where."""
    if overrides is None or any(override.startswith("hydra.sweep.dir=") for override in overrides):
        yield []
        return
    with tempfile.TemporaryDirectory(prefix="cxsim-") as folder:
        yield [f"hydra.sweep.dir='{folder}'"]


def _short(folder: Path) -> str:
    relative = os.path.relpath(folder)
    return str(folder) if relative.startswith(os.pardir) else relative
