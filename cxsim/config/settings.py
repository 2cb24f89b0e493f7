"""Which of Hydra's own settings do something, and where: what would be taken and change nothing is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from omegaconf import DictConfig, OmegaConf

from cxsim.config.compose import compose
from cxsim.config.errors import ContradictionError
from cxsim.config.overrides import Token

SEVERAL = ("hydra.launcher", "hydra.sweep", "hydra.sweeper", "hydra/launcher", "hydra/sweeper")
"""What is for several runs."""
OWN = ("hydra.launcher", "hydra.sweeper.params", "hydra/launcher", "hydra/sweeper", "hydra.mode", "hydra.help", "hydra/help")
"""What cxsim's own launcher goes by."""
QUIET: dict[str, Any] = {"version": 1, "root": None, "disable_existing_loggers": False}
"""Logging that logs nothing."""

_PLACE = "results go to results_dir/name, so give results_dir=FOLDER or name=NAME"


def refuse_all(tokens: Iterable[Token]) -> None:
    """Refuse every setting of Hydra's, where a configuration is composed and Hydra does nothing more.

    Raises:
        ContradictionError: there is one.
    """
    for token in _of_hydra(tokens):
        raise ContradictionError(f"{token.key}: it is a setting of Hydra's for cxsim run, and changes nothing here; leave it out.")


def refuse_idle(tokens: Iterable[Token], settings: DictConfig, multirun: bool, own: bool) -> None:
    """Refuse what was typed of Hydra's settings and would change nothing.

    Args:
        tokens: what was typed.
        settings: Hydra's settings as composed.
        multirun: whether there are several runs.
        own: whether cxsim's own launcher runs them without Hydra.

    Raises:
        ContradictionError: a setting that nothing goes by; the message says what to give instead.
    """
    for token in _of_hydra(tokens):
        key = token.key
        if not multirun and _below(key, SEVERAL):
            raise ContradictionError(f"{key}: it is for several runs; add --multirun.")
        if multirun and key == "hydra.mode" and str(token.text).endswith("=RUN"):
            raise ContradictionError(f"{token.text}: --multirun asks for several runs; leave one of the two out.")
        if not _changed(key, settings):
            continue
        if multirun and own and not _below(key, OWN):
            raise ContradictionError(
                f"{key}: cxsim's own launcher does not go by it; {_PLACE}. Allowed: hydra.launcher.NAME, hydra.sweeper.params, hydra.mode, "
                "or hydra/launcher=basic, which leaves all to Hydra and makes a folder a run."
            )
        if multirun and _below(key, ("hydra.run",)):
            raise ContradictionError(f"{key}: it is for a single run; {_PLACE}. With several runs Hydra writes to hydra.sweep.dir.")
        if not multirun and not _below(key, ("hydra.mode", "hydra.help", "hydra/help")) and not _acting(settings):
            raise ContradictionError(
                f"{key}: Hydra writes, logs and changes nothing in a run of cxsim's, unless it is told to by hydra.output_subdir, "
                f"hydra.job.chdir, hydra.job.env_set, hydra/job_logging or hydra/hydra_logging; {_PLACE}."
            )


def _of_hydra(tokens: Iterable[Token]) -> list[Token]:
    return [token for token in tokens if token.kind == "hydra"]


def _below(key: str, heads: Sequence[str]) -> bool:
    return key.startswith(tuple(f"{head}." for head in heads)) or key in heads


def _changed(key: str, settings: DictConfig) -> bool:
    """Whether a setting is another than cxsim's own, so that ``hydra.run.dir=.``, which says what holds anyway, may be given."""
    way = key.removeprefix("hydra").lstrip("./").replace("/", ".")
    return bool(OmegaConf.select(settings, way) != OmegaConf.select(compose([]).settings, way))


def _acting(settings: DictConfig) -> bool:
    """Whether Hydra does anything in a single run beyond starting it."""
    logging = [OmegaConf.to_container(settings[key], resolve=False) != QUIET for key in ("job_logging", "hydra_logging")]
    job = settings.job
    return settings.output_subdir is not None or bool(settings.callbacks) or any(logging) or bool(job.chdir) or bool(job.env_set)
