"""Which principal may use an operation, according to its description in the contract."""

from typing import Any

# A phrase after "Who may: ", and the principal. The first match has the fewest other rights.
PRINCIPALS = {
    "a user of the centre": "user",
    "a super user of the centre": "super_user",
    "finance staff": "finance",
    "customer experience": "customer_experience",
    "a centre lead": "centre_lead",
    "the quality assurance manager": "quality_assurance_manager",
    "an administrator": "administrator",
}


def principal(described: dict[str, Any]) -> str | None:
    """Return the principal for an operation; None if it is public."""
    if not described.get("security"):
        return None
    _, _, holders = described.get("description", "").rpartition("Who may: ")
    return next((name for phrase, name in PRINCIPALS.items() if phrase in holders), "user")
