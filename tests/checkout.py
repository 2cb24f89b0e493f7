"""What tests take from the checkout: scripts that no package holds, and the package for Pythons that a test starts."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import cxsim

ROOT = Path(__file__).resolve().parents[1]


def module(path: str) -> ModuleType:
    """A script of the checkout as a module, loaded anew; ``path`` counts from the checkout."""
    spec = importlib.util.spec_from_file_location(f"cxsim_checkout_{Path(path).stem}", ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made  # dataclasses look their module up by name
    spec.loader.exec_module(made)
    return made


def surroundings(**more: str) -> dict[str, str]:
    """The environment for a Python started by a test: it imports the cxsim that is tested, wherever it runs and whatever is installed."""
    paths = [str(Path(cxsim.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path), **more}
