"""Letters about the assignment of a centre lead (R19)."""
