"""`python -m app demo`: the whole process over HTTP, played by each person in turn as any client would."""

from app.demo.client import DemoFailed
from app.demo.play import play

__all__ = ["DemoFailed", "play"]
