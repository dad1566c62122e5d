"""Which settings are recorded: each is, or is left out on purpose, and no secret is."""

import re

from pydantic import SecretStr

from app.settings import Settings
from app.settings.names import fields
from app.settings.recorded import RECORDED, recorded

# Where things are and how much of them there is, which may differ between processes; secrets; names of people.
LEFT_OUT = {
    "data_dir",
    "document_store_url",
    "s3",
    "host",
    "port",
    "worker_port",
    "root_path",
    "workers",
    "drain_seconds",
    "database_url",
    "database_user",
    "database_password",
    "database_tls",
    "database_pool_size",
    "database_pool_timeout_seconds",
    "job_concurrency",
    "request_deadline_seconds",
    "secret_key",
    "secret_key_previous",
    "admin_email",
    "admin_password",
    "smtp",
    "bounces",
    "clamd",
    "breached_passwords_url",
    "body_limit_bytes",
    "metrics_token",
    "log_level",
    "account_team",
}


def test_every_setting_is_recorded_or_left_out_on_purpose() -> None:
    assert set(Settings.model_fields) == RECORDED | LEFT_OUT
    assert not RECORDED & LEFT_OUT


def test_no_secret_is_recorded() -> None:
    secret = [path for path, field in fields().values() if re.search("Secret", str(field.annotation))]
    assert len(secret) >= 5
    assert not {path[0] for path in secret} & RECORDED


def test_what_is_recorded_is_plain_json() -> None:
    shown = recorded(Settings(secret_key=SecretStr("a key for tests that is long enough")))
    assert shown["fee"]["amount_pence"] == 50_000
    assert shown["fee"]["vat_rate_percent"] == "0"
    assert "secret_key" not in shown
