"""Objects in finance systems."""

from typing import Annotated
from uuid import UUID

from app.domain.refusals.base import Conflict


class ExternalRefTaken(Conflict):
    """Another object of this kind has this id in the system already. See 'subject_id', and correct one of the two."""

    constraint = "uq_external_refs_subject_type"
    subject_id: Annotated[UUID | None, "The object that has the id, of the same kind."] = None


class ExternalIdFixed(Conflict):
    """The payment was recorded with this system's id, which never changes. Reverse it if it is another payment."""
