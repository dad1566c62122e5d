"""Letters: every email of the process, one module each with its template beside it."""
