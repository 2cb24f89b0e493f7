"""A tournament's question: which entries, in which markets under which rules, in which formats, how often."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cxsim.analysis.runs import based, place
from cxsim.config.errors import BadValueError, CxsimError
from cxsim.config.run import Config
from cxsim.tournament import entries as entrants
from cxsim.tournament.entries import Entry
from cxsim.tournament.matches import CROWD, FORMATS, check_formats

MARKETS, REGULATORS = ("generic", "energy", "mobile"), ("none", "stylised_continental")
AXES = {"market": MARKETS, "regulator": REGULATORS, "customers": ("default",)}
"""Groups of presets that a tournament goes through, with what it takes of them unless told otherwise."""
DEFAULTS = {"market.n_customers": 500, "months": 36, "burn_in": 12, "replications": 6}


@dataclasses.dataclass(frozen=True)
class Setting:
    """A market with its rules.

    Attributes:
        name: what tables call it, the presets with dots between.
        presets: the preset of each group that varies or was named.
        config: the configuration, before it is settled who plays.
    """

    name: str
    presets: Mapping[str, str]
    config: Config


@dataclasses.dataclass(frozen=True)
class Question:
    """All that a tournament is about.

    Attributes:
        source: the folder of entries, as given.
        files: the users' files.
        house: strategies of cxsim's own that play along.
        formats: of :data:`~cxsim.tournament.matches.FORMATS`.
        settings: markets and rules.
        overrides: what all settings share, as typed.
        given: what was asked for, for the record and for the Python that asks again.
    """

    source: str
    files: tuple[Path, ...]
    house: tuple[Entry, ...]
    formats: tuple[str, ...]
    settings: tuple[Setting, ...]
    overrides: tuple[str, ...]
    given: Mapping[str, Any]

    @property
    def config(self) -> Config:
        """The first setting's configuration, for names, months and replications."""
        return self.settings[0].config

    @property
    def folder(self) -> Path:
        """Where the answer goes, and beside it the runs."""
        identity = [entrants.package_of(self.files), [one.name for one in self.house], list(self.formats),
                    [[setting.name, dict(setting.presets)] for setting in self.settings], list(self.overrides),
                    self.config.replications]  # fmt: skip
        return place(self.config, "tournament", identity)

    def runs(self, entries: int) -> int:
        """How many runs it takes with so many entries, if none is disqualified; the trial is left out."""
        pairs = entries * (entries - 1)
        each = {"duel": pairs, "invader": CROWD * pairs, "all": entries}
        return len(self.settings) * self.config.replications * sum(each[form] for form in self.formats)


def question(
    folder: str | os.PathLike[str],
    overrides: Sequence[str] = (),
    *,
    house: str | Sequence[str] = entrants.HOUSE,
    formats: str | Sequence[str] = tuple(FORMATS),
    config_dir: str | Path | None = None,
    values: Mapping[str, Any] | None = None,
) -> Question:
    """What is asked, checked as far as it can be without running anybody's code.

    Args:
        folder: the entries.
        overrides: as on the command line; ``market``, ``regulator`` and ``customers`` take several presets with commas between.
        house: strategies of cxsim's own that play along.
        formats: of :data:`~cxsim.tournament.matches.FORMATS`.
        config_dir: a folder of presets of one's own.
        values: Python values by key; a list of presets for one of the three groups.

    Raises:
        CxsimError: something that cannot be used.
    """
    chosen, shared = _axes(overrides)
    more = dict(values or {})
    for group in AXES:
        if group in more:
            given = more.pop(group)
            chosen[group] = (given,) if isinstance(given, str) else tuple(given)
    _refuse([*shared, *(f"{key}=" for key in more)])
    levels = {group: chosen.get(group, usual) for group, usual in AXES.items()}
    for group, presets in levels.items():
        if not presets or len(set(presets)) < len(presets):
            raise BadValueError(group, ",".join(map(str, presets)), "presets of that group, each once")
    shown = [group for group, presets in levels.items() if len(presets) > 1 or group == "market"]
    settings = []
    for combination in itertools.product(*levels.values()):
        one = dict(zip(levels, combination, strict=True))
        words = [f"{group}={preset}" for group, preset in one.items()]
        base = based([*shared, *words], config_dir, DEFAULTS, **more)
        settings.append(Setting(" · ".join(one[group] for group in shown), one, base.config))
    record = {"house": [one.name for one in entrants.house(house)], "formats": list(check_formats(formats)),
              **{group: list(presets) for group, presets in levels.items()}}  # fmt: skip
    return Question(
        os.fspath(folder), tuple(entrants.files_of(folder)), tuple(entrants.house(house)), check_formats(formats), tuple(settings),
        tuple(shared), {**record, "values": more},
    )  # fmt: skip


def _axes(overrides: Sequence[str]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    chosen: dict[str, tuple[str, ...]] = {}
    shared = []
    for override in overrides:
        key, sign, text = override.partition("=")
        if not sign or key not in AXES:
            shared.append(override)
            continue
        if key in chosen:
            raise BadValueError(key, text, "one list of presets, given once")
        chosen[key] = tuple(name.strip() for name in text.split(","))
    return chosen, shared


def _refuse(overrides: Sequence[str]) -> None:
    """What the tournament itself decides cannot be set."""
    for override in overrides:
        key = override.partition("=")[0].lstrip("+~")
        if key in {"firms.strategy", "market.n_firms", "allow_user_code"}:
            raise CxsimError(f"{key}: a tournament settles this itself; leave it out, and name strategies of cxsim's own with --house.")
        if key in {"market.entry", "market.entrants"}:
            raise CxsimError(f"{key}: nobody else may enter during a tournament; leave it out.")
