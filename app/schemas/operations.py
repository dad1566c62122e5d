"""The answers of the probes."""

from typing import Literal

from app.schemas.base import Answer
from app.schemas.shared import described


class Liveness(Answer):
    """The process is running."""

    status: Literal["alive"] = described("Always `alive`.", "alive")


class ServiceReadiness(Answer):
    """The process can serve requests."""

    status: Literal["ready"] = described("Always `ready`. Otherwise the answer is 503 with the reasons.", "ready")
