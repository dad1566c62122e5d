"""The rulebook's facts from Django's rows. The rules themselves are the product's, for both."""

from uuid import UUID

from django.db.models import Prefetch

from app.domain.actors import Actor
from app.domain.readiness import PolicyFact, ReadinessFacts, ReturnItemFact
from app.domain.workflow import Facts, Status
from app.domain.working_days import london_date
from bench.django_peer import models


def visible(actor: Actor):
    """Applications that the actor may see: all for staff, else those of their centres."""
    found = models.Application.objects.all()
    return found if actor.is_staff else found.filter(centre_id__in=list(actor.memberships))


def for_readiness(found):
    """Load what readiness depends on, one statement for each relation."""
    newest = models.PolicyVersion.objects.order_by("-number")
    accepted = models.AgreementAcceptance.objects.order_by("-accepted_at", "-id")
    return found.select_related("centre").prefetch_related(
        "applicationdetails_set",
        "policy_set",
        Prefetch("policy_set__policyversion_set", queryset=newest),
        "centre__site_set",
        "centre__heldrole_set",
        Prefetch("agreementacceptance_set", queryset=accepted),
        Prefetch("returnitem_set", queryset=models.ReturnItem.objects.select_related("review")),
    )


def for_steps(found):
    """Load what the steps depend on."""
    return found.select_related("centre_lead", "invoice").prefetch_related(
        "interview_set", "recommendation_set", "invoice__invoiceentry_set"
    )


def with_everything(found):
    """Load both."""
    return for_steps(for_readiness(found))


def current_documents() -> dict[str, UUID]:
    """The newest version of each agreed document."""
    kinds = ("centre_agreement", "customer_code_of_conduct")
    found = models.Document.objects.filter(kind__in=kinds).order_by("kind", "-version").distinct("kind")
    return {document.kind: document.id for document in found}


def readiness_facts(row: models.Application, now, current: dict[str, UUID] | None = None) -> ReadinessFacts:
    """Facts of an application loaded `for_readiness`. `current` saves a look-up where there are several."""
    current = current_documents() if current is None else current
    accepted = next(iter(row.agreementacceptance_set.all()), None)
    same = accepted is not None and (accepted.agreement_id, accepted.code_of_conduct_id) == (
        current.get("centre_agreement"),
        current.get("customer_code_of_conduct"),
    )
    sites = [site for site in row.centre.site_set.all() if site.closed_at is None]
    policies = {}
    for policy in row.policy_set.all():
        newest = next(iter(policy.policyversion_set.all()), None)
        state = newest.inspection_state if newest else None
        policies[policy.key] = PolicyFact(state == "passed", state, policy.not_applicable_statement is not None)
    return ReadinessFacts(
        details={group.group_key: group.data for group in row.applicationdetails_set.all()},
        main_address=row.centre.address,
        open_delivery_sites=sum(site.kind == "delivery" for site in sites),
        site_ids=frozenset(str(site.id) for site in sites),
        policies=policies,
        roles_held=frozenset(held.role for held in row.centre.heldrole_set.all()),
        accepted_current=same,
        accepted_older=accepted is not None and not same,
        return_items=[ReturnItemFact(str(item.id), item.answered_at is not None) for item in current_items(row)],
        today=london_date(now),
    )


def current_items(row: models.Application) -> list[models.ReturnItem]:
    """The items of the last return."""
    items = sorted(row.returnitem_set.all(), key=lambda item: item.number)
    last = max((item.review.reviewed_at for item in items), default=None)
    return [item for item in items if item.review.reviewed_at == last]


def workflow_facts(row: models.Application, missing: int, due: int | None) -> Facts:
    """Facts of the process. `due` is what the invoice lacks in pence, None without one."""
    interviews = list(row.interview_set.all())
    return Facts(
        application_id=row.id,
        centre_id=row.centre_id,
        status=Status(row.status),
        returned_by_centre_lead=row.returned_by_centre_lead,
        fee_outstanding=due is None or due > 0,
        invoice_id=getattr(row, "invoice", None) and row.invoice.id,
        centre_lead_id=row.centre_lead_id,
        open_interview_id=next((each.id for each in interviews if each.status == "arranged"), None),
        interview_held=any(each.status == "held" for each in interviews),
        recommenders=frozenset(each.recommended_by for each in row.recommendation_set.all()),
        missing=missing,
    )


def amount_due(row: models.Application) -> int | None:
    """What the invoice's entries leave to pay."""
    invoice = getattr(row, "invoice", None)
    if invoice is None:
        return None
    return invoice.total_pence - sum(
        -entry.amount_pence if entry.kind == "reversal" else entry.amount_pence
        for entry in invoice.invoiceentry_set.all()
    )
