"""Interviews with a centre (R19)."""
