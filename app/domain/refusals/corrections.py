"""Corrections of what somebody else typed."""

from app.domain.refusals.base import Conflict


class NothingToCorrect(Conflict):
    """Every value is already as you sent it, so there is nothing to correct. Send the values that differ."""
