"""Letters about changes of a centre's names."""
