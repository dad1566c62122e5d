"""The operations that write, each in one transaction."""

import hashlib
import json
import shutil
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.utils import timezone
from pypdf import PdfReader
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from app.domain.actors import PUBLIC, StaffRole
from app.domain.names import email_domain, email_key, name_key
from app.domain.readiness import readiness
from app.domain.workflow import EDITABLE, Status, StepName, judge, target_of
from app.domain.working_days import due_at
from bench.django_peer import judging, models, outbox, serializers


def accepted(serializer_class, data):
    """The validated data. Raises `ValidationError`."""
    serializer = serializer_class(data=data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def next_reference(prefix, now):
    """The next of a series, whose counter stays locked until the commit."""
    series = f"{prefix}-{now.year}-D"
    counter, _ = models.ReferenceCounter.objects.select_for_update().get_or_create(
        series=series, defaults={"last_number": 0}
    )
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    return f"{series}-{counter.last_number:06d}"


def locked(actor, id):
    """The application, locked. Raises 404."""
    return get_object_or_404(judging.visible(actor).select_for_update(of=("self",)), id=id)


def require_editable(row):
    if Status(row.status) not in EDITABLE:
        raise ValidationError("The application is not being edited.")


class InitialApplications(GenericAPIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @transaction.atomic
    def post(self, request):
        body, now = accepted(serializers.InitialApplicationInput, request.data), timezone.now()
        content = json.dumps(request.data, sort_keys=True, ensure_ascii=False).casefold()
        fingerprint = hashlib.sha256(content.encode()).digest()
        same = models.InitialApplication.objects.filter(fingerprint=fingerprint).exclude(status="declined").first()
        if same is None:
            person = body["initial_super_user"]
            same = models.InitialApplication.objects.create(
                reference=next_reference("IA", now),
                version=1,
                status="received",
                organisation_name=body["organisation_name"],
                name_key=name_key(body["organisation_name"]),
                **{f"address_{name}": value for name, value in body["address"].items()},
                email=body["email"],
                email_domain=email_domain(body["email"]),
                telephone=body["telephone"],
                **{f"super_user_{name}": value for name, value in person.items()},
                fingerprint=fingerprint,
                received_at=now,
                log_in_details_due_at=due_at(now, 2),
            )
            summary = f"Initial application {same.reference} received"
            public = {"initial_application_id": str(same.id), "reference": same.reference}
            stream = ("initial_application", same.id)
            outbox.record(PUBLIC, "initial_application.received", stream, summary, new=True, public=public)
            arguments = {"initial_application_id": str(same.id), "to": email_key(body["email"])}
            outbox.queue(("initial_application_received", arguments), publish=True)
        return Response(serializers.Receipt(same).data, status=201)


class Details(GenericAPIView):
    @transaction.atomic
    def patch(self, request, id, group):
        actor, now = request.user.actor, timezone.now()
        accepted(serializers.HistoryInput, request.data)
        application = locked(actor, id)
        row = get_object_or_404(
            models.ApplicationDetails.objects.select_for_update(), application_id=id, group_key=group
        )
        require_editable(application)
        before, row.data = row.data, {**row.data, **request.data}
        row.saved_by_name, row.saved_at, row.version = actor.name, now, row.version + 1
        row.save(update_fields=["data", "saved_by_name", "saved_at", "version"])
        application.version, application.changed_at = application.version + 1, now
        application.save(update_fields=["version", "changed_at"])
        outbox.record(
            actor,
            "application.details_saved",
            ("application", id),
            f"'{group}' saved",
            application_id=id,
            centre_id=application.centre_id,
            audit={"before": {name: before.get(name) for name in request.data}, "after": request.data},
        )
        return Response({"etag": f'"{row.version}"', **row.data})


class Submissions(GenericAPIView):
    @transaction.atomic
    def post(self, request, id):
        actor, now = request.user.actor, timezone.now()
        accepted(serializers.SubmissionInput, request.data)
        locked(actor, id)
        row = judging.with_everything(judging.visible(actor)).get(id=id)
        gaps = readiness(judging.readiness_facts(row, now))
        if gaps:
            raise ValidationError(serializers.Missing(gaps, many=True).data)
        facts = judging.workflow_facts(row, 0, judging.amount_due(row))
        judge(StepName.SUBMIT, facts, actor)
        last = models.Submission.objects.filter(application_id=id).aggregate(Max("number"))["number__max"]
        content = self._copy(row)
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        submission = models.Submission.objects.create(
            application_id=id,
            number=(last or 0) + 1,
            form_version=row.form_version,
            content=content,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            submitted_by_id=actor.id,
            submitted_by_name=actor.name,
            submitted_at=now,
        )
        row.status = target_of(StepName.SUBMIT, facts).value
        row.version, row.status_since, row.submitted_at, row.changed_at = row.version + 1, now, now, now
        row.due_at, row.clock_since = due_at(now, 10), now
        row.save(
            update_fields=["status", "version", "status_since", "submitted_at", "changed_at", "due_at", "clock_since"]
        )
        outbox.record(
            actor,
            "application.submitted",
            ("application", id),
            f"Application {row.reference} submitted",
            application_id=id,
            centre_id=row.centre_id,
            public={"application_id": str(id), "submission": submission.number},
            audit={"after": {"sha256": submission.sha256}},
        )
        arguments = {"submission_id": str(submission.id)}
        outbox.queue(("application_submitted", arguments), ("application_in_inbox", arguments), publish=True)
        return Response(serializers.Submission(submission).data, status=201)

    def _copy(self, row):
        contacts = models.Contact.objects.filter(centre_id=row.centre_id, ended_at=None).prefetch_related(
            "heldrole_set"
        )
        accepted_last = next(iter(row.agreementacceptance_set.all()))
        policies = []
        for policy in row.policy_set.all():
            version = next(iter(policy.policyversion_set.all()), None)
            policies.append(
                {
                    "key": policy.key,
                    "version": version and version.number,
                    "version_id": version and version.id,
                    "file_name": version and version.file_name,
                    "sha256": version and version.sha256,
                    "not_applicable_statement": policy.not_applicable_statement,
                }
            )
        content = {
            "centre": {"id": row.centre_id, "name": row.centre.name, "address": row.centre.address},
            "sites": serializers.Site(row.centre.site_set.all(), many=True).data,
            "contacts": serializers.Contact(contacts, many=True).data,
            "details": [{"group": group.group_key, **group.data} for group in row.applicationdetails_set.all()],
            "policies": policies,
            "agreement": {"agreement_id": accepted_last.agreement_id, "accepted_at": accepted_last.accepted_at},
            "return_items": [
                {"id": item.id, "asked": item.asked, "answer": item.answer} for item in judging.current_items(row)
            ],
        }
        return json.loads(json.dumps(content, cls=DjangoJSONEncoder))


class Payments(GenericAPIView):
    @transaction.atomic
    def post(self, request, id):
        actor, now = request.user.actor, timezone.now()
        if StaffRole.FINANCE not in actor.staff_roles:
            raise PermissionDenied
        body = accepted(serializers.PaymentInput, request.data)
        invoice = get_object_or_404(
            models.Invoice.objects.select_related("application").select_for_update(of=("self", "application")), id=id
        )
        row, entries = invoice.application, list(invoice.invoiceentry_set.all())
        entry = models.InvoiceEntry.objects.create(
            invoice=invoice,
            sequence=len(entries) + 1,
            kind="payment",
            amount_pence=body["amount"]["amount"],
            currency=invoice.currency,
            method=body["method"],
            received_on=body["received_on"],
            recorded_by=actor.id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        stream = ("invoice", invoice.id)
        of = {"application_id": row.id, "centre_id": invoice.centre_id}
        public = {"invoice_id": str(invoice.id), "number": invoice.number}
        outbox.record(actor, "payment.recorded", stream, f"Payment on {invoice.number}", public=public, **of)
        due = invoice.total_pence - sum(each.amount_pence for each in (*entries, entry))
        letters = []
        if due <= 0 and row.status == Status.AWAITING_PAYMENT.value:
            outbox.record(actor, "invoice.paid", stream, f"Invoice {invoice.number} paid", public=public, **of)
            lead = self._least_busy()
            models.CentreLeadAssignment.objects.create(
                application=row, centre_lead_id=lead.id, reason="The invoice was paid.", assigned_at=now
            )
            row.status, row.version, row.status_since, row.changed_at = "in_review", row.version + 1, now, now
            row.centre_lead_id, row.due_at, row.clock_since = lead.id, due_at(now, 10), now
            row.save(
                update_fields=[
                    *("status", "version", "status_since", "changed_at", "centre_lead_id", "due_at", "clock_since")
                ]
            )
            application = {"application_id": str(row.id)}
            audit = {"after": {"to": str(lead.id)}}
            outbox.record(
                actor,
                "application.centre_lead_assigned",
                ("application", row.id),
                f"{lead.first_name} {lead.last_name} is the centre lead",
                public=application,
                audit=audit,
                **of,
            )
            letters = [("centre_lead_assigned", application), ("payment_received", {"entry_id": str(entry.id)})]
        outbox.queue(*letters, publish=True)
        return Response(serializers.Entry(entry).data, status=201)

    def _least_busy(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(1)")
        busy = (
            models.Application.objects.filter(centre_lead_id=OuterRef("id"), closed_at=None)
            .order_by()
            .values("centre_lead_id")
            .annotate(open=Count("id"))
            .values("open")
        )
        leads = models.Person.objects.filter(
            Q(staffmember__deactivated_at=None), staffmember__roles__contains=["centre_lead"]
        )
        return leads.annotate(open=Subquery(busy)).order_by(F("open").asc(nulls_first=True), "id")[0]


class Policies(GenericAPIView):
    parser_classes = (MultiPartParser,)

    def put(self, request, id, key):
        actor, now = request.user.actor, timezone.now()
        file = accepted(serializers.FileInput, request.data)["file"]
        if not judging.visible(actor).filter(id=id).exists():
            raise NotFound
        self._inspect(file)
        digest, target = hashlib.sha256(), Path(settings.FILES) / uuid4().hex
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
        with target.open("wb") as stored:
            shutil.copyfileobj(file.file, stored, 1 << 20)
        with transaction.atomic():
            application = locked(actor, id)
            require_editable(application)
            policy = get_object_or_404(models.Policy.objects.select_for_update(), application_id=id, key=key)
            newest = policy.policyversion_set.order_by("-number").first()
            version = models.PolicyVersion.objects.create(
                policy=policy,
                number=newest.number + 1 if newest else 1,
                file_name=Path(file.name).name,
                media_type="application/pdf",
                size_bytes=file.size,
                sha256=digest.hexdigest(),
                storage_key=str(target),
                inspection_state="passed",
                inspected_at=now,
                uploaded_by_id=actor.id,
                uploaded_by_name=actor.name,
                uploaded_at=now,
            )
            policy.version, policy.changed_at, policy.not_applicable_statement = policy.version + 1, now, None
            policy.save(update_fields=["version", "changed_at", "not_applicable_statement"])
            application.version, application.changed_at = application.version + 1, now
            application.save(update_fields=["version", "changed_at"])
            outbox.record(
                actor,
                "policy.uploaded",
                ("application", id),
                f"{key}: version {version.number} uploaded",
                application_id=id,
                centre_id=application.centre_id,
                audit={"after": {"policy": key, "version": version.number, "sha256": version.sha256}},
            )
        return Response({"key": key, "current_version": serializers.PolicyVersion(version).data})

    def _inspect(self, file):
        """Parse the file here; a hostile one could take the process with it."""
        try:
            sound = len(PdfReader(file).pages) > 0
        except Exception as error:
            raise ValidationError("This is no PDF.") from error
        if not sound:
            raise ValidationError("The PDF has no pages.")
        file.seek(0)
