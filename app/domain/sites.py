"""Vocabulary of sites."""

from enum import StrEnum


class SiteKind(StrEnum):
    """`main` for the site created with the account; `delivery` for a delivery site, or satellite."""

    MAIN = "main"
    DELIVERY = "delivery"
