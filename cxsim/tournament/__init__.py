"""Tournaments: users' strategies against each other, over many markets and regimes, ranked by what they earned and what customers got."""

from cxsim.tournament.study import play

__all__ = ["play"]
