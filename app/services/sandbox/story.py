"""What one application's way is told with: who takes part, and the time at which the next step is taken."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.database import Work
from app.domain.actors import CentreRole, StaffRole
from app.integrations.storage import DocumentStore
from app.models import Application, Centre, Person
from app.services.sandbox.people import Staff, as_actor, centre_actor, staff_actor

LONGEST_PAUSE = timedelta(days=1)
SHORTEST_PAUSE = timedelta(seconds=1)


@dataclass
class Story:
    """One application and its people. Steps lie `pause` apart, so that the last one is taken now and none later."""

    work: Work
    store: DocumentStore
    staff: Staff
    run: str
    centre: Centre
    super_user: Person
    user: Person
    now: datetime
    pause: timedelta
    started: Application | None = None

    @property
    def application(self) -> Application:
        """The application, once it is started."""
        assert self.started is not None, "the first step starts it"
        return self.started

    def by_staff(self, role: StaffRole) -> Work:
        """The transaction with one of the staff as its actor."""
        return as_actor(self.work, staff_actor(self.staff[role], role), self.now)

    def by_super_user(self) -> Work:
        """The transaction with the centre's super user as its actor."""
        actor = centre_actor(self.super_user, self.centre.id, CentreRole.SUPER_USER)
        return as_actor(self.work, actor, self.now)

    def by_user(self) -> Work:
        """The transaction with the centre's other user as its actor."""
        return as_actor(self.work, centre_actor(self.user, self.centre.id, CentreRole.USER), self.now)
