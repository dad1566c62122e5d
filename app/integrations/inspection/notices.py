"""What is told about a document that passes: honest extras, which the centre and staff should know of."""

from dataclasses import dataclass

from app.domain.json_values import JsonObject
from app.domain.uploads import NoticeCode

__all__ = ["Notice", "NoticeCode"]


@dataclass(frozen=True)
class Notice:
    """Something in a document that is allowed: a code, a sentence for a person, and the page or part, if it has one."""

    code: NoticeCode
    detail: str
    where: str | None = None

    def to_json(self) -> JsonObject:
        """As it is stored and shown."""
        return {"code": self.code.value, "message": self.detail, "where": self.where}

    @classmethod
    def from_json(cls, stored: JsonObject) -> "Notice":
        """Read what `to_json` wrote."""
        return cls(NoticeCode(stored["code"]), stored["message"], stored["where"])
