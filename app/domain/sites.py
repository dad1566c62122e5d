"""Vocabulary of sites."""

from enum import StrEnum


class SiteKind(StrEnum):
    """The main site comes from stage one; every other is a delivery site, or satellite (R08)."""

    MAIN = "main"
    DELIVERY = "delivery"
