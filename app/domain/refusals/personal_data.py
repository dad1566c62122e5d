"""Personal data."""

from app.domain.refusals.base import Conflict


class PersonStillNeeded(Conflict):
    """This person is staff, a user or a contact of a centre, or part of an open initial application. End that first."""
