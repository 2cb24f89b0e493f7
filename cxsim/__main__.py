"""``python -m cxsim`` is the command ``cxsim``."""

from __future__ import annotations

import sys

from cxsim.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
