"""Letters about uploaded files that the virus scanner does not let through."""
