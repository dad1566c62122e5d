"""Judge a chosen password, wherever it is set, and hash it (ASVS 6.2)."""

from collections.abc import Sequence
from functools import lru_cache

from app.database import Work
from app.domain.refusals.input import InputFault, InvalidInput, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.integrations.breached_passwords import BreachedPasswords
from app.models import Person
from app.places import PASSWORDS
from app.queries.own_words import texts_about
from app.row_context import see_everything
from app.security.password_rules.judging import password_faults
from app.security.password_rules.spelling import normalised
from app.security.passwords import hash_password
from app.settings import Settings

# Names of the product, whoever runs it.
_PRODUCT = ("AIM Qualifications", "centre recognition")
_BREACHED = "Choose a password that is not in a public collection of stolen passwords."


async def hash_acceptable(
    work: Work, person: Person, password: str, *, also: Sequence[str] = (), pointer: str = "/new_password"
) -> str:
    """Judge the password while no connection is held, and return its hash. `also` lists words about the person that are
    not stored yet.

    Raises `InvalidInput` for a weak password, with every fault.
    """
    about = [*await words_about(work, person), *also]
    async with work.aside():
        faults = await judge(work.settings, about, password, pointer)
        hashed = await hash_password(password) if not faults else ""
    if faults:
        raise InvalidInput(faults)
    return hashed


async def words_about(work: Work, person: Person) -> list[str]:
    """List texts whose words must not make up the person's password. The transaction then shows every row: pause it
    or stand aside next."""
    own = [person.first_name, person.last_name, person.email]
    # Whoever resets a password is nobody yet, and sees no centre.
    await see_everything(work.session)
    organisations = await texts_about(work.session, person.id)
    return [*own, *organisations, *_of_the_deployment(work.settings)]


async def judge(
    settings: Settings, about: Sequence[str], password: str, pointer: str = "/new_password"
) -> list[InputFault]:
    """List everything wrong with a new password. Slow: hold no connection. Raises `Overloaded`."""
    found = await PASSWORDS.run(lambda: password_faults(password, about=about))
    url = settings.breached_passwords_url
    # Ask the service, which learns a part of the hash, only about a password that would be accepted.
    if not found and url is not None and await _service(url).has(normalised(password)):
        found.append((InputFaultCode.PASSWORD_BREACHED, _BREACHED))
    return [in_body(pointer, code, detail) for code, detail in found]


@lru_cache
def _service(url: str) -> BreachedPasswords:
    return BreachedPasswords(url)


def _of_the_deployment(settings: Settings) -> list[str]:
    ours = settings.organisation
    return [*_PRODUCT, ours.name, ours.short_name, ours.website, ours.portal_name, settings.mail_from]
