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


COMPANY_NUMBER: Final = "company-number"
EMAIL: Final = "email"
MULTI_LINE: Final = "multi-line"
PASSWORD: Final = "password"
POSTCODE: Final = "postcode"
SINGLE_LINE: Final = "single-line"
TELEPHONE: Final = "telephone"
VAT_NUMBER: Final = "vat-number"
WEB_ADDRESS: Final = "uri"
WORDS_500: Final = "words-500"

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        COMPANY_NUMBER: Format(
            "A number of Companies House: two letters and six digits, or up to eight digits that are not all noughts.",
            ("01234567", "SC123456", "1234567"),
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
        POSTCODE: Format(
            "A postcode of the United Kingdom, in any case, with or without spaces and hyphens. For the country "
            "`other`, any postcode.",
            ("NG1 5DT", "de24 8bx", "SW1A1AA", "GIR 0AA", "BT1-5GS"),
        ),
        SINGLE_LINE: Format(
            "One line of text with at least one visible character, without control characters, line or paragraph "
            "separators, bidirectional controls and marks (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to "
            "U+2069), and without characters that show nothing, such as U+00AD, U+200B and Hangul fillers. Joiners "
            "(U+200C, U+200D), variation selectors and tags may stand where a script or an emoji needs them. "
            "`minLength` counts without outer spaces. A name of a person or an organisation has a letter or a digit, "
            "and is no web address.",
            ("Ada", "Zoë", "B 2"),
            _text(NOT_IN_A_LINE + IN_A_LINE, _SPACE),
        ),
        TELEPHONE: Format(
            "A number that is valid in its country's numbering plan, without an extension. It is a UK number unless it "
            "begins with `+`.",
            ("0115 496 0123", "01332 341822", "+44 20 7946 0018", "07700 900123", "+353 1 496 0000"),
        ),
        VAT_NUMBER: Format(
            "A VAT number of the United Kingdom or a European country with correct check digits. A UK number may lack "
            "its prefix.",
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
