"""Changing one's email address."""

from app.domain.refusals.base import Conflict


class EmailChangeNotValid(Conflict):
    """This change of the email address is over: it was made, cancelled or replaced, or its link has expired."""


class EmailAddressInUse(Conflict):
    """The new email address has an account of its own already. Sign in with that one, or choose another address."""

    constraint = "uq_people_email_key"
    because: str = ""
