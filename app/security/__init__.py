"""Arithmetic on passwords and tokens: no tables, no requests."""
