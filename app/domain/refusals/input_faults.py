"""The codes of input faults: the `code` of each entry of a problem's `errors` and of each thing that is missing."""

from enum import StrEnum


class InputFaultCode(StrEnum):
    """The kind of an input fault, with what it means. Stable; new ones may be added."""

    meaning: str

    def __new__(cls, code: str, meaning: str = "") -> "InputFaultCode":
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    # Presence and names.
    REQUIRED = "required", "The value is missing or empty. Enter it."
    UNKNOWN_FIELD = "unknown_field", "The operation has no field of this name. Check its spelling, or leave it out."
    UNKNOWN_PARAMETER = (
        "unknown_parameter",
        "The operation has no query parameter of this name. Check its spelling, or leave it out.",
    )
    REPEATED_FIELD = "repeated_field", "The field is given more than once. Give it once."
    REPEATED_PARAMETER = "repeated_parameter", "The query parameter is given more than once. Give it once."
    MUST_BE_NULL = "must_be_null", "The value must be null here."
    BOTH_OR_NEITHER = "both_or_neither", "Two values belong together. Give both, or neither."

    # Types.
    NOT_TEXT = "not_text", "The value must be text."
    NOT_WHOLE_NUMBER = "not_whole_number", "The value must be a whole number."
    NOT_NUMBER = "not_number", "The value must be a number."
    NOT_YES_OR_NO = "not_yes_or_no", "The value must be true or false."
    NOT_A_CHOICE = "not_a_choice", "The value is not one of the choices."
    NOT_A_LIST = "not_a_list", "The value must be a list."
    NOT_AN_OBJECT = "not_an_object", "The value must be an object."
    NOT_A_FILE = "not_a_file", "The value must be a file: a part of the form with a `filename`."
    MALFORMED_JSON = "malformed_json", "The value must be JSON."
    NOT_VALID = "not_valid", "The value is not valid."

    # Sizes.
    TOO_SHORT = "too_short", "The text is too short or empty."
    TOO_LONG = "too_long", "The text is too long."
    TOO_MANY_WORDS = "too_many_words", "The text has too many words."
    TOO_SMALL = "too_small", "The number is too small."
    TOO_LARGE = "too_large", "The number is too large."
    TOO_FEW = "too_few", "The list has too few entries."
    TOO_MANY = "too_many", "The list has too many entries."
    DUPLICATE_ITEMS = "duplicate_items", "The list has the same entry more than once."

    # Forms of text.
    WRONG_FORMAT = "wrong_format", "The value is not in the right format."
    FORBIDDEN_CHARACTERS = (
        "forbidden_characters",
        "The text has characters that cannot be stored, such as control characters.",
    )
    INVALID_ID = "invalid_id", "The value is not an id that this API issued."
    INVALID_POINTER = "invalid_pointer", "The value is not a JSON pointer (RFC 6901), such as /history/legal_name."
    POINTS_TO_NOTHING = (
        "points_to_nothing",
        "The pointer leads to nothing in its section. Point at a field, policy, site or contact that is there.",
    )
    INVALID_DATE = "invalid_date", "The value is not a date such as 2026-09-01."
    INVALID_TIMESTAMP = (
        "invalid_timestamp",
        "The value is not a date and time with an offset, such as 2026-09-01T14:30:00+01:00.",
    )
    INVALID_NETWORK = "invalid_network", "The value is not a network, such as 203.0.113.0/24 or 2001:db8::/32."
    INVALID_EMAIL = "invalid_email", "The value is not an email address, such as name@example.com."
    INVALID_TELEPHONE = "invalid_telephone", "The value is not a telephone number."
    INVALID_WEB_ADDRESS = "invalid_web_address", "The value is not a web address, such as https://www.example.com."
    ADDRESS_NOT_PUBLIC = (
        "address_not_public",
        "Webhooks do not go to this address: write one of https on the public internet, at port 443 or above 1023.",
    )
    NAME_IS_WEB_ADDRESS = (
        "name_is_web_address",
        "The name is a web or email address, or holds one. A domain that begins an organisation's name may stay: "
        "Example.com Ltd.",
    )
    NAMES_UNCHANGED = "names_unchanged", "The centre has these names already."
    NAME_WITHOUT_LETTERS = "name_without_letters", "The name has neither a letter nor a digit."
    NOT_PRINTABLE = (
        "not_printable",
        "No font of our certificates and invoices has a character of the text; the `detail` names it.",
    )
    INVALID_EXTENSION = "invalid_extension", "The value is not a telephone extension: one to eight digits."
    INVALID_POSTCODE = "invalid_postcode", "The value is not a postcode of the country, such as DE24 8BX for the UK."
    INVALID_COMPANY_NUMBER = "invalid_company_number", "The value is not a company number."
    INVALID_CHARITY_NUMBER = "invalid_charity_number", "The value is not a charity number."
    INVALID_UKPRN = "invalid_ukprn", "The value is not a UKPRN: eight digits, the first of them not 0."
    INVALID_URN = "invalid_urn", "The value is not a URN: six or seven digits."
    INVALID_NCN = "invalid_ncn", "The value is not a National Centre Number: five digits."
    INVALID_VAT_NUMBER = "invalid_vat_number", "The value is not a VAT number."
    INVALID_ELECTRONIC_ADDRESS = "invalid_electronic_address", "The value is not an id of the scheme."
    INVALID_QUALIFICATION_NUMBER = "invalid_qualification_number", "The value is not a qualification number."
    TOO_MANY_MATCHES = "too_many_matches", "The text matches too many things. Add words, or enter a whole reference."
    BAD_CURSOR = "bad_cursor", "This list did not issue the cursor. Start again without one."

    # Dates and times.
    YEAR_OUT_OF_RANGE = "year_out_of_range", "The year is too early or too late."
    IN_THE_FUTURE = "in_the_future", "The date is in the future."
    TOO_EARLY = "too_early", "The date is long before anything that it could belong to."
    IN_THE_PAST = "in_the_past", "The date is in the past."
    NOT_IN_THE_FUTURE = "not_in_the_future", "The date or time must be in the future."
    ENDS_BEFORE_START = "ends_before_start", "The end is not after the start."
    LASTS_TOO_LONG = "lasts_too_long", "The time between start and end is too long."
    TOO_FAR_AHEAD = "too_far_ahead", "The time is too far ahead."

    # Things that must exist or agree.
    UNKNOWN_CENTRE = "unknown_centre", "There is no centre with this id."
    UNKNOWN_USER = "unknown_user", "The centre has no user with this id."
    UNKNOWN_FILE = "unknown_file", "There is no uploaded file of this kind with this id."
    UNKNOWN_SITE = "unknown_site", "The centre has no open site with this id."
    NOT_A_CENTRE_LEAD = "not_a_centre_lead", "The person is not an active centre lead."
    NOT_A_PUBLIC_EVENT = "not_a_public_event", "Events of this type are not published."
    UNKNOWN_INVOICE = "unknown_invoice", "There is no invoice with this id that fits."
    UNKNOWN_ENTRY = "unknown_entry", "There is no payment, refund or reversal with this id that the line can stand for."
    WRONG_CURRENCY = "wrong_currency", "The amount is not in the invoice's currency."

    # Declarations and outcomes.
    DECLARATION_REQUIRED = "declaration_required", "The declaration must be confirmed."
    MUST_ACCEPT = "must_accept", "The agreement can only be accepted as a whole."
    EXPLANATION_REQUIRED = "explanation_required", "A return needs an explanation for the centre."
    ITEMS_REQUIRED = "items_required", "A return needs at least one item for the centre to answer."
    ITEMS_NOT_WANTED = "items_not_wanted", "Only a return can have items."
    ACTIONS_REQUIRED = "actions_required", "This outcome needs at least one action for the centre to complete."
    ACTIONS_NOT_WANTED = "actions_not_wanted", "Only the outcome 'accept_with_actions' can have actions."
    RECOMMENDED_ACTIONS_PAST_DUE = (
        "recommended_actions_past_due",
        "The due date of a recommended action has passed. Give the actions again, with new dates.",
    )

    ADDRESS_UNCHANGED = "address_unchanged", "The new email address is the current one."

    # Passwords.
    WRONG_PASSWORD = "wrong_password", "The current password is wrong."
    PASSWORD_UNCHANGED = "password_unchanged", "The new password is the same as the current one."
    PASSWORD_TOO_SHORT = "password_too_short", "The password has too few characters."
    PASSWORD_TOO_SIMPLE = "password_too_simple", "The password is made of rows of keys, sequences or repetitions."
    PASSWORD_TOO_COMMON = "password_too_common", "The password is made of well-known passwords."
    PASSWORD_ABOUT_YOU = (
        "password_about_you",
        "The password is made of names and addresses of the person, their organisation or the awarding organisation.",
    )
    PASSWORD_BREACHED = "password_breached", "The password is in a public collection of stolen passwords."

    # Files.
    FILE_EMPTY = "file_empty", "The file is empty."
    FILE_UNKNOWN_KIND = "file_unknown_kind", "The file is not a kind of document that can be uploaded here."
    FILE_DISGUISED = "file_disguised", "The file contains something else besides the document."
    FILE_ENCRYPTED = "file_encrypted", "The file is protected with a password or with restrictions."
    FILE_MACROS = "file_macros", "The file has macros."
    FILE_ACTIVE_CONTENT = "file_active_content", "The file has scripts, attached files or embedded objects."
    FILE_REMOTE_CONTENT = "file_remote_content", "The file fetches a part of itself from another place."
    FILE_DAMAGED = "file_damaged", "The file is damaged or incomplete."
    FILE_TOO_COMPLEX = "file_too_complex", "The file unpacks to far more than a document of its size should."
    FILE_INFECTED = "file_infected", "The virus scanner found a virus in the file."
    FILE_NOT_SCANNED = "file_not_scanned", "The virus scanner cannot check the file."

    # Bank statements.
    STATEMENT_UNREADABLE = "statement_unreadable", "The statement is damaged, or in no format that can be read."
    STATEMENT_COLUMN = "statement_column", "The statement has no such column, or the name of a column twice."
    STATEMENT_LINE = "statement_line", "A line has too many or too few cells, or a cell is too long."
    STATEMENT_DATE = "statement_date", "A line has no date, or one that is impossible or in the future."
    STATEMENT_AMOUNT = "statement_amount", "An amount is not written as a sum of money."
    STATEMENT_ID_REPEATED = "statement_id_repeated", "Two lines of the statement have the same id, date and amount."
    STATEMENT_TOO_LONG = "statement_too_long", "The statement has too many lines. Upload it in parts, by whole days."
    STATEMENT_EMPTY = "statement_empty", "No line of the statement moves money."
    STATEMENT_ACCOUNT = "statement_account", "The statement is of another account, or of several."
    MORE_THAN_OPEN = "more_than_open", "The amount is more than what is open."
    MORE_FAULTS = "more_faults", "The file has more faults than are listed."

    # Readiness: what an application lacks.
    DISAGREES_WITH_SITES = "disagrees_with_sites", "The answer does not agree with the centre's sites."
    NO_ASSESSOR = "no_assessor", "No member of staff is an assessor."
    NO_INTERNAL_QUALITY_ASSURER = (
        "no_internal_quality_assurer",
        "No member of staff is an internal quality assurer.",
    )
    INSURANCE_EXPIRED = "insurance_expired", "The insurance has expired."
    SUM_DIFFERS = "sum_differs", "The figures do not add up to the total."
    DOCUMENT_BEING_INSPECTED = "document_being_inspected", "The document is still being inspected."
    DOCUMENT_REFUSED = "document_refused", "The document did not pass inspection."
    DOCUMENT_BEING_SCANNED = "document_being_scanned", "The document waits for the virus scanner."
    DOCUMENT_INFECTED = "document_infected", "The virus scanner found a virus in the document."
    DOCUMENT_NOT_SCANNED = "document_not_scanned", "The virus scanner could not check the document."
    NOT_APPLICABLE_CONTRADICTED = (
        "not_applicable_contradicted",
        "The policy can only be not applicable while no invigilated assessment is planned.",
    )
    NEW_VERSION = "new_version", "There is a new version since it was accepted."
    UNANSWERED = "unanswered", "The item of a return has not been answered."
