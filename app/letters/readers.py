"""Who a letter goes to: the name in its greeting, and the addresses. One letter greets everybody it goes to."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Final, Protocol
from uuid import UUID

from app.database import Work
from app.domain import limits
from app.domain.actors import StaffRole
from app.domain.emails import address_of
from app.domain.letter_topics import CAUSED_BY_CENTRES, LetterTopic, readers_of
from app.domain.names import email_key, mailbox
from app.letters.letter import Stage
from app.models import Application, Centre, Contact, Membership, Person
from app.queries.letter_choices import find_choices, holders_of, sent_to
from app.queries.letters import heads_of_organisation
from app.queries.people import active_super_users, staff_with_role
from app.settings import Settings

Readers = tuple[str, tuple[str, ...]]
"""The name in the greeting, and the addresses."""


class Reader(Protocol):
    """Somebody who gets letters: a person, or a contact who may have no log-in."""

    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...


APPLICANT = "applicant"
"""Who sent the public form, in the greeting of a letter to an address that anybody may have typed."""
COLLEAGUE = "colleague"
"""Somebody whom another person named, until they have chosen a password themselves."""

_HOUR: Final = timedelta(hours=1)


async def people_of(work: Work, centre_id: UUID, topic: LetterTopic) -> Readers:
    """Everybody at the centre whom letters on the topic reach."""
    return greet(await readers_at(work, centre_id, topic))


async def readers_at(work: Work, centre_id: UUID, topic: LetterTopic) -> list[Reader]:
    """Every super user of the centre, and the contacts for whose roles it has chosen letters on the topic."""
    return each_once([*await active_super_users(work.session, centre_id), *await contacts_for(work, centre_id, topic)])


async def contacts_for(work: Work, centre_id: UUID, topic: LetterTopic) -> Sequence[Reader]:
    """The centre's contacts who get letters on the topic, by its choice or in any case."""
    row = await find_choices(work.session, centre_id)
    roles = readers_of(row.choices if row is not None else {}, topic)
    found = await holders_of(work.session, centre_id, roles)
    return await _with_room(work, centre_id, found) if found and topic is LetterTopic.APPLICATION else found


async def _with_room(work: Work, centre_id: UUID, contacts: Sequence[Contact]) -> Sequence[Contact]:
    """Those whose mailbox the centre has not filled: nobody has confirmed that the address is theirs.

    Letters that were sent count, rather than attempts, so that a relay's outage uses nothing up.
    """
    sent = await sent_to(work.session, centre_id, CAUSED_BY_CENTRES, work.now - _HOUR)
    counted = Counter(mailbox(address_of(to)) for to in sent)
    return [each for each in contacts if counted[mailbox(each.email)] < limits.LETTERS_TO_A_CONTACT]


def each_once(people: Iterable[Reader]) -> list[Reader]:
    """These people; of several with one address the first, who may be a super user and a contact."""
    found: dict[str, Reader] = {}
    for person in people:
        found.setdefault(email_key(person.email), person)
    return list(found.values())


async def everybody_responsible(work: Work, centre: Centre, *, but: Collection[Person]) -> Readers:
    """The head of organisation and the super users who can act, but these people, and always the centre's own address:
    for what must not happen behind anybody's back."""
    acting = [each for each in await active_super_users(work.session, centre.id) if not each.must_change_password]
    responsible = each_once([*await heads_of_organisation(work.session, centre.id), *acting])
    excepted = {each.email_key for each in but}
    people = [each for each in responsible if email_key(each.email) not in excepted]
    own = () if email_key(centre.email) in {email_key(each.email) for each in people} else nameless(centre.email)
    return names(people), addressees(people) + own


async def managers(work: Work) -> Readers:
    """Every quality assurance manager, or customer experience while there is none."""
    people = await staff_with_role(work.session, StaffRole.QUALITY_ASSURANCE_MANAGER)
    return greet(people) if people else customer_experience(work.settings)


async def centre_lead_or_managers(work: Work, application: Application) -> Readers:
    """The application's centre lead while they hold the role, else the managers, who assign one."""
    leads = await staff_with_role(work.session, StaffRole.CENTRE_LEAD)
    own = [person for person in leads if person.id == application.centre_lead_id]
    return greet(own) if own else await managers(work)


def user_name(membership: Membership, person: Person) -> str:
    """The name of a user as the centre sees it: until they accept, what was typed."""
    typed = (membership.invited_first_name, membership.invited_last_name) if membership.pending else ()
    return " ".join(part for part in typed if part) or person.name


def customer_experience(settings: Settings) -> Readers:
    """The customer experience team."""
    organisation = settings.organisation
    name = f"{organisation.short_name} customer experience"
    return "customer experience team", (addressee(name, organisation.help.applications_email),)


def reply_to(settings: Settings, stage: Stage) -> str:
    """Who gets the replies to a letter of this stage: the guide's contact, unless a setting names another."""
    chosen, contacts = settings.reply_to, settings.organisation.help
    enquiries = chosen.enquiries or contacts.enquiries_email
    addresses = {
        Stage.APPLICATIONS: chosen.applications or contacts.applications_email,
        Stage.ENQUIRIES: enquiries,
        Stage.FINANCE: chosen.finance or enquiries,
    }
    return addressee(settings.organisation.short_name, addresses[stage])


def greet(people: Sequence[Reader]) -> Readers:
    """These people."""
    return names(people), addressees(people)


def addressee(name: str, email: str) -> str:
    """`Jane Doe <jane@example.org>`: whatever the name is, the address stands after the last `<`."""
    return f"{' '.join(name.split())} <{email}>".lstrip()


def nameless(email: str) -> tuple[str, ...]:
    """An address alone, where a name would be the words of whoever typed it."""
    return (addressee("", email),)


def greet_once_known(person: Person) -> Readers:
    """This person, by name only once they have chosen a password: until then the name is somebody else's words."""
    return (COLLEAGUE, nameless(person.email)) if person.must_change_password else greet([person])


def addressees(people: Iterable[Reader]) -> tuple[str, ...]:
    """Each person's address."""
    return tuple(addressee(person.name, person.email) for person in people)


def names(people: Sequence[Reader]) -> str:
    """`Ann Lee, Bob Ray and Cy Doe`."""
    *others, last = [person.name for person in people if person.name] or [COLLEAGUE]
    return f"{', '.join(others)} and {last}" if others else last
