"""What is answered, and what is accepted."""

import re

from rest_framework import serializers

from app.domain.workflow import STATUSES, Status
from bench.django_peer import models

_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}")


class PersonRef(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.SerializerMethodField()

    def get_name(self, person: models.Person) -> str:
        return f"{person.first_name} {person.last_name}"


class StepSerializer(serializers.Serializer):
    step = serializers.CharField()
    label = serializers.CharField()
    operation_id = serializers.CharField()
    method = serializers.CharField()
    path = serializers.CharField()


class BlockedStepSerializer(StepSerializer):
    code = serializers.CharField()
    because = serializers.CharField()


class ApplicationSummary(serializers.ModelSerializer):
    etag = serializers.SerializerMethodField()
    status_for_staff = serializers.SerializerMethodField()
    status_for_centre = serializers.SerializerMethodField()
    waiting_on = serializers.CharField(allow_null=True)
    late = serializers.SerializerMethodField()
    centre_lead = PersonRef(allow_null=True)
    allowed_steps = StepSerializer(many=True)
    blocked_steps = BlockedStepSerializer(many=True)

    class Meta:
        model = models.Application
        fields = (
            *("etag", "id", "reference", "centre_id", "centre_name", "status", "status_for_staff"),
            *("status_for_centre", "status_since", "waiting_on", "due_at", "late", "centre_lead", "started_at"),
            *("submitted_at", "closed_at", "allowed_steps", "blocked_steps"),
        )

    def get_etag(self, row: models.Application) -> str:
        return f'"{row.version}"'

    def get_status_for_staff(self, row: models.Application) -> str:
        return STATUSES[Status(row.status)].staff_name

    def get_status_for_centre(self, row: models.Application) -> str:
        return STATUSES[Status(row.status)].centre_name

    def get_late(self, row: models.Application) -> bool:
        return row.due_at is not None and row.due_at <= self.context["now"]


class Section(serializers.Serializer):
    section = serializers.CharField()
    title = serializers.CharField()
    missing = serializers.IntegerField()
    path = serializers.CharField()


class Application(ApplicationSummary):
    sections = Section(many=True)
    invoice_id = serializers.UUIDField(source="invoice.id", default=None)

    class Meta(ApplicationSummary.Meta):
        fields = (*ApplicationSummary.Meta.fields, "form_version", "sections", "withdrawal_reason", "invoice_id")


class Missing(serializers.Serializer):
    section = serializers.CharField()
    group = serializers.CharField(allow_null=True)
    pointer = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class AddressInput(serializers.Serializer):
    line_1 = serializers.CharField(max_length=100)
    line_2 = serializers.CharField(max_length=100, required=False, allow_null=True)
    town = serializers.CharField(max_length=60)
    county = serializers.CharField(max_length=60, required=False, allow_null=True)
    postcode = serializers.RegexField(_POSTCODE)
    country = serializers.ChoiceField(("england", "scotland", "wales", "northern_ireland"))


class SuperUserInput(serializers.Serializer):
    first_name = serializers.CharField(max_length=100)
    last_name = serializers.CharField(max_length=100)
    job_title = serializers.CharField(max_length=100)
    email = serializers.EmailField()
    telephone = serializers.CharField(max_length=30)


class InitialApplicationInput(serializers.Serializer):
    organisation_name = serializers.CharField(max_length=200)
    address = AddressInput()
    email = serializers.EmailField()
    telephone = serializers.CharField(max_length=30)
    initial_super_user = SuperUserInput()
    declaration = serializers.BooleanField()

    def validate_declaration(self, declared: bool) -> bool:
        if not declared:
            raise serializers.ValidationError("Confirm that the details are right.")
        return declared


class Receipt(serializers.ModelSerializer):
    class Meta:
        model = models.InitialApplication
        fields = ("id", "reference", "organisation_name", "received_at", "log_in_details_due_at")


class HistoryInput(serializers.Serializer):
    """The fields of the group `history`."""

    trading_name = serializers.CharField(max_length=200, required=False, allow_null=True)
    legal_status = serializers.CharField(max_length=64, required=False, allow_null=True)
    company_number = serializers.CharField(max_length=8, required=False, allow_null=True)
    established_on = serializers.DateField(required=False, allow_null=True)
    website = serializers.URLField(required=False, allow_null=True)


class SubmissionInput(serializers.Serializer):
    declaration = serializers.BooleanField()


class Submission(serializers.ModelSerializer):
    class Meta:
        model = models.Submission
        fields = ("id", "number", "form_version", "sha256", "submitted_by_name", "submitted_at", "content")


class Site(serializers.ModelSerializer):
    address = serializers.DictField()

    class Meta:
        model = models.Site
        fields = ("id", "kind", "name", "address")


class Contact(serializers.ModelSerializer):
    roles = serializers.SerializerMethodField()

    class Meta:
        model = models.Contact
        fields = ("id", "first_name", "last_name", "job_title", "email", "telephone", "roles")

    def get_roles(self, contact: models.Contact) -> list[str]:
        return [held.role for held in contact.heldrole_set.all()]


class MoneyInput(serializers.Serializer):
    amount = serializers.IntegerField(min_value=1)
    currency = serializers.ChoiceField(("GBP",))


class PaymentInput(serializers.Serializer):
    amount = MoneyInput()
    method = serializers.ChoiceField(("bank_transfer", "card", "cheque", "direct_debit", "other"))
    received_on = serializers.DateField()


class Entry(serializers.ModelSerializer):
    class Meta:
        model = models.InvoiceEntry
        fields = (*("id", "sequence", "kind", "amount_pence", "currency", "method", "received_on"), "recorded_at")


class FileInput(serializers.Serializer):
    file = serializers.FileField(max_length=200)


class PolicyVersion(serializers.ModelSerializer):
    class Meta:
        model = models.PolicyVersion
        fields = ("id", "number", "file_name", "media_type", "size_bytes", "sha256", "uploaded_by_name", "uploaded_at")
