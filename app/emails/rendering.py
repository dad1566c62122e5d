"""An email and the awarding organisation's branding → subject, text and HTML.

Each message has one template, written in the words of `layouts/words.*` (paragraph, details, button …). Those words
exist twice, once as plain text and once as HTML, so the two renderings cannot come to say different things.
"""

import re
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import BaseLoader, ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined
from mjml import mjml2html

from app.domain.formats import date_and_time, ink_on, long_date, money
from app.emails.email import Email, email_name
from app.settings import AwardingOrganisation

_HERE = Path(__file__).parent
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class UnsafeLinkError(ValueError):
    """A message was given a link that is not an absolute web address. It is a programming or settings fault."""


@dataclass(frozen=True, slots=True)
class RenderedEmail:
    """A message ready for the mailer. `subject` is one line, so that it can never smuggle in another header."""

    subject: str
    text: str
    html: str


def render(message: Email, organisation: AwardingOrganisation) -> RenderedEmail:
    """Render a message in the awarding organisation's branding.

    Raises `jinja2.UndefinedError` where a template names what its message does not have, and `UnsafeLinkError` for a
    link that is not an absolute web address.
    """
    template = f"{email_name(type(message))}.jinja"
    variables: dict[str, object] = {field.name: getattr(message, field.name) for field in fields(message)}
    variables |= {"organisation": organisation, "audience": message.audience.value}
    subject = _subject(template, variables)
    text = _text_environment().get_template(template).render(variables, subject=subject)
    html = _html_environment().get_template(template).render(variables, subject=subject)
    return RenderedEmail(subject=subject, text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", html=html)


def _subject(template_name: str, variables: dict[str, object]) -> str:
    template = _text_environment().get_template(template_name)
    subject = "".join(template.blocks["subject"](template.new_context(variables)))
    return " ".join(_CONTROL_CHARACTERS.sub(" ", subject).split())


@lru_cache(maxsize=1)
def _text_environment() -> Environment:
    return _environment((_HERE / "layouts" / "layout.txt.jinja").read_text(encoding="utf-8"), "txt", escape=False)


@lru_cache(maxsize=1)
def _html_environment() -> Environment:
    # MJML is compiled once, before any value is filled in: no person's words ever pass through its parser, and what
    # comes out is an ordinary autoescaped template.
    layout = mjml2html((_HERE / "layouts" / "layout.mjml.jinja").read_text(encoding="utf-8"), fonts={})
    return _environment(layout, "html", escape=True)


def _environment(layout: str, form: str, *, escape: bool) -> Environment:
    loader: BaseLoader = ChoiceLoader(
        [
            DictLoader({"layout": layout}),
            FileSystemLoader([_HERE / "templates", _HERE / "layouts"]),
        ]
    )
    environment = Environment(
        autoescape=escape, loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "date_and_time": date_and_time,
        "digits": _digits,
        "ink_on": ink_on,
        "long_date": long_date,
        "money": money,
        "one_line": _one_line,
        "web_address": _web_address,
    }
    words = environment.get_template(f"words.{form}.jinja").module
    environment.globals |= {name: word for name, word in vars(words).items() if not name.startswith("_")}
    return environment


def _digits(telephone: str) -> str:
    return re.sub(r"[^0-9+]", "", telephone)


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s<>\"]", url):
        raise UnsafeLinkError(f"not an absolute web address: {parts.scheme or 'no scheme'}")
    return url
