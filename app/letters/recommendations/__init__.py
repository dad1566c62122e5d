"""Letters about recommendations (R20)."""
