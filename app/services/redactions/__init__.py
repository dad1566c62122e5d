"""Removal of the content of uploaded files for good (decision 49)."""
