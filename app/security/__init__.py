"""Passwords, tokens and keys, without tables or requests."""
