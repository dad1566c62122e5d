"""`python -m app demo`: the whole process, played over HTTP by each person in turn, like any client would."""

from app.demo.client import DemoFailed
from app.demo.play import play

__all__ = ["DemoFailed", "play"]
