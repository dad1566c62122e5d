"""Letters about a super user who is replaced (R10)."""
