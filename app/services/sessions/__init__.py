"""Signing in and out, passwords, and one's own details (R06)."""
