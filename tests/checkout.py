"""Scripts of the checkout that no package holds."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

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
