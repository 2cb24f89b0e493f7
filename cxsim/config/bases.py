"""Configurations to start many runs from: presets are composed once for each combination, values are set without composing."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.config.load import from_mapping, leads_to, set_values, unchecked, with_values
from cxsim.config.presets import GROUPS, files, user_dir
from cxsim.config.run import Config

if TYPE_CHECKING:
    from omegaconf import DictConfig


@dataclasses.dataclass(frozen=True)
class Base:
    """A configuration from presets and values, to be completed by further values.

    Attributes:
        config: the configuration; each of its values is checked, and not yet whether they can stand together.
        settings: Hydra's own settings.
        said: the mapping in which some values are said in terms of others, ``None`` where each stands alone.
    """

    config: Config
    settings: DictConfig
    said: Mapping[str, Any] | None

    def with_values(self, values: Mapping[str, Any]) -> Config:
        """The configuration with values by dotted key, checked as a whole.

        Raises:
            CxsimError: an unknown key, a value out of range or of the wrong type, or a contradiction.
        """
        if self.said is None:
            return with_values(self.config, values)
        return from_mapping(_resolved(self.said, values))

    def links(self) -> dict[str, str]:
        """The values that are said in terms of others, by dotted key."""
        return dict(_links("", self.said)) if self.said is not None else {}


class Bases:
    """The configurations that some overrides make with this or that preset, each composed once.

    Args:
        overrides: what they share, as on the command line.
        config_dir: a folder of presets of one's own.
        values: Python values by key, which come after the overrides; a group's name takes a preset.
        settings: whether Hydra's own settings may be among the overrides, because something will go by them.

    Raises:
        CxsimError: a key of a value that leads to no parameter, or a folder that is not there.
    """

    def __init__(
        self,
        overrides: Sequence[str] = (),
        config_dir: str | Path | None = None,
        values: Mapping[str, Any] | None = None,
        *,
        settings: bool = False,
    ):
        given = dict(values or {})
        self._folder = user_dir(config_dir)
        self._settings = settings
        chosen = {key: value for key, value in given.items() if key in GROUPS and isinstance(value, str)}
        self._overrides = (*overrides, *(f"{key}={value}" for key, value in chosen.items()))
        self._values = {key: value for key, value in given.items() if key not in chosen}
        for key, value in self._values.items():
            leads_to(key, value)
        self._made: dict[tuple[str, ...], Base] = {}

    def __call__(self, *words: str) -> Base:
        """The configuration with further overrides.

        Raises:
            CxsimError: as `cxsim.load`, contradictions apart.
        """
        if words not in self._made:
            self._made[words] = self._compose(words)
        return self._made[words]

    def _compose(self, words: tuple[str, ...]) -> Base:
        from cxsim.config.compose import compose
        from cxsim.config.overrides import parse
        from cxsim.config.settings import refuse_all

        known = {group: list(found) for group, found in files(self._folder).items()}
        tokens = parse([*self._overrides, *words], known)
        if not self._settings:
            refuse_all(tokens)
        composed = compose([token.text for token in tokens], self._folder)
        if composed.unresolved is None:
            return Base(unchecked(set_values(composed.mapping, self._values)), composed.settings, None)
        said = set_values(composed.unresolved, self._values)
        return Base(unchecked(_resolved(said, {})), composed.settings, said)


def _links(key: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, str) and "${" in node:
        yield key, node
    parts = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    for name, part in parts:
        yield from _links(f"{key}.{name}" if key else str(name), part)


def _resolved(said: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    from omegaconf import OmegaConf

    from cxsim.config.compose import to_mapping

    return to_mapping(OmegaConf.create(set_values(copy.deepcopy(dict(said)), values)))
