"""A centre's users and their log-ins."""

from app.domain.refusals.base import Conflict, Forbidden


class AddressBelongsToThePerson(Conflict):
    """This person has an account that is not this centre's alone: only they change its email address. To let another
    address in, deactivate this user and invite that one, or replace the super user."""


class AlreadyAUser(Conflict):
    """This person is already a user of the centre."""

    constraint = "uq_memberships_person_id"


class LastSuperUser(Conflict):
    """A centre needs an active super user who has chosen a password. Make somebody else one first."""


class NameBelongsToThePerson(Conflict):
    """Only this person can change their name: they have chosen a password, or serve another centre too."""


class OnlyTheFirstSuperUser(Forbidden):
    """Customer experience can only resend log-in details to a centre's first super user. Ask one of its super users."""


class PasswordAlreadyChosen(Conflict):
    """This person has chosen a password, so there are no log-in details to send. They can reset the password."""


class StaffCannotActForACentre(Conflict):
    """This email address belongs to the awarding organisation's staff, who cannot act for a centre. Use another one."""


class TooManyUsers(Conflict):
    """The centre has as many users as it can have."""

    limit: int

    @property
    def detail(self) -> str:
        """The limit."""
        return f"A centre can have up to {self.limit:,} users, and this one does."


class UserDeactivated(Conflict):
    """This user has been deactivated. Invite the person again first."""
