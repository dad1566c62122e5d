"""Systems that use the API: their registration and their tokens."""
