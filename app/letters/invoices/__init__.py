"""Letters about the recognition invoice and its payments (R18, R19)."""
