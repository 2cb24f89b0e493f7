"""``cxsim compare``: regimes against a baseline, pair by pair, in tables, figures and words."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.cli.parser import Parser, UsageError
from cxsim.config.errors import CxsimError, UnknownKeyError, nearest

if TYPE_CHECKING:
    from cxsim.comparison.regimes import Regime

EPILOG = """settings:
  key=a,b,...             the regimes: every combination, if several keys have lists; the first is the baseline
  regimes=FILE.yaml       named regimes of several values each: regimes: {NAME: {title: ..., KEY: VALUE, ...}, ...}
  baseline=NAME           another baseline
  replications=20         pairs of runs; with a precision, those of the pilot
  precision=0.5           go on until the 95 % interval of precision_metric is that narrow (half its width) for every regime
  precision_metric=experience
  max_replications=1000   give up there
  window=run              means over all months reported, or over the last so many: window=12
  metrics=a,b,...         what the comparison is about; claims are corrected for their number
  focus=SEGMENT           the segment to set against all others (default: the one worst off under the baseline)
  name=NAME               runs and answers go to results_dir/NAME; the same command again goes on, and does nothing twice
  executor=, executor.workers=, executor.address=   as for cxsim run --multirun

examples:
  cxsim compare market=energy regulator=none,minimal_capped,gdpr,spain_self_funded
  cxsim compare experiment=price_walk_ban precision=0.25 precision_metric=price_paid
  cxsim compare market=mobile regimes=options.yaml baseline=today window=12
"""


def main(arguments: list[str]) -> int:
    """Compare regimes.

    Raises:
        CxsimError: something that cannot be used; nothing was simulated then.
    """
    given = parser("compare", "Compare regimes under the same luck: differences, who wins and loses, harm, cost and benefit.", EPILOG)
    options = given.parse_intermixed_args(arguments)
    from cxsim.comparison import api, runs

    own, rest = api.split(options.overrides)
    regimes, wanted, config, execution = gathered(own, rest, options, api.OWN)
    own.setdefault("baseline", wanted)
    baseline, settings = api.checked(regimes, own)
    command = shlex.join(["cxsim", "compare", *arguments])
    folder = place(regimes, config, rest, "compare")
    if options.dry_run:
        print(_plan(regimes, baseline, settings, folder))
        return 0
    runs.check_place(folder)
    from cxsim.comparison.printing import render
    from cxsim.results.drawing import apart
    from cxsim.sweeps.launch import short

    shared = [word for word in rest if not word.startswith("executor")]
    with apart(regimes[baseline].config.figures) as draw:
        found = api.conduct(regimes, own, folder, execution, overrides=shared, command=command)
        render(found)
        kept = runs.kept_answer(found, folder)
        print(f"Answer: {short(kept or found.save(folder / runs.ANSWER, draw))}")
    return 0


def parser(name: str, description: str, epilog: str) -> Parser:
    """The arguments that a comparison and a study of robustness share."""
    import argparse

    made = Parser(prog=f"cxsim {name}", description=description, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter,
                  allow_abbrev=False)  # fmt: skip
    made.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="presets, parameters and settings")
    made.add_argument("--config-dir", "-cd", metavar="DIR", help="look for presets in DIR first")
    made.add_argument("--dry-run", action="store_true", help="say what would be run, and run nothing")
    made.add_argument("--retry-failed", action="store_true", help="try runs again that failed before")
    return made


def gathered(own: dict[str, Any], rest: Sequence[str], options: Any, settings: Sequence[str]) -> tuple[tuple[Regime, ...], Any, Any, Any]:
    """Regimes, the baseline that a file names, a configuration for names and folders, and how runs are done.

    Args:
        own: settings that were typed.
        rest: all other overrides.
        options: flags.
        settings: the names of all settings, for hints.

    Raises:
        CxsimError: something that cannot be used.
    """
    from cxsim.comparison import api, runs
    from cxsim.comparison.regimes import RegimesError, from_plan
    from cxsim.config.presets import user_dir
    from cxsim.config.sweeps import plan
    from cxsim.sweeps.launch import check_settings, long_forms

    _refuse_idle(rest)
    folder = user_dir(options.config_dir)
    try:
        planned = plan(long_forms(rest), folder, multirun=True)
    except UnknownKeyError as error:
        hint = nearest(str(error.key), settings)
        raise CxsimError(f"{error.key}: there is no such parameter or setting.{hint}") if hint else error from None
    launcher = planned.launcher
    if "executor" not in launcher:
        raise UsageError("hydra/launcher: a comparison goes through cxsim's own, which puts all runs into one dataset.")
    check_settings(launcher)
    retry = options.retry_failed or launcher["retry_failed"]
    execution = runs.Execution(launcher["executor"], launcher["workers"], launcher["address"], retry)
    if "regimes" in own:
        if planned.swept:
            raise RegimesError(f"{next(iter(planned.swept))}: it has several values, and regimes= gives the regimes; give one of the two.")
        typed = [word for word in rest if not word.startswith(("executor=", "executor.", "hydra.", "hydra/"))]
        regimes, wanted = api.from_file(own["regimes"], typed, folder, {})
    else:
        regimes, wanted = from_plan(planned), None
    return regimes, wanted, planned.configs[0], execution


def _refuse_idle(words: Sequence[str]) -> None:
    """Refuse settings of a sweep that a comparison does not go by: how it is carried out is all that it takes.

    Raises:
        UsageError: there is one.
    """
    from cxsim.sweeps.launch import SHORT

    taken = [f"hydra.launcher.{name}" for name in ("executor", "workers", "address", "retry_failed")]
    for word in words:
        key = word.partition("=")[0].lstrip("+")
        idle = key.startswith("hydra.") and key not in taken and not key.startswith("hydra.sweeper.params")
        if idle or (key in SHORT and not key.startswith("executor")):
            allowed = ", ".join(("executor", "executor.workers", "executor.address", *taken))
            raise UsageError(f"{key}: a comparison does not go by it. Allowed: {allowed}.")


def place(regimes: Sequence[Regime], config: Any, typed: Sequence[str], kind: str, more: Any = None) -> Path:
    """Where results go: the name typed, an experiment's after the kind of work, or one that is the same for the same work."""
    from cxsim.comparison.regimes import scenarios_of
    from cxsim.config.keys import index
    from cxsim.sweeps.ids import digest

    if any(word.startswith("name=") for word in typed):
        return Path(config.results_dir, config.name)
    if config.name != index()["name"].default:
        return Path(config.results_dir, f"{kind}-{config.name}")
    scenarios = scenarios_of(regimes)
    return Path(config.results_dir, f"{kind}-{digest([scenarios.design.digest, scenarios.bases_digest(), more])[:8]}")


def _plan(regimes: Sequence[Regime], baseline: int, settings: Any, folder: Path) -> str:
    from cxsim.comparison.printing import listing
    from cxsim.config.errors import shown
    from cxsim.sweeps.launch import short

    config = regimes[0].config
    values = [", ".join(f"{key}={shown(value)}" for key, value in regime.values.items()) for regime in regimes]
    rows = [
        (regime.name, "baseline" if number == baseline else "", regime.title, what)
        for number, (regime, what) in enumerate(zip(regimes, values, strict=True))
    ]
    runs = len(regimes) * settings.replications
    number = f"{settings.replications:,} replications of {len(regimes)} regimes, {runs:,} runs"
    if settings.precision is not None:
        most = settings.max_replications
        number += (
            f", then more until {settings.precision_metric} is known to {settings.precision:g} either way, at most {most:,} replications "
            f"({len(regimes) * most:,} runs)"
        )
    months = f"{config.burn_in + config.months:,} months each, of which {config.months:,} are reported"
    size = f"{config.market.n_customers:,} customers x {months}"
    return f"{listing(rows)}\n{number}; {size}.\nWould go to: {short(folder)}. Nothing was run."
