"""Staff roles as letters name them."""

from app.domain.actors import StaffRole
from app.models import StaffMember


def role_labels(row: StaffMember) -> tuple[str, ...]:
    """The roles as labels, such as `Centre lead`."""
    return tuple(label_of(role) for role in StaffRole if role.value in row.roles)


def label_of(role: StaffRole) -> str:
    """The role as a label."""
    return role.value.replace("_", " ").capitalize()
