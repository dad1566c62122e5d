"""What operators' tools ask for."""

from typing import Literal

from app.schemas.base import Answer
from app.schemas.shared import said


class Liveness(Answer):
    """The process runs."""

    status: Literal["alive"] = said("Always `alive`.", "alive")


class ServiceReadiness(Answer):
    """The process can serve requests."""

    status: Literal["ready"] = said("Always `ready`; otherwise the answer is 503 with the reasons.", "ready")
