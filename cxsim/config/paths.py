"""Where the presets that come with cxsim lie: in the package once installed, beside it in a checkout."""

from __future__ import annotations

import functools
from pathlib import Path

from cxsim.config.errors import CxsimError

_PACKAGE = Path(__file__).resolve().parent.parent


@functools.cache
def conf_dir() -> Path:
    """Absolute path of the folder of presets.

    Raises:
        CxsimError: neither the package nor the checkout holds it, which means that the installation is broken.
    """
    for folder in (_PACKAGE / "conf", _PACKAGE.parent / "conf"):
        if (folder / "config.yaml").is_file():
            return folder
    raise CxsimError(f"The presets of cxsim are missing from {_PACKAGE / 'conf'}; install cxsim again.")
