"""The contract's own formats. Each names a rule that JSON Schema cannot express, so that tools can learn it.

A `pattern` beside the format expresses as much of the rule as it can. Generators of values (a test tool, a form) take
the samples or make more by the meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Format:
    """A named format: its rule and values that satisfy it."""

    meaning: str
    samples: tuple[str, ...]


EMAIL: Final = "email"
PASSWORD: Final = "password"
POSTCODE: Final = "postcode"
TELEPHONE: Final = "telephone"
VAT_NUMBER: Final = "vat-number"
WEB_ADDRESS: Final = "uri"
WORDS_500: Final = "words-500"

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        EMAIL: Format(
            "A deliverable email address (RFC 5321) with ASCII before the `@`. The domain is neither an IP address nor "
            "a reserved name such as `.test` or `.local`.",
            ("alex.morgan@example.com", "quality+forms@skills.example.org", "o'neill@college.example.ac.uk"),
        ),
        PASSWORD: Format(
            "A new password is neither a common one nor made from the person's name or address.",
            ("correct-horse-battery-staple", "Robin Hood rides at 7.15"),
        ),
        POSTCODE: Format(
            "A postcode of the United Kingdom, in any case, with or without spaces and hyphens. For the country "
            "`other`, any postcode.",
            ("NG1 5DT", "de24 8bx", "SW1A1AA", "GIR 0AA", "BT1-5GS"),
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
            "At most 500 words, counted as runs of characters without white space.",
            ("Founded in 2009 to help adults in Nottingham into work.", "We teach evening courses."),
        ),
    }
)
