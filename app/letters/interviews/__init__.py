"""Letters about interviews (R19)."""
