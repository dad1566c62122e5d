"""Who asks for an operation, by the contract's own words."""

from typing import Any

# What the end of a description says, and whom it lets in. Whoever comes first has the fewest other rights.
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
    """Who asks for an operation; None where anybody may."""
    if not described.get("security"):
        return None
    text = described.get("description", "")
    return next((name for words, name in PRINCIPALS.items() if words in text), "user")
