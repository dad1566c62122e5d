"""Letters about a change of a person's email address (R06)."""
