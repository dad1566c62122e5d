"""Organisations that may be the same as another."""

from typing import Annotated

from app.domain.initial_applications import DuplicateKind, DuplicateReason
from app.schemas import example_centre as example
from app.schemas.answered import A_FEW, Postcode, Reference, Title
from app.schemas.base import Answer
from app.schemas.ids import CentreId
from app.schemas.shared import described


class LikelyDuplicate(Answer):
    """An initial application or centre that may be the same organisation."""

    kind: DuplicateKind = described("Whether it is an initial application or a centre.", "centre")
    id: CentreId = described("The id of that initial application or centre.", example.OTHER_CENTRE_ID)
    reference: Reference = described("Its reference.", example.OTHER_CENTRE_REFERENCE)
    name: Title = described("Its name.", example.OTHER_NAME)
    postcode: Postcode = described("Its postcode.", "NG2 3AA")
    reasons: Annotated[list[DuplicateReason], A_FEW] = described("Why it may be the same.", ["similar_name"])
