"""The contract's own formats. Each names a rule that JSON Schema cannot express, so that tools can learn it.

A `pattern` beside the format expresses as much of the rule as it can. Generators of values (a test tool, a form) take
the samples or make more by the meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.domain.characters import IN_A_LINE


@dataclass(frozen=True)
class Format:
    """A named format: its rule and values that satisfy it."""

    meaning: str
    samples: tuple[str, ...]
    pattern: str | None = None
    """Matches only values of the format, for generators; too long to stand at each property of the contract."""


# What text may not hold, as ECMA-262, Python and Rust all read it; a lone surrogate is no JSON in UTF-8.
_NEVER: Final = r"\x7F-\x9F\u202A-\u202E\u2066-\u2069"
NOT_IN_A_LINE: Final = r"\x00-\x1F\u2028\u2029" + _NEVER
NOT_IN_LINES: Final = r"\x00-\x08\x0B\x0C\x0E-\x1F" + _NEVER
_SPACE: Final = r" \u00A0\u1680\u2000-\u200A\u202F\u205F\u3000"
_MARK: Final = r"\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u2800"


def _text(refused: str, space: str) -> str:
    """A visible character, with anything but what is refused around it. No reader has to try a character twice."""
    return rf"\A[{space}{_MARK}]*[^{space}{_MARK}{IN_A_LINE}{refused}][^{refused}]*\Z"


CHARITY_NUMBER: Final = "charity-number"
COMPANY_NUMBER: Final = "company-number"
EMAIL: Final = "email"
EXTENSION: Final = "telephone-extension"
MULTI_LINE: Final = "multi-line"
NCN: Final = "ncn"
PASSWORD: Final = "password"
POSTCODE: Final = "postcode"
QUALIFICATION_NUMBER: Final = "qualification-number"
SINGLE_LINE: Final = "single-line"
TELEPHONE: Final = "telephone"
UKPRN: Final = "ukprn"
URN: Final = "urn"
VAT_NUMBER: Final = "vat-number"
WEB_ADDRESS: Final = "uri"
WORDS_500: Final = "words-500"

_PASTED: Final = (
    " Spaces count for nothing, Unicode's included; nor do brackets and full stops around it, or characters that show "
    "nothing. Any dash is a hyphen."
)

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        CHARITY_NUMBER: Format(
            "A charity number of England and Wales (with its suffix, if any), Scotland or Northern Ireland, or a "
            "reference of HM Revenue and Customs: one or two letters and up to five digits." + _PASTED,
            ("1234567", "1234567-1", "sc 012345", "NIC 101234", "XT12345"),
        ),
        COMPANY_NUMBER: Format(
            "A number of Companies House: up to eight digits that are not all noughts; or one of its prefixes, such as "
            "`SC` or `OC`, and six digits; or the number of a registered society, such as `IP12345R` and `SP1234RS`, "
            "or of a Scottish limited partnership, such as `SL12345A`." + _PASTED,
            ("01234567", "SC123456", "1234567", "oc 301234", "IP28999R", "SP2999RS", "SL00999A"),
        ),
        EMAIL: Format(
            "A deliverable email address (RFC 5321) with ASCII before the `@`, and no encoded word (RFC 2047). The "
            "domain is neither an IP address nor a reserved name such as `.test` or `.local`.",
            ("alex.morgan@example.com", "quality+forms@skills.example.org", "o'neill@college.example.ac.uk"),
        ),
        MULTI_LINE: Format(
            "Text with at least one visible character. Line breaks and tabs are allowed; other control characters and "
            "bidirectional controls (U+202A to U+202E, U+2066 to U+2069) are not. Characters that show nothing, such "
            "as U+00AD and U+200B, are dropped where no script and no emoji needs them. `minLength` counts without "
            "them and without outer white space.",
            ("Done.", "We teach adults.", "Ça va"),
            _text(NOT_IN_LINES, _SPACE + r"\t\n\r\u2028\u2029"),
        ),
        PASSWORD: Format(
            "One line of text without control characters, kept as typed. "
            "A new password is neither a common one nor made from the person's name or address.",
            ("correct-horse-battery-staple", "Robin Hood rides at 7.15"),
        ),
        NCN: Format("A National Centre Number: five digits." + _PASTED, ("12345", "01234", "12 345")),
        POSTCODE: Format(
            "A postcode of the country. One of the United Kingdom and the Crown dependencies may be in any case, with "
            "or without spaces, hyphens and full stops; its area must exist and lie in the country. Empty where the "
            "country needs none.",
            ("NG1 5DT", "de24 8bx", "SW1A1AA", "GIR 0AA", "BFPO 57"),
        ),
        QUALIFICATION_NUMBER: Format(
            "An Ofqual qualification number: seven digits, then a digit or `X`, with or without slashes." + _PASTED,
            ("603/1234/5", "60312345", "603/1234/x"),
        ),
        SINGLE_LINE: Format(
            "One line of text with at least one visible character, without control characters, line or paragraph "
            "separators, bidirectional controls and marks (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to "
            "U+2069), and without characters that show nothing, such as U+00AD, U+200B and Hangul fillers. Joiners "
            "(U+200C, U+200D), variation selectors and tags may stand where a script or an emoji needs them. "
            "`minLength` counts without outer spaces. A name of a person or an organisation has a letter or a digit, "
            "and is no web address. Names and addresses have only characters that our documents can print: all of "
            "Latin, Greek and Cyrillic writing and of many other scripts, but no emoji.",
            ("Ada", "Zoë", "B 2"),
            _text(NOT_IN_A_LINE + IN_A_LINE, _SPACE),
        ),
        TELEPHONE: Format(
            "A number that is valid in its country's numbering plan, without an extension, written with digits, spaces "
            "and `+().-/`. It is a UK number unless it begins with `+`." + _PASTED,
            ("0115 496 0123", "01332 341822", "+44 20 7946 0018", "07700 900123", "+353 1 496 0000"),
        ),
        EXTENSION: Format("An extension: one to eight digits." + _PASTED, ("12", "4071", " 205 ")),
        UKPRN: Format("A UKPRN: eight digits, the first of them not 0." + _PASTED, ("10012345", "1001 2345")),
        URN: Format("A school's URN: six or seven digits." + _PASTED, ("123456", "1234567", "123 456")),
        VAT_NUMBER: Format(
            "A VAT number of the United Kingdom or a European country with correct check digits. A UK number may lack "
            "its prefix." + _PASTED,
            ("GB980780684", "980 7806 84", "gb 980 7806 84", "DE136695976"),
        ),
        WEB_ADDRESS: Format(
            "An `http` or `https` address without credentials. The host name contains a dot.",
            ("https://www.example.org", "http://skills.example.co.uk/about?lang=en", "https://example.org:8443/"),
        ),
        WORDS_500: Format(
            "Text as in `multi-line`, of at most 500 words, counted as runs of characters without white space.",
            ("Founded in 2009 to help adults in Nottingham into work.", "We teach evening courses."),
        ),
    }
)
