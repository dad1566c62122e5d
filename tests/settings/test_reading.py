"""Settings are read as a whole: every fault is named at once, with the variable and how to mend it."""

from pathlib import Path

import pytest
from pydantic import Field, SecretStr

from app.cli.runtime import CannotStart, read_settings
from app.settings import InvalidSettings, Settings, get_settings, misspelt, settings_of
from app.settings.names import fields


def _faults(**environ: str) -> dict[str, str]:
    with pytest.raises(InvalidSettings) as refusal:
        settings_of(environ)
    return {fault.name: fault.detail for fault in refusal.value.faults}


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[fee]\ncurency = "GBP"\n[banc]\nsample = false\n', encoding="utf-8")
    faults = _faults(
        SETTINGS_FILE=str(file),
        PORT="many",
        SANDBOX="perhaps",
        LOG_LEVEL="LOUD",
        DATABASE_POOL_SIZE="0",
        SMTP__HOTS="relay.example.com",
        SMTP__PASSWORD="long-Forgotten",
        WORKING_DAYS__DECISION="five",
        ORGANISATION__ADDRESS_LINES="[1 Street",
        SECRET_KEY_FILE=str(tmp_path / "nowhere"),
        DATABASE_URL="mysql://localhost/centres",
    )
    assert faults == {
        "FEE__CURENCY": "there is no such setting: did you mean FEE__CURRENCY?",
        "BANC": "there is no such setting: did you mean BANK?",
        "PORT": "write a whole number.",
        "SANDBOX": "write 'true' or 'false'.",
        "LOG_LEVEL": "write one of 'DEBUG', 'INFO', 'WARNING' or 'ERROR'.",
        "DATABASE_POOL_SIZE": "write 1 or more.",
        "SMTP__HOTS": "there is no such setting: did you mean SMTP__HOST?",
        "WORKING_DAYS__DECISION": "write a whole number.",
        "ORGANISATION__ADDRESS_LINES": "this is not JSON; write it in SETTINGS_FILE if that is easier.",
        "SECRET_KEY_FILE": "the file cannot be read: No such file or directory.",
        "DATABASE_URL": "this is not a database URL; write postgresql://user:password@host/database.",
    }


def test_what_production_lacks_is_in_the_same_report(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ENVIRONMENT": "production", "PORT": "many", "SMTP__PORT": "0", "SMPT_HOST": "relay"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    get_settings.cache_clear()
    with pytest.raises(CannotStart) as refusal:
        read_settings()
    get_settings.cache_clear()
    lines = str(refusal.value).splitlines()
    named = [line.removeprefix("- ").split(":")[0] for line in lines[1:]]
    # SMTP__HOST is not asked for while its group has a fault.
    assert named == ["PORT", "SMTP__PORT", "SECRET_KEY", "DATABASE_URL", "FEE", "BANK",
                     "SUPPLIER__COMPANY_NUMBER", "PUBLIC_URL", "CLAMD__HOST", "SMPT_HOST is no setting"]  # fmt: skip
    assert lines[-1].endswith("did you mean SMTP__HOST?")


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"SMTP__USERNAME": "us"}, "SMTP__HOST"),
        ({"SMTP__HOST": "relay", "SMTP__USERNAME": "us"}, "SMTP__PASSWORD"),
        ({"SMTP__HOST": "relay", "SMTP__PASSWORD": "word"}, "SMTP__USERNAME"),
        ({"SMTP__HOST": "relay", "SANDBOX": "true"}, "SANDBOX"),
        ({"CLAMD__HOST": "scanner", "CLAMD__SOCKET": "/run/clamd"}, "CLAMD__SOCKET"),
        ({"DATABASE_PASSWORD": "word"}, "DATABASE_PASSWORD"),
        ({"DATABASE_PASSWORD": "word", "DATABASE_URL": "postgresql://host/db"}, "DATABASE_PASSWORD"),
        ({"DATABASE_PASSWORD": "word", "DATABASE_URL": "postgresql://us:other@host/db"}, "DATABASE_PASSWORD"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(environ: dict[str, str], name: str) -> None:
    assert list(_faults(**environ)) == [name]


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("PUBLIC_URL", ["recognition.example.com", "ftp://a.example", "https://", "https://a.example?b=c"],
         ["https://a.example", "http://127.0.0.1:8000/", "https://a.example/recognition"]),
        ("TRUSTED_PROXIES", ["proxy.internal", "10.0.0.0/33", "10.0.0.1,proxy"], ["*", "::1, 10.0.0.0/8", "10.1.2.3"]),
    ],
)  # fmt: skip
def test_an_address_that_would_never_do_is_refused(name: str, wrong: list[str], right: list[str]) -> None:
    for text in wrong:
        assert list(_faults(**{name: text})) == [name], text
    for text in right:
        settings_of({name: text})


@pytest.mark.parametrize(
    ("name", "wrong", "told"),
    [
        ("REPLY_TO__FINANCE", "Finance <finance@example.com>", "one email address without a name"),
        ("DOCUMENT_STORE_URL", "/srv/documents", "file:///srv/documents"),
        ("S3__ENDPOINT", "s3.example.com", "scheme and host alone"),
        ("BANK__SORT_CODE", "123456", "12-34-56"),
        ("FEE__CURRENCY", "pounds", "ISO 4217"),
        ("ORGANISATION__PRIMARY_COLOUR", "purple", "six hexadecimal digits"),
    ],
)
def test_what_to_write_is_said_in_words(name: str, wrong: str, told: str) -> None:
    (sentence,) = _faults(**{name: wrong}).values()
    assert told in sentence
    assert sentence.startswith("write ")


def test_no_setting_is_told_by_a_pattern() -> None:
    """A regular expression helps nobody who has to mend a setting."""
    patterned = [name for name, (_, field) in fields().items() if "pattern=" in repr(field.metadata)]
    assert patterned == []
    assert "pattern=" in repr(Field(pattern="x").metadata)


@pytest.mark.parametrize("name", ["SECRET_KEY", "SECRET_KEY_PREVIOUS"])
def test_a_short_key_is_refused_in_development_too(name: str) -> None:
    assert _faults(**{name: "short"}) == {name: "set a random one of at least 32 characters."}
    settings_of({name: "k" * 32})


def test_no_fault_shows_a_value(tmp_path: Path) -> None:
    secret = "Marple-and-Poirot"
    file = tmp_path / "settings.toml"
    file.write_text(f'secret_key = "{secret}\n', encoding="utf-8")
    with pytest.raises(InvalidSettings) as refusal:
        settings_of(
            {"SETTINGS_FILE": str(file), "PORT": secret, "DATABASE_URL": secret, "TRUSTED_PROXIES": "[" + secret}
        )
    assert len(refusal.value.faults) == 4
    assert secret not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DATABSE_URL", "DATABASE_URL"),
        ("SMTP_HOST", "SMTP__HOST"),
        ("SECRETKEY", "SECRET_KEY"),
        ("LOG_LEVLE", "LOG_LEVEL"),
        ("SANDBX", "SANDBOX"),
        ("ADMIN_PASWORD_FILE", "ADMIN_PASSWORD"),
        ("DATABASE_POOL_SIZES", "DATABASE_POOL_SIZE"),
        ("SECRET_KEYS_FILE", "SECRET_KEY"),
        ("IS_SANDBOX", None),
        ("HOSTNAME", None),
        ("XDG_DATA_DIRS", None),
        ("NODE_ENV", None),
        ("PGDATABASE", None),
    ],
)
def test_misspelt_variables_are_noticed(name: str, meant: str | None) -> None:
    told = [f"{name} is no setting: did you mean {meant}?"] if meant else []
    assert misspelt({name: "x", "PATH": "/bin"}) == told


def test_what_kubernetes_says_of_its_services_is_not_misspelt() -> None:
    assert misspelt({"SMTP_PORT": "tcp://10.0.0.1:587"}) == []


def test_a_setting_that_is_set_is_not_what_another_name_means() -> None:
    assert misspelt({"SMTP_HOST": "relay", "SMTP__HOST": "relay"}) == []


def test_the_environment_overrides_the_file_within_a_group(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('port = 1\ntrusted_proxies = ["::1"]\n[smtp]\nhost = "one"\nport = 25\n', encoding="utf-8")
    found = settings_of(
        {"SETTINGS_FILE": str(file), "smtp__host": "two", "PORT": "2", "CORS_ORIGINS": "https://a.example"}
    )
    assert (found.smtp.host, found.smtp.port, found.port) == ("two", 25, 2)
    assert (found.trusted_proxies, found.cors_origins) == (("::1",), ("https://a.example",))


def test_an_empty_variable_is_not_set() -> None:
    assert settings_of({"PORT": "", "SMTP__USERNAME": "", "SMTP__PASSWORD_FILE": "", "SETTINGS_FILE": ""}) == Settings()


def test_groups_and_lists_can_be_json() -> None:
    found = settings_of(
        {"SMTP": '{"host": "relay", "port": 25}', "SMTP__PORT": "26", "ORGANISATION__ADDRESS_LINES": '["1 Street"]'}
    )
    assert (found.smtp.host, found.smtp.port, found.organisation.address_lines) == ("relay", 26, ("1 Street",))


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("postgresql://us@db.example/centres", "postgresql://us:a%2Fb%40c@db.example/centres"),
        ("postgres://us@db1,db2:6432/x?sslmode=require", "postgres://us:a%2Fb%40c@db1,db2:6432/x?sslmode=require"),
        ("postgresql://us@/centres?host=/run/postgresql", "postgresql://us:a%2Fb%40c@/centres?host=/run/postgresql"),
        ("postgresql://us@db.example?user=x@y", "postgresql://us:a%2Fb%40c@db.example?user=x@y"),
    ],
)
def test_the_password_goes_into_the_url(url: str, whole: str) -> None:
    found = Settings(database_url=SecretStr(url), database_password=SecretStr("a/b@c"))
    assert found.database_url is not None
    assert found.database_url.get_secret_value() == whole
    assert found.database_password is None


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("postgresql://db.example/x", "postgresql://api:a%2Fb@db.example/x"),
        ("postgresql://owner@db1,db2:6432/x", "postgresql://api:a%2Fb@db1,db2:6432/x"),
    ],
)
def test_a_process_has_a_database_user_of_its_own(url: str, whole: str) -> None:
    found = Settings(database_url=SecretStr(url), database_user="api", database_password=SecretStr("a/b"))
    assert found.database_url is not None
    assert found.database_url.get_secret_value() == whole
    assert _faults(DATABASE_URL="postgresql://a:b@db/x", DATABASE_USER="api").keys() == {"DATABASE_USER"}
    assert _faults(DATABASE_USER="api").keys() == {"DATABASE_USER"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"BOUNCES__PER_LETTER": "true"}, {"BOUNCES__ADDRESS"}),
        ({"BOUNCES__IMAP_HOST": "imap.example.com"}, {"BOUNCES__USERNAME", "BOUNCES__PASSWORD"}),
        ({"BOUNCES__USERNAME": "bounces", "BOUNCES__PASSWORD": "a-Password"}, {"BOUNCES__IMAP_HOST"}),
        (
            {"BOUNCES__ADDRESS": "nobody", "REPLY_TO__FINANCE": "x\nBcc: e@example.org"},
            {"BOUNCES__ADDRESS", "REPLY_TO__FINANCE"},
        ),
    ],
)
def test_a_mailbox_for_bounces_is_named_as_a_whole(given: dict[str, str], named: set[str]) -> None:
    assert _faults(**given).keys() == named
