"""The presets that can be chosen, by group: those that come with cxsim and those in a user's own folder."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from cxsim.config import paths
from cxsim.config.errors import BadValueError, CxsimError

GROUPS = ("market", "customers", "firms", "regulator", "experiment")
PRIMARY = "config"


@dataclasses.dataclass(frozen=True)
class Preset:
    """A preset: the group it belongs to, the name it is chosen by, the title it gives itself, its file."""

    group: str
    name: str
    title: str
    path: Path


def user_dir(config_dir: str | Path | None) -> Path | None:
    """The user's own folder of presets as an absolute path, or ``None`` where none is given.

    Raises:
        BadValueError: no such folder, or one that would replace cxsim's own ``config.yaml``.
    """
    if config_dir is None:
        return None
    folder = Path(config_dir).expanduser().absolute()
    if not folder.is_dir():
        raise BadValueError("config_dir", str(config_dir), f"an existing folder with any of {', '.join(GROUPS)} in it")
    if (folder / f"{PRIMARY}.yaml").exists():
        raise BadValueError(
            "config_dir", str(config_dir), f"a folder without {PRIMARY}.yaml, since that is cxsim's own; "
            "move your settings to experiment/NAME.yaml and choose experiment=NAME"
        )  # fmt: skip
    return folder


def files(config_dir: str | Path | None = None) -> dict[str, dict[str, Path]]:
    """For each group the file of each preset, by name; a user's own preset hides one of the same name."""
    folders = [folder for folder in (paths.conf_dir(), user_dir(config_dir)) if folder]
    return {group: {name: path for folder in folders for name, path in _in(folder, group)} for group in GROUPS}


def presets(config_dir: str | Path | None = None) -> list[Preset]:
    """Every preset, sorted by group and name, with the title that its file gives.

    Raises:
        CxsimError: a preset that is not YAML.
    """
    return [Preset(group, name, title(path), path) for group, found in files(config_dir).items() for name, path in sorted(found.items())]


def title(path: Path) -> str:
    """The title in a preset's file; where it has none, the first comment that is not an instruction to Hydra."""
    import yaml

    try:
        source = path.read_text(encoding="utf-8")
        # The C loader reads as safely, and ten times as fast.
        content = yaml.load(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CxsimError(f"{path}: the preset cannot be read ({' '.join(str(error).split())}).") from error
    if isinstance(content, dict) and isinstance(content.get("title"), str):
        return content["title"]
    comments = (line.lstrip("# ").rstrip() for line in source.splitlines() if line.startswith("#"))
    return next((comment for comment in comments if comment and not re.match(r"@package\b", comment)), "")


def _in(folder: Path, group: str) -> list[tuple[str, Path]]:
    base = folder / group
    # Only experiments apply to the whole configuration, so only they mean the same from inside a sub-folder.
    found = base.rglob("*.yaml") if group == "experiment" else base.glob("*.yaml")
    return [(path.relative_to(base).with_suffix("").as_posix(), path) for path in found]
