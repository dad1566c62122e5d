"""Letters about decisions (R21, R22)."""
