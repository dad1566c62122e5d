"""Group `centre-type`: the kind of centre, its learners and where it delivers (R12)."""

from typing import Annotated

from app.domain.countries import Country
from app.domain.sections import DetailsGroup
from app.domain.vocabularies import CentreType, LearnerAgeGroup
from app.schemas.details.shape import Draft, answer_of, draft
from app.schemas.fields import Flag, choice, distinct
from app.schemas.text import long_text, one_line


class CentreTypeDraft(Draft):
    """The type of centre. Every property may be left out until submission."""

    centre_type: Annotated[CentreType, choice()] | None = draft("The type of centre.", "independent_training_provider")
    centre_type_other: Annotated[str, one_line(1, 200)] | None = draft(
        "The type in words, if it is `other`.", "Museum service"
    )
    uses_satellites: Flag | None = draft("Whether the centre delivers at sites other than the main one.", True)
    uses_subcontractors: Flag | None = draft("Whether subcontractors deliver or assess for the centre.", True)
    uses_subcontractors_details: Annotated[str, long_text(words=500)] | None = draft(
        "The subcontractors and what they do, in at most 500 words.", "Example Skills Ltd teaches our evening courses."
    )
    learner_age_groups: Annotated[list[Annotated[LearnerAgeGroup, choice()]], distinct(len(LearnerAgeGroup))] | None = (
        draft("The learners' age groups.", ["16_to_18", "19_plus"])
    )
    works_with_vulnerable_adults: Flag | None = draft("Whether the centre works with vulnerable adults.", False)
    delivery_countries: Annotated[list[Annotated[Country, choice()]], distinct(len(Country))] | None = draft(
        "The countries where the centre delivers.", ["england", "wales"]
    )


CentreTypeDetails = answer_of(CentreTypeDraft, DetailsGroup.CENTRE_TYPE)
