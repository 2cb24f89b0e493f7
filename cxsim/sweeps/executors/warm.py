"""Imported by the fork server before it forks workers: loads the model and its compiled code once for all of them."""

from __future__ import annotations

import contextlib
import gc

from cxsim.sweeps.ids import code_version
from cxsim.sweeps.worker import warm_up

# Workers say the version of the code that they have, not of what may lie on the disk by the time they are forked.
code_version()
# A worker meets the same error again, where it can be told.
with contextlib.suppress(Exception):
    warm_up()
# What is loaded stays, and a collector that never looks at it leaves its memory shared with all workers.
gc.collect()
gc.freeze()
