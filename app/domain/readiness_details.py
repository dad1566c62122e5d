"""The readiness rules of section Application (R12, R16), in one table for each group."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from app.domain.countries import Country
from app.domain.gaps import (
    Gap,
    Missing,
    Rule,
    Surroundings,
    Values,
    absent,
    each,
    find_gaps,
    not_after_today,
    not_before_today,
    pointer,
    required,
    within,
    yes,
)
from app.domain.postcodes import postcode_fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.sections import DetailsGroup, Section
from app.domain.vocabularies import CentreType, Declaration, DeliveryStaffRole, LegalStatus

_WITH_COMPANY_NUMBER: Final = frozenset(status.value for status in LegalStatus if status.has_company_number)


def _has_company_number(values: Values) -> bool:
    return values.get("legal_status") in _WITH_COMPANY_NUMBER and absent(values.get("overseas_registration_number"))


def _is_of_another_type(values: Values) -> bool:
    return bool(values.get("centre_type") == CentreType.OTHER)


def _has_parent_organisation(values: Values) -> bool:
    return any(not absent(part) for part in (values.get("parent_organisation") or {}).values())


def _postcode_suits_country(values: Values, _: Surroundings) -> Iterator[Gap]:
    country, postcode = values.get("country"), values.get("postcode")
    if country is None:
        if not postcode:
            yield _NO_POSTCODE
        return
    fault = postcode_fault(Country(country), postcode or "")
    if fault is not None:
        yield Gap("/postcode", *fault) if postcode else _NO_POSTCODE


_NO_POSTCODE: Final = Gap("/postcode", InputFaultCode.REQUIRED, "Enter the postcode of the registered address.")
_REGISTERED_ADDRESS: Final[tuple[Rule, ...]] = (
    required("line_1", "Enter the first line of the registered address."),
    required("town", "Enter the town of the registered address."),
    _postcode_suits_country,
    required("country", "Choose the country of the registered address."),
)


def _registered_address(values: Values, around: Surroundings) -> Iterator[Gap]:
    """Require the rest of the registered address only if something in it differs from the main address."""
    given = values.get("registered_address") or {}
    if any(not absent(part) and part != around.main_address.get(name) for name, part in given.items()):
        yield from (gap.under("/registered_address") for gap in find_gaps(_REGISTERED_ADDRESS, given, around))


def _roles_are_filled(values: Values, _: Surroundings) -> Iterator[Gap]:
    staff = values.get("delivery_staff") or ()
    held = {role for member in staff for role in member.get("roles") or ()}
    if staff and DeliveryStaffRole.ASSESSOR not in held:
        yield Gap("/delivery_staff", InputFaultCode.NO_ASSESSOR, "At least one member of staff must be an assessor.")
    if staff and DeliveryStaffRole.INTERNAL_QUALITY_ASSURER not in held:
        yield Gap(
            "/delivery_staff",
            InputFaultCode.NO_INTERNAL_QUALITY_ASSURER,
            "At least one member of staff must be an internal quality assurer.",
        )


def _satellites_agree_with_sites(values: Values, around: Surroundings) -> Iterator[Gap]:
    uses, sites = values.get("uses_satellites"), around.open_delivery_sites
    if uses is True and sites == 0:
        yield Gap(
            "/uses_satellites",
            InputFaultCode.DISAGREES_WITH_SITES,
            "You say that you use satellites, and there are 0 delivery sites. Add the sites, or answer no.",
        )
    if uses is False and sites > 0:
        yield Gap(
            "/uses_satellites",
            InputFaultCode.DISAGREES_WITH_SITES,
            f"You say that you use no satellites, and the number of delivery sites is {sites}. "
            "Close the sites, or answer yes.",
        )


def _sites_are_known(values: Values, around: Surroundings) -> Iterator[Gap]:
    for index, site in enumerate(values.get("site_ids") or ()):
        if site not in around.site_ids:
            yield Gap(
                pointer("site_ids", index), InputFaultCode.UNKNOWN_SITE, "Choose one of your centre's open sites."
            )


def _by_qualification_adds_up(values: Values, _: Surroundings) -> Iterator[Gap]:
    divided = [item.get("learners") for item in values.get("by_qualification") or ()]
    yield from _compare_sum(values, divided, "/by_qualification", "by qualification")


def _by_age_group_adds_up(values: Values, _: Surroundings) -> Iterator[Gap]:
    by_age_group = values.get("by_age_group") or {}
    divided = [by_age_group.get(name) for name, _ in _AGE_GROUPS]
    yield from _compare_sum(values, divided, "/by_age_group", "by age group")


def _compare_sum(values: Values, divided: Sequence[int | None], at: str, words: str) -> Iterator[Gap]:
    """Compare with the first year's number, once all figures are there."""
    year_1 = (values.get("expected_learners") or {}).get("year_1")
    figures = [figure for figure in divided if figure is not None]
    if year_1 is not None and figures and len(figures) == len(divided) and sum(figures) != year_1:
        yield Gap(
            at,
            InputFaultCode.SUM_DIFFERS,
            f"The learners {words} add up to {sum(figures)}, and {year_1} are expected in year 1.",
        )


_AGE_GROUPS: Final = (("pre_16", "under 16"), ("16_to_18", "aged 16 to 18"), ("19_plus", "aged 19 and over"))

_RULES: Final[Mapping[DetailsGroup, tuple[Rule, ...]]] = {
    DetailsGroup.HISTORY: (
        required("legal_name", "Enter the legal name of the organisation."),
        required("legal_status", "Choose the legal status of the organisation."),
        required("company_number", "Enter the company number.", _has_company_number),
        required("is_charity", "Say whether the organisation is a charity."),
        required("charity_number", "Enter the charity number.", yes("is_charity")),
        required("charity_regulator", "Choose the charity's regulator.", yes("is_charity")),
        _registered_address,
        required("established_on", "Enter the day the organisation was established."),
        not_after_today("established_on", "The organisation cannot have been established in the future."),
        within(
            "parent_organisation",
            required("name", "Enter the name of the parent organisation."),
            required("country", "Choose the country of the parent organisation."),
            when=_has_parent_organisation,
        ),
        required("people_in_control", "Name at least one person who controls the organisation."),
        each(
            "people_in_control",
            required("name", "Enter the person's name."),
            required("role", "Enter the person's role."),
        ),
        required("history", "Describe the history of the organisation."),
        required("purpose", "Describe the purpose of the organisation."),
        required("reason_for_applying", "Say why you are applying for recognition."),
        required("changed_ownership_recently", "Say whether ownership or control changed recently."),
        required(
            "changed_ownership_recently_details",
            "Describe how ownership or control changed.",
            yes("changed_ownership_recently"),
        ),
    ),
    DetailsGroup.SUITABILITY: (
        within(
            "declarations",
            *(
                within(
                    question,
                    required("answer", f"Answer yes or no: {question.label}"),
                    required("explanation", f"Explain your yes to: {question.label}", yes("answer")),
                )
                for question in Declaration
            ),
        ),
    ),
    DetailsGroup.EXPERIENCE: (
        required("delivers_accredited_learning", "Say whether you deliver accredited learning."),
        required(
            "years_of_experience",
            "Choose how long you have delivered accredited learning.",
            yes("delivers_accredited_learning"),
        ),
        required(
            "other_approvals",
            "List your approvals by other awarding organisations.",
            yes("delivers_accredited_learning"),
        ),
        each(
            "other_approvals",
            required("awarding_organisation", "Enter the name of the awarding organisation."),
            required("centre_number", "Enter your centre number there."),
            required("approved_on", "Enter the day of the approval."),
            not_after_today("approved_on", "The day of the approval cannot be in the future."),
            required("status", "Choose where the approval stands."),
            required("direct_claims_status", "Choose the direct claims status."),
            required("last_quality_assurance_on", "Enter the day of the last quality assurance visit."),
            not_after_today("last_quality_assurance_on", "The last quality assurance visit cannot be in the future."),
            when=yes("delivers_accredited_learning"),
        ),
        required("assessment_experience", "Describe your experience of assessment."),
        required("delivery_staff", "Name your delivery staff: at least an assessor and an internal quality assurer."),
        _roles_are_filled,
        each(
            "delivery_staff",
            required("name", "Enter the person's name."),
            required("roles", "Choose at least one role."),
            required("subject_areas", "Enter at least one subject area."),
            required("qualifications", "Enter the person's qualifications."),
            required("years", "Enter the person's years of experience."),
        ),
    ),
    DetailsGroup.CENTRE_TYPE: (
        required("centre_type", "Choose the type of centre."),
        required("centre_type_other", "Say what type of centre you are.", _is_of_another_type),
        required("uses_satellites", "Say whether you use satellites."),
        _satellites_agree_with_sites,
        required("uses_subcontractors", "Say whether you use subcontractors."),
        required(
            "uses_subcontractors_details", "Describe what the subcontractors do for you.", yes("uses_subcontractors")
        ),
        required("learner_age_groups", "Choose the age groups of your learners."),
        required("works_with_vulnerable_adults", "Say whether you work with vulnerable adults."),
        required("delivery_countries", "Choose the countries in which you deliver."),
    ),
    DetailsGroup.PROVISION: (
        required("intended_qualifications", "Name at least one qualification that you intend to offer."),
        each(
            "intended_qualifications",
            required("title", "Enter the title of the qualification."),
            required("level", "Choose the level."),
            required("sector_subject_area", "Choose the sector subject area."),
            required("delivery_modes", "Choose how it will be delivered."),
            required("site_ids", "Choose the sites where it will be delivered."),
            _sites_are_known,
            required("start_on", "Enter when the first course is to start."),
            required("direct_claims_wanted", "Say whether you want direct claims status."),
        ),
        required("offers_access_to_he", "Say whether you will offer Access to Higher Education."),
        required(
            "plans_invigilated_assessment",
            "Say whether any assessment will be invigilated, examinations and multiple-choice questions included.",
        ),
        required("delivery_modes", "Choose how learning will be delivered."),
        required("funding_sources", "Choose where the money comes from."),
        within(
            "premises",
            required("suitable", "Say whether the premises are suitable."),
            required("accessible", "Say whether the premises are accessible."),
            required("secure_storage", "Say whether there is secure storage for assessment materials."),
        ),
        required("insurance", "Say which insurance you hold."),
        each(
            "insurance",
            required("kind", "Choose the kind of insurance."),
            required("held", "Say whether it is held."),
            required("insurer", "Enter the name of the insurer.", yes("held")),
            required("expires_on", "Enter the last day of cover.", yes("held")),
            not_before_today(
                "expires_on", InputFaultCode.INSURANCE_EXPIRED, "This insurance has expired.", yes("held")
            ),
        ),
        required("conflicts_of_interest", "Say whether there are conflicts of interest."),
        required(
            "conflicts_of_interest_details",
            "Describe the conflicts of interest and how you manage them.",
            yes("conflicts_of_interest"),
        ),
    ),
    DetailsGroup.LEARNER_NUMBERS: (
        required("current_learners", "Enter the number of learners now."),
        within(
            "expected_learners",
            *(required(f"year_{year}", f"Enter the learners expected in year {year}.") for year in (1, 2, 3)),
        ),
        required("by_qualification", "Divide the learners of year 1 by qualification."),
        each(
            "by_qualification",
            required("title", "Enter the title of the qualification."),
            required("learners", "Enter the number of learners."),
        ),
        _by_qualification_adds_up,
        within(
            "by_age_group", *(required(key, f"Enter the learners {words} in year 1.") for key, words in _AGE_GROUPS)
        ),
        _by_age_group_adds_up,
    ),
    DetailsGroup.INVOICE: (),
}
# The value of an enum member is looked up by a descriptor, which takes as long as a rule.
_SECTION: Final = Section.APPLICATION.value
_RULES_BY_KEY: Final[Mapping[str, tuple[Rule, ...]]] = {group.value: rules for group, rules in _RULES.items()}


def details_gaps(
    details: Mapping[str, Values],
    *,
    main_address: Values,
    open_delivery_sites: int,
    site_ids: set[str] | frozenset[str],
    today: date,
) -> list[Missing]:
    """Return the gaps of section Application, in the order of the form.

    `details` holds each stored group by its key. An absent group counts as empty.
    """
    around = Surroundings(today, main_address, open_delivery_sites, frozenset(site_ids))
    return [
        Missing(_SECTION, group, *gap)
        for group, rules in _RULES_BY_KEY.items()
        for gap in find_gaps(rules, details.get(group) or {}, around)
    ]


_REFUSED_AT_SAVE: Final[Mapping[str, tuple[Rule, ...]]] = {
    DetailsGroup.HISTORY: (
        not_after_today("established_on", "The organisation cannot have been established in the future."),
    ),
}


def save_gaps(group: str, values: Values, *, today: date) -> list[Gap]:
    """Return the faults that depend on the date, which a schema cannot check: an establishment date in the future.

    `values` is the draft as JSON. Respond with 422 and each gap's pointer, code and message.
    """
    return find_gaps(_REFUSED_AT_SAVE.get(group, ()), values, Surroundings(today))
