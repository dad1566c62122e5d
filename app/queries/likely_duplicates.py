"""Organisations that may be the same as another, or that somebody may pass themselves off as (R03)."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Boolean, literal_column, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.initial_applications import DuplicateKind, DuplicateReason
from app.domain.names import domain_look, looks_of, name_key, similar_names, telling_domain, telling_look
from app.domain.search_text import search_words
from app.models import Centre, InitialApplication
from app.queries.merging import one_of
from app.queries.search import CENTRES, INITIAL_APPLICATIONS
from app.queries.visibility import Reason, unfiltered
from app.schemas.likely_duplicates import LikelyDuplicate

# For each reason to look at a row, so many are looked at.
_CANDIDATES = 25
# They come first: somebody may pass themselves off as a centre.
_LOOK_ALIKE = {DuplicateReason.LOOK_ALIKE_NAME, DuplicateReason.LOOK_ALIKE_EMAIL_DOMAIN}


class Sought(NamedTuple):
    """An organisation that others are compared with: an initial application, or a centre with another name."""

    id: UUID
    centre_id: UUID | None
    name: str
    postcode: str | None = None
    email_domain: str | None = None


def sought_of(row: InitialApplication) -> Sought:
    """Compare all that an initial application says."""
    return Sought(row.id, row.centre_id, row.organisation_name, row.address_postcode, row.email_domain)


@unfiltered(Reason.RULE)
async def likely_duplicates(session: AsyncSession, of: Sought) -> list[LikelyDuplicate]:
    """Find other initial applications and centres with a similar name, or the same postcode or email domain, and those
    whose name or domain only looks the same.

    Some of each are looked at, found by index: of the same name, postcode, domain or look, the newest that share a
    word, and some with a domain outside ASCII. Similarity of names is judged here.
    """
    judge = _Judge(of)
    words = sorted(word for word in search_words([judge.key]) if len(word) > 2)
    found: list[LikelyDuplicate] = []
    received = InitialApplication
    others = received.centre_id.is_distinct_from(of.centre_id) if of.centre_id is not None else true()
    for kind, model, name, index, theirs in (
        (DuplicateKind.INITIAL_APPLICATION, received, received.organisation_name, INITIAL_APPLICATIONS, others),
        (DuplicateKind.CENTRE, Centre, Centre.name, CENTRES, true()),
    ):
        known = [model.name_key == judge.key, model.name_look.in_(judge.name_looks)]
        first = [(model.name_key == judge.key).desc()]
        if of.postcode:
            known.append(model.address_postcode == of.postcode)
            first.append((model.address_postcode == of.postcode).desc())
        if of.email_domain and telling_domain(of.email_domain):
            known.append(model.email_domain == of.email_domain)
        if judge.domain_look and telling_look(judge.domain_look):
            idna = literal_column("email_domain LIKE '%xn--%'", Boolean())
            known += [model.email_domain_look == judge.domain_look, idna]
        some = [select(model.id).where(each).limit(_CANDIDATES) for each in known]
        order = [key.desc() for key in index.keys]
        some += [select(index.keys[-1]).where(index.word == word).order_by(*order).limit(_CANDIDATES) for word in words]
        candidates = select(union_all(*(select(each.subquery()) for each in some)).subquery())
        rows = await session.execute(
            select(model.id, model.reference, name, model.name_key, model.address_postcode, model.email_domain)
            .where(one_of(model.id, candidates), model.id != of.id, theirs)
            .order_by(*first, model.id.desc())
        )
        for id_, reference, name_, key, postcode, domain in rows:
            reasons = judge.reasons(key, postcode, domain)
            if reasons and id_ != of.centre_id:
                found.append(
                    LikelyDuplicate(
                        kind=kind, id=id_, reference=reference, name=name_, postcode=postcode, reasons=reasons
                    )
                )
    return sorted(found, key=lambda one: (_LOOK_ALIKE.isdisjoint(one.reasons), -len(one.reasons)))[:20]


class _Judge:
    """Why another row may be the same organisation as this one, or pass itself off as it."""

    def __init__(self, of: Sought) -> None:
        self.of = of
        self.key = name_key(of.name)
        self.name_looks = looks_of(self.key)
        self.domain_look = domain_look(of.email_domain) if of.email_domain else ""

    def reasons(self, key: str, postcode: str | None, domain: str) -> list[DuplicateReason]:
        same, similar = key == self.key, similar_names(key, self.key)
        (seen, *_), (mine, *_) = looks_of(key), self.name_looks
        looks = seen == mine or (not similar and similar_names(seen, mine))
        same_domain = domain == self.of.email_domain
        judged = (
            (DuplicateReason.SIMILAR_NAME, similar),
            (DuplicateReason.LOOK_ALIKE_NAME, looks and not same),
            (DuplicateReason.SAME_POSTCODE, bool(postcode) and postcode == self.of.postcode),
            (DuplicateReason.SAME_EMAIL_DOMAIN, same_domain and telling_domain(domain)),
            (
                DuplicateReason.LOOK_ALIKE_EMAIL_DOMAIN,
                not same_domain and telling_look(self.domain_look) and domain_look(domain) == self.domain_look,
            ),
        )
        return [reason for reason, holds in judged if holds]
