"""The product's tables as unmanaged models: the columns that the nine operations read or write."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CASCADE, DO_NOTHING


class Table(models.Model):
    """A table of the product, which Django does not migrate."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)

    class Meta:
        abstract = True
        managed = False
        app_label = "django_peer"


class Person(Table):
    first_name = models.TextField()
    last_name = models.TextField()

    class Meta(Table.Meta):
        db_table = "people"


class StaffMember(Table):
    person = models.OneToOneField(Person, DO_NOTHING)
    roles = ArrayField(models.CharField(max_length=40))
    deactivated_at = models.DateTimeField(null=True)

    class Meta(Table.Meta):
        db_table = "staff_members"


class Address(Table):
    address_line_1 = models.TextField()
    address_line_2 = models.TextField(null=True)
    address_town = models.TextField()
    address_county = models.TextField(null=True)
    address_postcode = models.TextField()
    address_country = models.TextField()

    class Meta(Table.Meta):
        abstract = True

    @property
    def address(self) -> dict[str, str | None]:
        parts = ("line_1", "line_2", "town", "county", "postcode", "country")
        return {part: getattr(self, f"address_{part}") for part in parts}


class Centre(Address):
    reference = models.TextField()
    name = models.TextField()
    email = models.TextField()
    telephone = models.TextField()

    class Meta(Table.Meta):
        db_table = "centres"


class Site(Address):
    centre = models.ForeignKey(Centre, DO_NOTHING)
    kind = models.TextField()
    name = models.TextField()
    closed_at = models.DateTimeField(null=True)

    class Meta(Table.Meta):
        db_table = "sites"


class Contact(Table):
    centre = models.ForeignKey(Centre, DO_NOTHING)
    first_name = models.TextField()
    last_name = models.TextField()
    job_title = models.TextField(null=True)
    email = models.TextField()
    telephone = models.TextField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(Table.Meta):
        db_table = "contacts"


class HeldRole(models.Model):
    pk = models.CompositePrimaryKey("contact_id", "role")
    contact = models.ForeignKey(Contact, DO_NOTHING)
    role = models.TextField()
    centre = models.ForeignKey(Centre, DO_NOTHING)

    class Meta(Table.Meta):
        abstract = False
        db_table = "contact_roles"


class Membership(Table):
    person = models.ForeignKey(Person, DO_NOTHING)
    centre = models.ForeignKey(Centre, DO_NOTHING)
    role = models.TextField()
    deactivated_at = models.DateTimeField(null=True)

    class Meta(Table.Meta):
        db_table = "memberships"


class Session(Table):
    person = models.ForeignKey(Person, DO_NOTHING)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(Table.Meta):
        db_table = "sessions"


class Application(Table):
    version = models.BigIntegerField()
    reference = models.TextField()
    centre = models.ForeignKey(Centre, DO_NOTHING)
    centre_name = models.TextField()
    form_version = models.TextField()
    status = models.TextField()
    status_since = models.DateTimeField()
    returned_by_centre_lead = models.BooleanField()
    due_at = models.DateTimeField(null=True)
    clock_since = models.DateTimeField(null=True)
    working_days_used = models.BigIntegerField()
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    centre_lead = models.ForeignKey(Person, DO_NOTHING, null=True)
    withdrawal_reason = models.TextField(null=True)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta(Table.Meta):
        db_table = "applications"


class ApplicationDetails(models.Model):
    pk = models.CompositePrimaryKey("application_id", "group_key")
    application = models.ForeignKey(Application, DO_NOTHING)
    group_key = models.TextField()
    version = models.BigIntegerField()
    data = models.JSONField()
    saved_by_name = models.TextField(null=True)
    saved_at = models.DateTimeField(null=True)

    class Meta(Table.Meta):
        abstract = False
        db_table = "application_details"


class Policy(Table):
    application = models.ForeignKey(Application, DO_NOTHING)
    version = models.BigIntegerField()
    key = models.TextField()
    not_applicable_statement = models.TextField(null=True)
    declared_by_name = models.TextField(null=True)
    declared_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta(Table.Meta):
        db_table = "policies"


class PolicyVersion(Table):
    policy = models.ForeignKey(Policy, CASCADE)
    number = models.BigIntegerField()
    file_name = models.TextField()
    media_type = models.TextField()
    size_bytes = models.BigIntegerField()
    sha256 = models.TextField()
    storage_key = models.TextField()
    inspection_state = models.TextField()
    inspected_at = models.DateTimeField(null=True)
    uploaded_by = models.ForeignKey(Person, DO_NOTHING, db_column="uploaded_by")
    uploaded_by_name = models.TextField()
    uploaded_at = models.DateTimeField()

    class Meta(Table.Meta):
        db_table = "policy_versions"


class Document(Table):
    kind = models.TextField()
    version = models.BigIntegerField()

    class Meta(Table.Meta):
        db_table = "documents"


class AgreementAcceptance(Table):
    application = models.ForeignKey(Application, DO_NOTHING)
    agreement = models.ForeignKey(Document, DO_NOTHING, related_name="+")
    agreement_sha256 = models.TextField()
    code_of_conduct = models.ForeignKey(Document, DO_NOTHING, related_name="+")
    code_of_conduct_sha256 = models.TextField()
    accepted_by_name = models.TextField()
    accepted_at = models.DateTimeField()

    class Meta(Table.Meta):
        db_table = "agreement_acceptances"


class Review(Table):
    application = models.ForeignKey(Application, DO_NOTHING)
    reviewed_at = models.DateTimeField()

    class Meta(Table.Meta):
        db_table = "reviews"


class ReturnItem(Table):
    application = models.ForeignKey(Application, DO_NOTHING)
    review = models.ForeignKey(Review, DO_NOTHING)
    number = models.BigIntegerField()
    asked = models.TextField()
    answer = models.TextField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta(Table.Meta):
        db_table = "return_items"


class Interview(Table):
    application = models.ForeignKey(Application, DO_NOTHING)
    status = models.TextField()

    class Meta(Table.Meta):
        db_table = "interviews"


class Recommendation(Table):
    application = models.ForeignKey(Application, DO_NOTHING)
    recommended_by = models.UUIDField()

    class Meta(Table.Meta):
        db_table = "recommendations"


class Submission(Table):
    application = models.ForeignKey(Application, DO_NOTHING)
    number = models.BigIntegerField()
    form_version = models.TextField()
    content = models.JSONField()
    sha256 = models.TextField()
    submitted_by = models.ForeignKey(Person, DO_NOTHING, db_column="submitted_by")
    submitted_by_name = models.TextField()
    submitted_at = models.DateTimeField()

    class Meta(Table.Meta):
        db_table = "submissions"


class Invoice(Table):
    application = models.OneToOneField(Application, DO_NOTHING)
    number = models.TextField()
    centre = models.ForeignKey(Centre, DO_NOTHING)
    currency = models.TextField()
    total_pence = models.BigIntegerField()

    class Meta(Table.Meta):
        db_table = "invoices"


class InvoiceEntry(Table):
    invoice = models.ForeignKey(Invoice, DO_NOTHING)
    sequence = models.BigIntegerField()
    kind = models.TextField()
    amount_pence = models.BigIntegerField()
    currency = models.TextField()
    method = models.TextField(null=True)
    received_on = models.DateField(null=True)
    recorded_by = models.UUIDField(null=True)
    recorded_by_name = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta(Table.Meta):
        db_table = "invoice_entries"


class CentreLeadAssignment(Table):
    application = models.ForeignKey(Application, DO_NOTHING)
    centre_lead = models.ForeignKey(Person, DO_NOTHING)
    reason = models.TextField(null=True)
    assigned_at = models.DateTimeField()

    class Meta(Table.Meta):
        db_table = "centre_lead_assignments"


class InitialApplication(Address):
    reference = models.TextField()
    version = models.BigIntegerField()
    status = models.TextField()
    organisation_name = models.TextField()
    name_key = models.TextField()
    email = models.TextField()
    email_domain = models.TextField()
    telephone = models.TextField()
    super_user_first_name = models.TextField()
    super_user_last_name = models.TextField()
    super_user_job_title = models.TextField()
    super_user_email = models.TextField()
    super_user_telephone = models.TextField()
    fingerprint = models.BinaryField()
    received_at = models.DateTimeField()
    log_in_details_due_at = models.DateTimeField()

    class Meta(Table.Meta):
        db_table = "initial_applications"


class ReferenceCounter(models.Model):
    series = models.TextField(primary_key=True)
    last_number = models.BigIntegerField()

    class Meta(Table.Meta):
        abstract = False
        db_table = "reference_counters"


class EventStream(models.Model):
    aggregate_id = models.UUIDField(primary_key=True)
    last_sequence = models.BigIntegerField()

    class Meta(Table.Meta):
        abstract = False
        db_table = "event_streams"


class Event(Table):
    aggregate_type = models.TextField()
    aggregate_id = models.UUIDField()
    sequence = models.BigIntegerField()
    type = models.TextField()
    summary = models.TextField()
    occurred_at = models.DateTimeField()
    application_id = models.UUIDField(null=True)
    centre_id = models.UUIDField(null=True)
    centre_sees = models.BooleanField()
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.TextField(null=True)
    actor_roles = ArrayField(models.CharField(max_length=40))
    public = models.JSONField(null=True)
    audit = models.JSONField(null=True)

    class Meta(Table.Meta):
        db_table = "events"


class Email(Table):
    kind = models.TextField()
    arguments = models.JSONField()
    status = models.TextField()
    queued_at = models.DateTimeField()

    class Meta(Table.Meta):
        db_table = "emails"


class Job(models.Model):
    """A row of the job queue."""

    id = models.BigAutoField(primary_key=True)
    priority = models.IntegerField(default=0)
    status = models.TextField(default="queued")
    entrypoint = models.TextField()
    payload = models.BinaryField()
    headers = models.JSONField()

    class Meta(Table.Meta):
        abstract = False
        db_table = "pgqueuer"
