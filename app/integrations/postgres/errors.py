"""What can be wrong with the built-in database."""


class EmbeddedPostgresError(Exception):
    """The built-in database cannot be used; the message is one line for the person who started it."""
