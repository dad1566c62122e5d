"""Processes that inspect files: a hostile file can take all the memory of a parser, or never end, or crash it."""
