"""Letters about a person's own password (R06)."""
