"""The demonstration as a command."""

import sys

from app.cli.runtime import CannotStart, read_settings


def demo() -> None:
    """Play the whole process over HTTP as each person in turn, on the server at HOST and PORT or a temporary one."""
    try:
        # Production installs neither the demonstration nor its HTTP client.
        from app.demo import DemoFailed, play
    except ModuleNotFoundError as error:
        raise CannotStart(
            "The demonstration is not installed: run 'python3 scripts/environment.py requirements-local.txt'."
        ) from error
    try:
        play(read_settings())
    except DemoFailed as failure:
        print(f"error: {failure}", file=sys.stderr)
        if failure.problem is not None:
            print(failure.problem, file=sys.stderr)
        raise SystemExit(1) from None
