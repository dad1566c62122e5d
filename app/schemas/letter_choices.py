"""Which letters each contact of a centre gets."""

from typing import Annotated

from pydantic import Field

from app.domain.letter_topics import LetterTopic
from app.schemas.answered import up_to
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import choice, distinct
from app.schemas.patches import changeable

_MOST = len(LetterTopic)
_Given = Annotated[list[Annotated[LetterTopic, choice()]], distinct(_MOST)]
_Topics = Annotated[list[LetterTopic], up_to(_MOST)]


class LettersInAnyCase(Answer):
    """The topics that nobody can take from a role."""

    head_of_organisation: _Topics = Field(
        description="For the head of organisation.", examples=[["interviews", "decisions"]]
    )
    overall_quality_manager: _Topics = Field(
        description="For the overall quality manager/director.", examples=[["interviews", "decisions"]]
    )
    administration_examinations: _Topics = Field(
        description="For the administration/examinations contact.", examples=[[]]
    )
    finance: _Topics = Field(description="For the finance contact.", examples=[["invoices"]])


class LetterChoices(Resource):
    """The topics on which each contact role gets the letters to the centre. Super users get them all."""

    head_of_organisation: _Topics = Field(
        description="What the head of organisation is told.", examples=[["interviews", "decisions"]]
    )
    overall_quality_manager: _Topics = Field(
        description="What the overall quality manager/director is told.",
        examples=[["returns", "interviews", "decisions", "actions"]],
    )
    administration_examinations: _Topics = Field(
        description="What the administration/examinations contact is told.", examples=[["application"]]
    )
    finance: _Topics = Field(description="What the finance contact is told.", examples=[["invoices"]])
    in_any_case: LettersInAnyCase = Field(
        description="The topics that each role is told in any case. Show them ticked, and not to be changed."
    )


class LetterChoicesUpdate(Request):
    """Choose the topics for a role; each list replaces the earlier one."""

    head_of_organisation: _Given = changeable("What the head of organisation shall be told.", ["interviews"])
    overall_quality_manager: _Given = changeable(
        "What the overall quality manager/director shall be told.", ["returns", "actions"]
    )
    administration_examinations: _Given = changeable(
        "What the administration/examinations contact shall be told.", ["application"]
    )
    finance: _Given = changeable("What the finance contact shall be told.", ["invoices"])
