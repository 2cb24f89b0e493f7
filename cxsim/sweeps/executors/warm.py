"""Imported by the fork server before it forks workers: loads the model and its compiled code once for all of them."""

from __future__ import annotations

import contextlib

from cxsim.sweeps.worker import warm_up

# A worker meets the same error again, where it can be told.
with contextlib.suppress(Exception):
    warm_up()
