"""The application form: its three sections (R11), and the groups by which section Application is saved."""

from enum import StrEnum
from typing import Final

from app.domain.vocabularies import Vocabulary

FORM_VERSION: Final = "2026.1"
"""The version of the form and its reference data, recorded in every submission."""


class Section(Vocabulary):
    """A section of the application form, in the order of the form."""

    APPLICATION = "application", "Application"
    POLICIES_AND_PROCEDURES = "policies_and_procedures", "Policies and Procedures"
    CENTRE_AGREEMENT = "centre_agreement", "Centre Agreement"


class CentrePart(Vocabulary):
    """A part of the centre beside the form, which an item of a return can concern."""

    SITES = "sites", "Sites"
    CONTACTS = "contacts", "Contacts"


class ReturnSection(Vocabulary):
    """What an item of a return concerns: a section of the form, or a part of the centre beside it."""

    APPLICATION = Section.APPLICATION.value, Section.APPLICATION.label
    POLICIES_AND_PROCEDURES = Section.POLICIES_AND_PROCEDURES.value, Section.POLICIES_AND_PROCEDURES.label
    CENTRE_AGREEMENT = Section.CENTRE_AGREEMENT.value, Section.CENTRE_AGREEMENT.label
    SITES = CentrePart.SITES.value, CentrePart.SITES.label
    CONTACTS = CentrePart.CONTACTS.value, CentrePart.CONTACTS.label


class DetailsGroup(Vocabulary):
    """A group of section Application, in the order of the form. Each group is saved separately, under its own
    version."""

    HISTORY = "history", "History and purpose"
    SUITABILITY = "suitability", "Suitability"
    EXPERIENCE = "experience", "Experience"
    CENTRE_TYPE = "centre-type", "Type of centre"
    PROVISION = "provision", "Intended provision"
    LEARNER_NUMBERS = "learner-numbers", "Learner numbers"
    INVOICE = "invoice", "Invoice"


class ReadinessSection(StrEnum):
    """Where something is missing: a section of the form, or the centre's sites and contacts."""

    APPLICATION = Section.APPLICATION.value
    POLICIES_AND_PROCEDURES = Section.POLICIES_AND_PROCEDURES.value
    CENTRE_AGREEMENT = Section.CENTRE_AGREEMENT.value
    CONTACTS = "contacts"
    RETURN_ITEMS = "return_items"
