"""All the settings of a deployment.

Every default is either safe in production, or production refuses to start with it (see `Settings.sample_values`).
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from app.domain import limits
from app.settings.database_account import with_account
from app.settings.mail import Bounces, ReplyTo, Smtp
from app.settings.money import Accounting, Bank, ElectronicInvoices, Fee, Invoices
from app.settings.organisation import AccountTeamMember, AwardingOrganisation, Closing, WorkingDays
from app.settings.origins import is_network, is_origin, is_web_address
from app.settings.parts import DatabaseTls
from app.settings.reminders import Reminders
from app.settings.retention import Retention
from app.settings.root_path import fault_of
from app.settings.scanning import ClamdAddress, VirusScan
from app.settings.storage import S3, StoreUrl
from app.settings.supplier import Supplier
from app.settings.webhooks import Webhooks


class Environment(StrEnum):
    """Where the process runs. Only development accepts unsafe defaults."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseModel):
    """All settings; `app.settings.reading` fills them in from the environment and files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    environment: Environment = Environment.DEVELOPMENT
    data_dir: Path = Path("data")
    document_store_url: StoreUrl | None = None
    s3: S3 = S3()
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    worker_port: Annotated[int, Field(ge=0, le=65535)] | None = None
    public_url: str | None = None
    root_path: str = ""
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    drain_seconds: Annotated[float, Field(ge=0, le=300)] = 5
    database_url: SecretStr | None = None
    database_user: str | None = None
    database_password: SecretStr | None = None
    database_tls: DatabaseTls = DatabaseTls.REQUIRED
    database_pool_size: Annotated[int, Field(ge=1, le=200)] = 10
    database_pool_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 5
    job_concurrency: Annotated[int, Field(ge=1, le=200)] = 20
    request_deadline_seconds: Annotated[float, Field(gt=0, le=300)] = 10
    secret_key: SecretStr | None = None
    secret_key_previous: SecretStr | None = None
    admin_email: str | None = None
    admin_password: SecretStr | None = None
    trusted_proxies: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    mail_from: str = "AIM Qualifications <no-reply@aimgroup.org.uk>"
    reply_to: ReplyTo = ReplyTo()
    smtp: Smtp = Smtp()
    bounces: Bounces = Bounces()
    clamd: ClamdAddress = ClamdAddress()
    virus_scan: VirusScan = VirusScan.ON
    reminders: Reminders = Reminders()
    retention: Retention = Retention()
    webhooks: Webhooks = Webhooks()
    sandbox: bool = False
    access_token_minutes: Annotated[int, Field(ge=1, le=60)] = 15
    refresh_token_days: Annotated[int, Field(ge=1, le=90)] = 14
    centre_session_days: Annotated[int, Field(ge=1, le=365)] = 30
    staff_idle_minutes: Annotated[int, Field(ge=5, le=1440)] = 120
    staff_session_hours: Annotated[int, Field(ge=1, le=168)] = 12
    breached_passwords_url: str | None = None
    first_password_days: Annotated[int, Field(ge=1, le=30)] = 7
    second_factor_for_staff: bool | None = None
    step_up_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    passkey_origins: tuple[str, ...] = ()
    passkey_rp_id: str | None = None
    passkey_user_verification: Literal["preferred", "required"] = "preferred"
    body_limit_bytes: Annotated[int, Field(ge=1024)] = 1_048_576
    upload_limit_bytes: Annotated[int, Field(ge=1024)] = 25 * 1024 * 1024
    application_storage_bytes: Annotated[int, Field(ge=1024)] = 1024**3
    centre_storage_bytes: Annotated[int, Field(ge=1024)] = 4 * 1024**3
    metrics_token: SecretStr | None = None
    rate_limit_scale: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    organisation: AwardingOrganisation = AwardingOrganisation()
    supplier: Supplier = Supplier()
    fee: Fee = Fee()
    bank: Bank = Bank()
    invoices: Invoices = Invoices()
    accounting: Accounting = Accounting()
    electronic_invoices: ElectronicInvoices = ElectronicInvoices()
    working_days: WorkingDays = WorkingDays()
    closing: Closing = Closing()
    account_team: Annotated[tuple[AccountTeamMember, ...], Field(max_length=limits.ACCOUNT_TEAM)] = (
        AccountTeamMember(
            role="Customer experience",
            name="Customer experience team",
            email="enquiries@aimgroup.org.uk",
            telephone="01332 341822",
        ),
    )

    @field_validator("trusted_proxies", "cors_origins", "passkey_origins", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        """`TRUSTED_PROXIES=10.0.0.1,10.0.0.2` in the environment; a list in the settings file."""
        return tuple(part.strip() for part in given.split(",") if part.strip()) if isinstance(given, str) else given

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        """A name would never match the address of a connection."""
        if not all(proxy == "*" or is_network(proxy) for proxy in given):
            raise ValueError("write addresses or networks, like 10.0.0.7 or 10.0.0.0/24; names are not looked up")
        return given

    @field_validator("public_url", "breached_passwords_url")
    @classmethod
    def _of_the_web(cls, given: str | None) -> str | None:
        """Certificates carry the public one for good."""
        if given is not None and not is_web_address(given):
            raise ValueError("write the whole public address, like https://recognition.example.com, without a query")
        return given

    @field_validator("cors_origins", "passkey_origins")
    @classmethod
    def _origins(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        """Origins are compared byte for byte with the browser's header, so any other spelling would never match."""
        if not all(is_origin(origin) for origin in given):
            raise ValueError(
                "write each origin as browsers send it, like https://apply.example.com or http://localhost:5173: "
                "in lower case, with the port unless it is the scheme's default, and without a path"
            )
        return given

    @field_validator("root_path")
    @classmethod
    def _no_address_of_ours(cls, given: str) -> str:
        if (fault := fault_of(given)) is not None:
            raise ValueError(fault)
        return given

    @field_validator("sandbox")
    @classmethod
    def _nothing_real_beside_it(cls, given: bool, info: ValidationInfo) -> bool:
        """A malformed field is missing from `data`, and is reported anyway."""
        if given and info.data.get("environment") is Environment.PRODUCTION:
            raise PydanticCustomError("sandbox", "the sandbox cannot run in production")
        if given and "smtp" in info.data and info.data["smtp"].host is not None:
            raise PydanticCustomError("sandbox", "the sandbox captures mail, so leave SMTP__HOST out")
        return given

    @model_validator(mode="before")
    @classmethod
    def _password_in_its_place(cls, given: object) -> object:
        """The database is opened by its URL alone."""
        return with_account(given) if isinstance(given, dict) else given

    @property
    def production(self) -> bool:
        """True in production, where unsafe defaults are refused."""
        return self.environment is Environment.PRODUCTION

    @property
    def staff_need_second_factor(self) -> bool:
        """True where staff can do nothing without a second factor: by default in production."""
        return self.production if self.second_factor_for_staff is None else self.second_factor_for_staff

    @property
    def scanning(self) -> bool:
        """True where uploads are scanned for viruses."""
        return self.virus_scan is VirusScan.ON and self.clamd.named

    def sample_values(self) -> list[str]:
        """Names of the parts that are still samples; production must have none."""
        return [name for name, part in (("fee", self.fee), ("bank", self.bank)) if part.sample]
