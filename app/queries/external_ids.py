"""What finance systems call objects of ours, for the filters of lists."""

from collections.abc import Sequence

from sqlalchemy import select

from app.domain.external_refs import RefSubject, system_key
from app.models import ExternalRef
from app.queries.merging import Ids


def found_in(system: str, external_id: str, subjects: Sequence[RefSubject]) -> Ids:
    """Select the ids of the objects of these kinds that have this id in the system."""
    row = ExternalRef
    return select(row.subject_id).where(
        row.subject_type.in_(subjects), row.system == system_key(system), row.external_id == external_id
    )
