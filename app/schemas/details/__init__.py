"""Section Application in its seven groups: the drafts that are sent (JSON Merge Patch) and the answers.

The database stores `draft.model_dump(mode="json", exclude_unset=True)`, merged by RFC 7396
(`app/domain/merge_patch.py`).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from app.domain.json_values import JsonObject
from app.domain.sections import DetailsGroup
from app.schemas.base import Resource
from app.schemas.details.centre_type import CentreTypeDetails, CentreTypeDraft
from app.schemas.details.experience import ExperienceDetails, ExperienceDraft
from app.schemas.details.history import HistoryDetails, HistoryDraft
from app.schemas.details.invoice import InvoiceDetails, InvoiceDraft
from app.schemas.details.learner_numbers import LearnerNumbersDetails, LearnerNumbersDraft
from app.schemas.details.provision import ProvisionDetails, ProvisionDraft
from app.schemas.details.shape import Draft, completion_of
from app.schemas.details.suitability import SuitabilityDetails, SuitabilityDraft

DETAILS_SCHEMAS: Final[Mapping[str, type[Draft]]] = MappingProxyType(
    {
        DetailsGroup.HISTORY: HistoryDraft,
        DetailsGroup.SUITABILITY: SuitabilityDraft,
        DetailsGroup.EXPERIENCE: ExperienceDraft,
        DetailsGroup.CENTRE_TYPE: CentreTypeDraft,
        DetailsGroup.PROVISION: ProvisionDraft,
        DetailsGroup.LEARNER_NUMBERS: LearnerNumbersDraft,
        DetailsGroup.INVOICE: InvoiceDraft,
    }
)

DETAILS_ANSWERS: Final[Mapping[str, type[Resource]]] = MappingProxyType(
    {
        DetailsGroup.HISTORY: HistoryDetails,
        DetailsGroup.SUITABILITY: SuitabilityDetails,
        DetailsGroup.EXPERIENCE: ExperienceDetails,
        DetailsGroup.CENTRE_TYPE: CentreTypeDetails,
        DetailsGroup.PROVISION: ProvisionDetails,
        DetailsGroup.LEARNER_NUMBERS: LearnerNumbersDetails,
        DetailsGroup.INVOICE: InvoiceDetails,
    }
)


_COMPLETIONS: Final = {group: completion_of(answer) for group, answer in DETAILS_ANSWERS.items()}


def complete_shape(group: str, stored: Mapping[str, Any]) -> JsonObject:
    """Complete a group: every property has its stored value, `null`, or `[]` for a list; no `etag` or `group`."""
    return _COMPLETIONS[group](stored)


def details_answer(group: str, etag: str, stored: Mapping[str, Any]) -> Resource:
    """Make the group's answer."""
    return DETAILS_ANSWERS[group].model_validate({"etag": etag, "group": group, **complete_shape(group, stored)})
