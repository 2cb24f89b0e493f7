"""Entries of a tournament: strategy classes in the files of a folder, copied beside the runs and imported from there."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from cxsim.config.errors import BadValueError, CxsimError, nearest
from cxsim.config.firms import STRATEGIES
from cxsim.firms.strategy import Strategy

MOST = 200
HOUSE = ("low_price", "superior_service", "equity_planner")
"""Strategies of cxsim's own that play along unless others are named: yardsticks that everybody knows."""
PREFIX = "enter_"
_SHELL = (
    "# Entries of a tournament, as they were when it was played.\n"
    "from cxsim.tournament.guard import entrance\n\n"
    "__getattr__ = entrance(__name__, __file__)\n"
)


class EntriesError(CxsimError):
    """A folder of entries that no tournament can be played with."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """One strategy that takes part.

    Attributes:
        name: what tables call it: the file's name, with the class after a dot where a file has several; or that of a strategy of cxsim's.
        spec: the strategy as ``firms.strategy`` takes it.
        file: the user's file; empty for a strategy of cxsim's own.
    """

    name: str
    spec: str
    file: str = ""

    @property
    def own(self) -> bool:
        """Whether it is a user's."""
        return bool(self.file)


@dataclasses.dataclass(frozen=True)
class Disqualified:
    """An entry that does not take part, or no longer.

    Attributes:
        name: the entry, or the file.
        file: the user's file.
        stage: when it was noticed: ``reading``, ``trial`` or ``matches``.
        reason: what was wrong, one line.
    """

    name: str
    file: str
    stage: str
    reason: str


def files_of(folder: str | os.PathLike[str]) -> list[Path]:
    """The Python files of a folder of entries, by name; those that begin with ``_`` are helpers and no entries.

    Raises:
        EntriesError: there is no such folder, it holds no such file, or too many.
    """
    place = Path(folder).expanduser()
    if not place.is_dir():
        what = "it is a file; give the folder that it is in" if place.exists() else "there is no such folder"
        raise EntriesError(f"{folder}: {what}. A tournament takes a folder of Python files, each with a class derived from cxsim.Strategy.")
    found = sorted(path for path in place.glob("*.py") if not path.name.startswith(("_", ".")))
    if not found:
        raise EntriesError(f"{folder}: no entries; give a folder of Python files, each with a class derived from cxsim.Strategy.")
    if len(found) > MOST:
        raise EntriesError(f"{folder}: {len(found):,} files; at most {MOST} can take part.")
    return found


def house(names: str | Sequence[str]) -> list[Entry]:
    """Strategies of cxsim's own that play along.

    Args:
        names: their names, a list or comma-separated; ``"none"`` or nothing for none.

    Raises:
        BadValueError: there is no such strategy, or one is named twice.
    """
    listed = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    listed = [name for name in listed if name]
    if listed == ["none"]:
        return []
    for name in listed:
        if name not in STRATEGIES or listed.count(name) > 1:
            raise BadValueError("house", name, f"none, or each of these once: {', '.join(STRATEGIES)}", nearest(name, STRATEGIES))
    return [Entry(name, name) for name in listed]


def package_of(files: Sequence[Path]) -> str:
    """A module's name for these entries, which other contents would not have.

    Raises:
        EntriesError: a file cannot be read.
    """
    seen = hashlib.sha256(_SHELL.encode())
    for path in _with_helpers(files):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise EntriesError(f"{path}: it cannot be read ({error.strerror or error}).") from None
        seen.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return f"cxsim_entries_{seen.hexdigest()[:12]}"


def keep(files: Sequence[Path], folder: Path) -> Path:
    """Copy entries and their helpers beside the runs, so that what was played can be read, and played again, later.

    Args:
        files: the entries.
        folder: the runs' folder.

    Returns:
        The copies' folder; copies that are there already are equal, because their name is made from their content.
    """
    from cxsim.results.files import write_folder

    package = folder / package_of(files)

    def fill(partial: Path) -> None:
        (partial / "__init__.py").write_text(_SHELL, encoding="utf-8")
        for path in _with_helpers(files):
            (partial / path.name).write_bytes(path.read_bytes())

    return package if (package / "__init__.py").is_file() else write_folder(package, fill)


@contextlib.contextmanager
def importable(package: Path) -> Iterator[None]:
    """Entries, and helpers beside them, can be imported while this lasts, in processes started meanwhile too."""
    # Last, so that no file of an entry can stand in for an installed module.
    added = [str(package.parent.resolve()), str(package.resolve())]
    sys.path.extend(added)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for path in added:
            sys.path.remove(path)


def read(files: Sequence[Path], package: Path) -> tuple[list[Entry], list[Disqualified]]:
    """Import every file and find its strategies. What goes wrong in a file concerns that file alone.

    Args:
        files: the entries as the user has them.
        package: their copies, which can be imported.

    Returns:
        The entries, and the files that have none.
    """
    entries: list[Entry] = []
    refused: list[Disqualified] = []
    for path in files:
        try:
            module = load(package.name, package, path.stem)
        except (Exception, SystemExit) as error:  # the file is a user's, and may fail in any way
            refused.append(Disqualified(path.stem, str(path), "reading", f"it cannot be imported ({told(error)})."))
            continue
        classes = strategies_in(module)
        if not classes:
            near = [name for name, value in vars(module).items() if isinstance(value, type) and value.__module__ == module.__name__]
            has = f"; it has {', '.join(near)}, derived from something else or without review()" if near else ""
            refused.append(Disqualified(path.stem, str(path), "reading", f"no class derived from cxsim.Strategy with review(){has}."))
        for kind in classes:
            name = path.stem if len(classes) == 1 else f"{path.stem}.{kind.__name__}"
            entries.append(Entry(name, f"{package.name}:{PREFIX}{_plain(path.stem)}__{kind.__name__}", str(path)))
    return entries, refused


def strategies_in(module: ModuleType) -> list[type[Strategy]]:
    """The strategies that a module defines itself and that can be played, in their order in the file."""
    own = [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__]
    played = [kind for kind in own if issubclass(kind, Strategy) and not inspect.isabstract(kind) and not kind.__name__.startswith("_")]
    return list(dict.fromkeys(played))


def load(package: str, folder: Path, stem: str) -> ModuleType:
    """An entry's module, imported once in a process, under a name that clashes with no other module.

    Raises:
        Exception: whatever the module raises.
    """
    name = f"{package}_{_plain(stem)}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, folder / f"{stem}.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"{stem}.py: it is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def find(package: str, folder: Path, attribute: str) -> tuple[str, type[Strategy]] | None:
    """The entry's name and class behind an attribute ``enter_FILE__CLASS`` of the package; ``None`` if it is no such attribute."""
    if not attribute.startswith(PREFIX):
        return None
    for path in sorted(folder.glob("*.py")):
        start = f"{PREFIX}{_plain(path.stem)}__"
        if not path.name.startswith("_") and attribute.startswith(start):
            classes = strategies_in(load(package, folder, path.stem))
            for kind in classes:
                if attribute == f"{start}{kind.__name__}":
                    return path.stem if len(classes) == 1 else f"{path.stem}.{kind.__name__}", kind
    return None


def told(error: BaseException) -> str:
    """An error in one line of bearable length."""
    from cxsim.config.errors import shown

    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {shown(text)[1:-1] if len(text) > 200 else text}" if text else type(error).__name__


def _plain(stem: str) -> str:
    # Names of files may hold what names in Python may not.
    return "".join(letter if letter.isalnum() and letter.isascii() else f"_{ord(letter):x}_" for letter in stem)


def _with_helpers(files: Sequence[Path]) -> list[Path]:
    helpers = [path for path in files[0].parent.glob("_*.py") if path.name != "__init__.py"]
    return sorted([*files, *helpers])
