"""Which release this is."""

import os
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Final

NAME: Final = "centre-recognition"


@lru_cache
def version() -> str:
    """The version of `pyproject.toml`, such as `1.6.0`."""
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    found: str = tomllib.loads(text)["project"]["version"]
    return found


def revision() -> str:
    """The commit that an image was built from, which its build gives as BUILD_REVISION; else empty."""
    return os.environ.get("BUILD_REVISION", "")
