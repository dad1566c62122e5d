"""Group `history`: the organisation, its history and its reason for applying (R12)."""

from typing import Annotated

from pydantic import Field

from app.domain.countries import Country
from app.domain.sections import DetailsGroup
from app.domain.vocabularies import CharityRegulator, LegalStatus
from app.schemas import example_centre as example
from app.schemas.addresses import AddressLine, County, Postcode, Town
from app.schemas.details.shape import Draft, answer_of, draft
from app.schemas.fields import Flag, HistoricDate, PersonName, WebAddress, choice, organisations_name, printable
from app.schemas.identifiers import CharityNumber, CompanyNumber, Ncn, Ukprn, Urn, VatNumber
from app.schemas.text import long_text, one_line

Name = Annotated[str, one_line(1, 200), organisations_name]
RegistrationNumber = Annotated[str, one_line(1, 30), printable]
Essay = Annotated[str, long_text(words=500)]


class RegisteredAddressDraft(Draft):
    """The registered address, if it differs from the main address."""

    line_1: AddressLine | None = draft("Building and street.", "2 Market Place")
    line_2: AddressLine | None = draft("Second line.", "Old Town")
    town: Town | None = draft("Town or city.", "Nottingham")
    county: County | None = draft("County or region.", "Nottinghamshire")
    postcode: Postcode | None = draft(
        "Postcode, where the country needs one. A UK postcode is stored as `AA9A 9AA`.", "NG2 3AA"
    )
    country: Annotated[Country, choice()] | None = draft("Country.", "england")


class ParentOrganisationDraft(Draft):
    """The organisation that owns or controls the applicant."""

    name: Name | None = draft("The parent's name.", "Trent Valley Group")
    company_number: CompanyNumber | None = draft("The parent's number at Companies House, if any.", "07654321")
    overseas_registration_number: RegistrationNumber | None = draft(
        "The parent's number in another country's register, if any.", "HRB 12345"
    )
    country: Annotated[Country, choice()] | None = draft("The country where the parent is registered.", "england")


class PersonInControlDraft(Draft):
    """A person who controls the organisation: a director, trustee, partner, governor or owner."""

    name: PersonName | None = draft("The person's name.", "Helen Price")
    role: Annotated[str, one_line(1, 100)] | None = draft("The person's role, such as director or trustee.", "Director")


class HistoryDraft(Draft):
    """The centre's history and purpose. Every property may be left out until submission."""

    legal_name: Name | None = draft("The organisation's registered or legal name.", example.LEGAL_NAME)
    trading_name: Name | None = draft("The trading name, if it differs.", example.NAME)
    legal_status: Annotated[LegalStatus, choice()] | None = draft(
        "The organisation's legal status.", "private_limited_company"
    )
    company_number: CompanyNumber | None = draft(
        "Company number, for companies, CICs and LLPs.", example.COMPANY_NUMBER
    )
    overseas_registration_number: RegistrationNumber | None = draft(
        "The number in another country's register, for companies that Companies House does not register.", "HRB 12345"
    )
    is_charity: Flag | None = draft("Whether the organisation is a charity.", True)
    charity_number: CharityNumber | None = draft("Charity number, for charities.", "1234567")
    charity_regulator: Annotated[CharityRegulator, choice()] | None = draft(
        "The regulator that registers the charity.", "england_and_wales"
    )
    ukprn: Ukprn | None = draft("UK Provider Reference Number, if any.", "10012345")
    urn: Urn | None = draft("A school's Unique Reference Number, if any.", "123456")
    ncn: Ncn | None = draft("National Centre Number, if any.", "12345")
    vat_number: VatNumber | None = draft("VAT number, if registered.", example.VAT_NUMBER)
    website: WebAddress | None = draft("The organisation's website.", "https://www.example.org")
    registered_address: RegisteredAddressDraft | None = draft("The registered address, if it is not the main address.")
    established_on: HistoricDate | None = draft("The date the organisation was established.", "2009-09-01")
    parent_organisation: ParentOrganisationDraft | None = draft("The parent organisation, if any.")
    people_in_control: Annotated[list[PersonInControlDraft], Field(max_length=50)] | None = draft(
        "Everybody who controls the organisation."
    )
    history: Essay | None = draft(
        "The organisation's history, in at most 500 words.", "Founded in 2009 to help adults in Nottingham into work."
    )
    purpose: Essay | None = draft("The organisation's purpose, in at most 500 words.", "We help adults into work.")
    reason_for_applying: Essay | None = draft(
        "Why the organisation applies for recognition, in at most 500 words.",
        "Our learners ask for accredited courses.",
    )
    changed_ownership_recently: Flag | None = draft("Whether ownership or control changed recently.", True)
    changed_ownership_recently_details: Essay | None = draft(
        "What changed, in at most 500 words.", "Bought by Trent Valley Group in May 2026."
    )


HistoryDetails = answer_of(HistoryDraft, DetailsGroup.HISTORY)
