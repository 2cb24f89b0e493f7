"""Sensitivity: which parameters decide a result, how much is luck, and when a regime fails."""

from cxsim.sensitivity.study import analyse

__all__ = ["analyse"]
