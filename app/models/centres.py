"""A centre, its sites and its contacts (R04, R08, R09)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.contact_roles import ContactRole
from app.domain.personal_data import Erasure
from app.domain.search_text import search_words
from app.domain.sites import SiteKind
from app.models.base import Base, HasAddress, HasId, Versioned, choice, personal
from app.models.search import Searchable

_FORMER = "until `RETENTION__FORMER_PEOPLE_MONTHS` after the contact has ended"


class Centre(HasId, HasAddress, Searchable, Versioned, Base):
    """An organisation that is accountable for assessment; `name` is printed on learners' certificates."""

    __tablename__ = "centres"
    __table_args__ = (
        Index(None, "address_postcode"),
        Index(None, "email_domain"),
        Index(None, "name_key"),
        Index(None, "name_look"),
        Index(None, "email_domain_look"),
        Index("ix_centres_idna", "id", postgresql_where=text("email_domain LIKE '%xn--%'")),
    )

    reference: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_key: Mapped[str]
    email: Mapped[str] = mapped_column(info=personal("to write to the centre", erasure=Erasure.ORGANISATION))
    email_domain: Mapped[str]
    # What the eye sees of the key and of the domain, to find look-alikes. A trigger sets both.
    name_look: Mapped[str | None]
    email_domain_look: Mapped[str | None]
    telephone: Mapped[str] = mapped_column(info=personal("to reach the centre", erasure=Erasure.ORGANISATION))
    telephone_extension: Mapped[str | None] = mapped_column(
        info=personal("to reach the centre", erasure=Erasure.ORGANISATION)
    )
    customer_account_reference: Mapped[str | None]
    """The centre's account in the finance system's sales ledger."""
    created_at: Mapped[datetime]

    def words_now(self) -> list[str]:
        return search_words([self.name, self.email], [self.reference, self.address_postcode])


class Site(HasId, HasAddress, Versioned, Base):
    """A place where the centre delivers. Sites are closed, never deleted."""

    __tablename__ = "sites"
    __table_args__ = (
        Index(None, "centre_id", "created_at"),
        Index("uq_main_site_of_centre", "centre_id", unique=True, postgresql_where=text("kind = 'main'")),
    )

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"))
    kind: Mapped[SiteKind] = mapped_column(choice(SiteKind))
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(info=personal("to write to the site", erasure=Erasure.ORGANISATION))
    telephone: Mapped[str | None] = mapped_column(info=personal("to reach the site", erasure=Erasure.ORGANISATION))
    telephone_extension: Mapped[str | None] = mapped_column(
        info=personal("to reach the site", erasure=Erasure.ORGANISATION)
    )
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Contact(HasId, Searchable, Versioned, Base):
    """A person at the centre who holds contact roles, with or without a log-in. Contacts are ended, never deleted."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index(None, "centre_id", "created_at"),
        Index("ix_contacts_lower_email", text("lower(email)")),
    )

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"))
    first_name: Mapped[str] = mapped_column(info=personal("to address the contact", _FORMER, Erasure.ERASED))
    last_name: Mapped[str] = mapped_column(info=personal("to address the contact", _FORMER, Erasure.ERASED))
    job_title: Mapped[str | None] = mapped_column(info=personal("to know the contact's part", _FORMER, Erasure.ERASED))
    email: Mapped[str] = mapped_column(info=personal("to write to the contact", _FORMER, Erasure.ERASED))
    telephone: Mapped[str | None] = mapped_column(info=personal("to reach the contact", _FORMER, Erasure.ERASED))
    telephone_extension: Mapped[str | None] = mapped_column(
        info=personal("to reach the contact", _FORMER, Erasure.ERASED)
    )
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("memberships.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    def words_now(self) -> list[str]:
        return search_words([self.name, self.email])


class HeldRole(Base):
    """A role that a contact currently holds. Only the curriculum development role can have several holders."""

    __tablename__ = "contact_roles"
    __table_args__ = (
        Index(
            "uq_single_holder_of_contact_role",
            "centre_id",
            "role",
            unique=True,
            postgresql_where=text("role <> 'curriculum_development'"),
        ),
        Index(None, "centre_id"),
    )

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    role: Mapped[ContactRole] = mapped_column(choice(ContactRole), primary_key=True)
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"))
