"""The service itself."""

from dataclasses import dataclass
from typing import Annotated

from app.domain.refusals.base import ServiceUnavailable


@dataclass(frozen=True)
class Reason:
    """One reason why requests cannot be served."""

    code: Annotated[str, "The reason, for programs."]
    detail: Annotated[str, "The reason, in words."]


class NotServing(ServiceUnavailable):
    """The process cannot serve requests now. 'reasons' lists the causes. Try again after Retry-After."""

    reasons: Annotated[tuple[Reason, ...], "Every reason why requests cannot be served."]

    @property
    def detail(self) -> str:
        """All of them."""
        return " ".join(reason.detail for reason in self.reasons)
