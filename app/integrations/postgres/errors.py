"""The error of the built-in database."""


class EmbeddedPostgresError(Exception):
    """The built-in database cannot be used; the message is one line for the terminal."""
