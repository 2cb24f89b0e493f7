"""Sensitivity: which parameters decide a result, how much is luck, and when a regime fails."""

from cxsim.sensitivity.discovery_study import failing
from cxsim.sensitivity.study import analyse

__all__ = ["analyse", "failing"]
