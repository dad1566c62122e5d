"""Group `centre-type`: what kind of centre it is, whom it serves and where (R12)."""

from typing import Annotated

from app.domain.sections import DetailsGroup
from app.domain.vocabularies import CentreType, Country, LearnerAgeGroup
from app.schemas.details.shape import Draft, answer_of, draft
from app.schemas.fields import Flag, choice, distinct
from app.schemas.text import long_text, one_line


class CentreTypeDraft(Draft):
    """The type of centre, as far as it is filled in."""

    centre_type: Annotated[CentreType, choice()] | None = draft("The type of centre.", "independent_training_provider")
    centre_type_other: Annotated[str, one_line(1, 200)] | None = draft(
        "Which, where the type is `other`.", "Museum service"
    )
    uses_satellites: Flag | None = draft("Whether it delivers at sites other than the main one.", True)
    uses_subcontractors: Flag | None = draft("Whether others deliver or assess for it.", True)
    uses_subcontractors_details: Annotated[str, long_text(words=500)] | None = draft(
        "Who, and what they do, in at most 500 words.", "Example Skills Ltd teaches our evening courses."
    )
    learner_age_groups: Annotated[list[Annotated[LearnerAgeGroup, choice()]], distinct(len(LearnerAgeGroup))] | None = (
        draft("The ages of its learners.", ["16_to_18", "19_plus"])
    )
    works_with_vulnerable_adults: Flag | None = draft("Whether it works with vulnerable adults.", False)
    delivery_countries: Annotated[list[Annotated[Country, choice()]], distinct(len(Country))] | None = draft(
        "Where it delivers.", ["england", "wales"]
    )


CentreTypeDetails = answer_of(CentreTypeDraft, DetailsGroup.CENTRE_TYPE)
