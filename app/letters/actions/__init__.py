"""Letters about the actions of an acceptance (R23)."""
