"""Tables, and properties of single rows. Use cases are in `services`, SELECTs in `queries`."""

from app.domain.emails import EmailStatus
from app.models.applications import Application, ApplicationDetails
from app.models.bank import BankLine, BankLineMatch, BankStatement
from app.models.base import Base, personal_columns
from app.models.centres import Centre, Contact, HeldRole, Site
from app.models.confirmations import EmailChange, Invitation
from app.models.deliveries import EmailDelivery, EmailOwner
from app.models.deployment import Deployment
from app.models.documents import AgreementAcceptance, Document
from app.models.events import Event, EventStream
from app.models.external_refs import ExternalRef
from app.models.factors import Factor, FactorChallenge, RecoveryCode
from app.models.file_redactions import FileRedaction
from app.models.initial_applications import DueDiligenceCheck, InitialApplication, InitialApplicationCorrection
from app.models.integration_clients import ClientSecretUse, IntegrationClient
from app.models.interviews import CentreLeadAssignment, Interview
from app.models.invoice_addresses import InvoiceAddress
from app.models.invoices import Invoice, InvoiceEntry
from app.models.invoicing_profiles import InvoicingProfile
from app.models.jobs import Job, JobLog
from app.models.letter_choices import LetterChoices
from app.models.name_changes import NameChange
from app.models.people import Membership, Person, StaffMember
from app.models.policies import Policy, PolicyVersion, StoredFile
from app.models.recognitions import Action, ActionEvidence, Recognition, ReplacedCertificate
from app.models.reminders import Reminder
from app.models.reviews import Decision, Recommendation, ReturnItem, Review, Submission
from app.models.role_grants import RoleGrant
from app.models.search import ApplicationWord, CentreWord, InitialApplicationWord, InvoiceWord, RecognitionWord
from app.models.security_events import SecurityEvent
from app.models.sessions import PasswordReset, RefreshToken, Session
from app.models.stored_files import DamagedFile, IssuedFile, StoreCheck
from app.models.super_users import SuperUserReplacement
from app.models.support import Email, IdempotentAnswer, RateLimit, ReferenceCounter
from app.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "Action",
    "ActionEvidence",
    "AgreementAcceptance",
    "Application",
    "ApplicationDetails",
    "ApplicationWord",
    "BankLine",
    "BankLineMatch",
    "BankStatement",
    "Base",
    "Centre",
    "CentreLeadAssignment",
    "CentreWord",
    "ClientSecretUse",
    "Contact",
    "DamagedFile",
    "Decision",
    "Deployment",
    "Document",
    "DueDiligenceCheck",
    "Email",
    "EmailChange",
    "EmailDelivery",
    "EmailOwner",
    "EmailStatus",
    "Event",
    "EventStream",
    "ExternalRef",
    "Factor",
    "FactorChallenge",
    "FileRedaction",
    "HeldRole",
    "IdempotentAnswer",
    "InitialApplication",
    "InitialApplicationCorrection",
    "InitialApplicationWord",
    "IntegrationClient",
    "Interview",
    "Invitation",
    "Invoice",
    "InvoiceAddress",
    "InvoiceEntry",
    "InvoiceWord",
    "InvoicingProfile",
    "IssuedFile",
    "Job",
    "JobLog",
    "LetterChoices",
    "Membership",
    "NameChange",
    "PasswordReset",
    "Person",
    "Policy",
    "PolicyVersion",
    "RateLimit",
    "Recognition",
    "RecognitionWord",
    "Recommendation",
    "RecoveryCode",
    "ReferenceCounter",
    "RefreshToken",
    "Reminder",
    "ReplacedCertificate",
    "ReturnItem",
    "Review",
    "RoleGrant",
    "SecurityEvent",
    "Session",
    "Site",
    "StaffMember",
    "StoreCheck",
    "StoredFile",
    "Submission",
    "SuperUserReplacement",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "personal_columns",
]
