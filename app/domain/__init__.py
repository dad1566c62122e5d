"""The rulebook: pure Python, no I/O, no framework."""
