"""Letters: the emails of the process, one module each."""
