"""The demonstration as a command."""

import sys

from app.cli.runtime import read_settings
from app.demo import DemoFailed, play


def demo() -> None:
    """Play the whole process over HTTP, as each person in turn, on the server at HOST and PORT or one of its own."""
    try:
        play(read_settings())
    except DemoFailed as failure:
        print(f"error: {failure}", file=sys.stderr)
        if failure.problem is not None:
            print(failure.problem, file=sys.stderr)
        raise SystemExit(1) from None
