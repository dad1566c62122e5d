"""Letters about the documents that centres agree to (R15)."""
