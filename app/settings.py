"""The typed settings of a deployment, read from the environment and an optional settings file.

Every default is either safe in production, or production refuses to start with it (see `Settings.sample_values`).
"""

import re
import tomllib
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from app.domain import limits
from app.domain.fees import VatCategory

# Responses and documents show these values, so they have the limits that the contract promises.
_Short = Annotated[str, Field(min_length=1, max_length=100)]
_Title = Annotated[str, Field(min_length=1, max_length=200)]
_Telephone = Annotated[str, Field(min_length=3, max_length=40)]
_Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
_WebAddress = Annotated[str, Field(max_length=2048, pattern=r"^https?://\S+$")]
# A folder by its absolute path, or a bucket with an optional prefix.
_STORE_URL = r"^(file:///[^\s]+|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9][A-Za-z0-9._/-]*)?)$"
_RegisteredNumber = Annotated[str, Field(min_length=1, max_length=30)]


class Environment(StrEnum):
    """Where the process runs. Only development accepts unsafe defaults."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HelpContacts(_Part):
    """The help contacts for each stage (R25). The two mail domains differ in the guide too."""

    telephone: _Telephone = "01332 341822"
    enquiries_email: _Email = "enquiries@aimgroup.org.uk"
    applications_email: _Email = "applications@aim-group.org.uk"


class UsefulLink(_Part):
    """A useful link, with its number in the guide (R25)."""

    number: Annotated[int, Field(ge=1, le=1000)]
    title: _Title
    url: _WebAddress


class AwardingOrganisation(_Part):
    """The awarding organisation of this deployment. The defaults are AIM's, from its guide."""

    name: _Title = "AIM Qualifications and Assessment Group"
    short_name: _Short = "AIM"
    address_lines: Annotated[tuple[_Short, ...], Field(max_length=limits.ADDRESS_LINES)] = (
        "3 Pride Point Drive",
        "Pride Park",
        "Derby",
        "DE24 8BX",
    )
    website: _WebAddress = "https://www.aimgroup.org.uk"
    portal_url: _WebAddress = "https://miaportal.org.uk"
    portal_name: _Short = "MIA portal"
    help: HelpContacts = HelpContacts()
    useful_links: Annotated[tuple[UsefulLink, ...], Field(max_length=limits.USEFUL_LINKS)] = (
        UsefulLink(
            number=1,
            title="AIM Centre handbooks and forms",
            url="https://www.aimgroup.org.uk/centre-handbooks-and-forms",
        ),
        UsefulLink(number=2, title="AIM website", url="https://www.aimgroup.org.uk"),
        UsefulLink(number=3, title="Being an AIM centre guide", url="https://www.aimgroup.org.uk/being-an-aim-centre"),
        UsefulLink(number=4, title="Centre application web form", url="https://www.aimgroup.org.uk/centre-application"),
        UsefulLink(
            number=5,
            title="How to register on the Learning Records Service (GOV.UK)",
            url="https://www.gov.uk/government/publications/lrs-registration-documents",
        ),
        UsefulLink(
            number=6,
            title="Invigilation guidance for AIM external assessments guide",
            url="https://www.aimgroup.org.uk/invigilation-guidance",
        ),
        UsefulLink(number=7, title="MIA Portal", url="https://miaportal.org.uk"),
    )
    primary_colour: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] = "#4B2E83"
    accent_colour: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] = "#E6007E"


class Fee(_Part):
    """The recognition fee and its VAT treatment. The guide has neither, so the defaults are samples."""

    amount_pence: Annotated[int, Field(ge=0, le=10_000_000)] = 50_000
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "GBP"
    description: _Title = "Centre recognition fee (sample)"
    vat_category: VatCategory = VatCategory.EXEMPT
    vat_rate_percent: Annotated[Decimal, Field(ge=0, le=100, decimal_places=4)] = Decimal("0")
    vat_exemption_reason: Annotated[str, Field(max_length=500)] | None = (
        "Sample: VAT treatment to be set by the awarding organisation's finance team"
    )
    payment_terms_days: Annotated[int, Field(ge=1, le=365)] = 30
    sample: bool = True

    @model_validator(mode="after")
    def _vat_adds_up(self) -> Self:
        """EN 16931 BR-S, BR-E, BR-O: only the standard category has a rate, and an exemption needs a reason."""
        if (self.vat_category is VatCategory.STANDARD) != (self.vat_rate_percent > 0):
            raise ValueError("fee: category S needs a VAT rate above 0, and no other category has one")
        if self.vat_category in (VatCategory.EXEMPT, VatCategory.OUTSIDE) and not self.vat_exemption_reason:
            raise ValueError("fee: categories E and O need a vat_exemption_reason")
        return self


class Bank(_Part):
    """The account that invoices are paid into. The default is a sample that exists at no bank."""

    account_name: _Title = "SAMPLE ACCOUNT - DO NOT PAY"
    sort_code: Annotated[str, Field(pattern=r"^\d{2}-\d{2}-\d{2}$")] = "00-00-00"
    account_number: Annotated[str, Field(pattern=r"^\d{8}$")] = "00000000"
    iban: Annotated[str, Field(max_length=34)] | None = None
    bic: Annotated[str, Field(max_length=11)] | None = None
    sample: bool = True


class Supplier(_Part):
    """The legal entity that issues invoices. Its name defaults to the awarding organisation's."""

    legal_name: _Title | None = None
    company_number: _RegisteredNumber | None = None
    vat_number: _RegisteredNumber | None = None


class AccountTeamMember(_Part):
    """A contact at the awarding organisation for recognised centres (R21, R22)."""

    role: _Short
    name: _Title
    email: _Email
    telephone: _Telephone


class WorkingDays(_Part):
    """The working days that staff have for each stage (R05). Only the first is from the guide."""

    log_in_details: Annotated[int, Field(ge=0, le=250)] = 2
    initial_review: Annotated[int, Field(ge=0, le=250)] = 5
    centre_lead_review: Annotated[int, Field(ge=0, le=250)] = 10
    decision: Annotated[int, Field(ge=0, le=250)] = 5


class Smtp(_Part):
    """An SMTP relay. Without a host, mail is captured in `DATA_DIR/mail`."""

    host: str | None = None
    port: int = 587
    username: str | None = None
    password: SecretStr | None = None
    start_tls: bool = True


class ReplyTo(_Part):
    """Who gets the replies to letters of each stage, where it is not the help contact (R25)."""

    applications: _Email | None = None
    enquiries: _Email | None = None
    finance: _Email | None = None


class S3(_Part):
    """An S3-compatible service. Without keys, they come from AWS_… variables or the machine's role."""

    endpoint: Annotated[str, Field(pattern=r"^https?://[^/?#\s]+/?$")] | None = None
    region: Annotated[str, Field(min_length=1, max_length=100)] = "us-east-1"
    access_key_id: str | None = None
    secret_access_key: SecretStr | None = None
    virtual_hosted: bool = False
    plain_http: bool = False
    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 8

    @property
    def may_be_plain(self) -> bool:
        """True if the endpoint may be `http`: it is on this machine, or the operator says so."""
        host = urlsplit(self.endpoint or "").hostname
        return self.plain_http or host in ("localhost", "127.0.0.1", "::1")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.access_key_id is None) != (self.secret_access_key is None):
            raise ValueError("S3__ACCESS_KEY_ID and S3__SECRET_ACCESS_KEY are set together, or neither is")
        if self.endpoint is not None and self.endpoint.startswith("http://") and not self.may_be_plain:
            raise ValueError(
                "S3__ENDPOINT is http, so anybody on the way reads documents: use https, or set S3__PLAIN_HTTP"
            )
        return self


class Settings(BaseSettings):
    """All settings: environment variables (`SMTP__HOST` for a nested one), or the TOML file `SETTINGS_FILE`."""

    model_config = SettingsConfigDict(env_nested_delimiter="__", extra="ignore", frozen=True)

    environment: Environment = Environment.DEVELOPMENT
    data_dir: Path = Path("data")
    document_store_url: Annotated[str, Field(pattern=_STORE_URL)] | None = None
    s3: S3 = S3()
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    public_url: str | None = None
    database_url: SecretStr | None = None
    database_pool_size: Annotated[int, Field(ge=1, le=200)] = 10
    database_pool_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 5
    request_deadline_seconds: Annotated[float, Field(gt=0, le=300)] = 10
    secret_key: SecretStr | None = None
    admin_email: str | None = None
    admin_password: SecretStr | None = None
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    mail_from: str = "AIM Qualifications <no-reply@aimgroup.org.uk>"
    reply_to: ReplyTo = ReplyTo()
    smtp: Smtp = Smtp()
    sandbox: bool = False
    access_token_minutes: Annotated[int, Field(ge=1, le=60)] = 15
    refresh_token_days: Annotated[int, Field(ge=1, le=90)] = 14
    first_password_days: Annotated[int, Field(ge=1, le=30)] = 7
    body_limit_bytes: Annotated[int, Field(ge=1024)] = 1_048_576
    upload_limit_bytes: Annotated[int, Field(ge=1024)] = 25 * 1024 * 1024
    metrics_token: SecretStr | None = None
    rate_limit_scale: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    log_level: str = "INFO"
    organisation: AwardingOrganisation = AwardingOrganisation()
    supplier: Supplier = Supplier()
    fee: Fee = Fee()
    bank: Bank = Bank()
    working_days: WorkingDays = WorkingDays()
    account_team: Annotated[tuple[AccountTeamMember, ...], Field(max_length=limits.ACCOUNT_TEAM)] = (
        AccountTeamMember(
            role="Customer experience",
            name="Customer experience team",
            email="enquiries@aimgroup.org.uk",
            telephone="01332 341822",
        ),
    )

    @field_validator("trusted_proxies", "cors_origins", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        """`TRUSTED_PROXIES=10.0.0.1,10.0.0.2` in the environment; a list in the settings file."""
        return tuple(part.strip() for part in given.split(",") if part.strip()) if isinstance(given, str) else given

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        """Origins are compared byte for byte with the browser's header, so any other spelling would never match."""
        if not all(_is_origin(origin) for origin in given):
            raise ValueError(
                "write each origin as browsers send it, like https://apply.example.com or http://localhost:5173: "
                "in lower case, with the port unless it is the scheme's default, and without a path"
            )
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

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment overrides the settings file, so that secrets can stay out of files."""
        return init_settings, env_settings, _SettingsFile(settings_cls)

    @property
    def production(self) -> bool:
        """True in production, where unsafe defaults are refused."""
        return self.environment is Environment.PRODUCTION

    def sample_values(self) -> list[str]:
        """Names of the parts that are still samples; production must have none."""
        return [name for name, part in (("fee", self.fee), ("bank", self.bank)) if part.sample]


_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
)


def _is_origin(text: str) -> bool:
    """True for an origin as RFC 6454 section 6.2 writes it, of the web's two schemes."""
    found = _ORIGIN.fullmatch(text)
    if found is None:
        return False
    own = {"http": 80, "https": 443}[found["scheme"]]
    return found["port"] is None or (int(found["port"]) != own and int(found["port"]) < 65536)


class _SettingsFile(PydanticBaseSettingsSource):
    """`SETTINGS_FILE`, a TOML file with the same names as the fields."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        raise LookupError("the file is read as a whole")

    def __call__(self) -> dict[str, object]:
        import os

        path = os.environ.get("SETTINGS_FILE")
        found = tomllib.loads(Path(path).read_text(encoding="utf-8")) if path else {}
        unknown = sorted(found.keys() - self.settings_cls.model_fields.keys())
        if unknown:
            raise ValueError(f"SETTINGS_FILE has names that are no settings: {', '.join(unknown)}")
        return found


@lru_cache
def get_settings() -> Settings:
    """The process's settings, read once."""
    return Settings()
