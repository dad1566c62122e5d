"""Letters about initial applications (R02, R04, R05)."""
