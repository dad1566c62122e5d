"""The settings whose changes are recorded: those that decide how the process goes, what it costs and who may do what.

None of them holds a secret or names a person, and none differs between the processes of a deployment.
"""

from typing import Final

from app.domain.json_values import JsonObject
from app.settings.model import Settings

RECORDED: Final = frozenset(
    {
        "environment",
        "public_url",
        "trusted_proxies",
        "cors_origins",
        "mail_from",
        "reply_to",
        "virus_scan",
        "retention",
        "webhooks",
        "reminders",
        "closing",
        "sandbox",
        "access_token_minutes",
        "refresh_token_days",
        "centre_session_days",
        "staff_idle_minutes",
        "staff_session_hours",
        "first_password_days",
        "second_factor_for_staff",
        "step_up_minutes",
        "passkey_origins",
        "passkey_rp_id",
        "passkey_user_verification",
        "upload_limit_bytes",
        "application_storage_bytes",
        "centre_storage_bytes",
        "rate_limit_scale",
        "organisation",
        "supplier",
        "fee",
        "bank",
        "invoices",
        "accounting",
        "electronic_invoices",
        "working_days",
    }
)


def recorded(settings: Settings) -> JsonObject:
    """These settings, as JSON."""
    return settings.model_dump(mode="json", include=set(RECORDED))
