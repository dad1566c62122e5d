"""Putting something else in the place of a part of the product."""


def replace(owner: object, **parts: object) -> None:
    """Put these in the place of what the owner has under their names. Raises `AttributeError` if it has nothing."""
    for name, part in parts.items():
        getattr(owner, name)
        setattr(owner, name, part)
