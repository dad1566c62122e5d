"""Every setting can stand in a file of its own, which `<NAME>_FILE` names."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

import pytest

from app.settings import InvalidSettings, Settings, read_by_all, settings_of
from app.settings.names import fields, group_of


def _refusal(**environ: str) -> str:
    with pytest.raises(InvalidSettings) as refusal:
        settings_of(environ)
    (fault,) = refusal.value.faults
    return str(fault)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "secret"
    made.write_text("a key that nobody else has seen yet\n", encoding="utf-8")
    made.chmod(0o400)
    return made


def test_both_a_value_and_a_file_are_refused(file: Path) -> None:
    assert _refusal(SECRET_KEY="k" * 32, SECRET_KEY_FILE=str(file)) == (
        "SECRET_KEY: set either SECRET_KEY or SECRET_KEY_FILE, not both."
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty; write the value into it."),
        (b"\r\n\n", "the file is empty; write the value into it."),
        (b"\xff\xfe", "the file is not UTF-8 text."),
        (b"k" * 65_537, "the file has more than 65536 bytes; it can hold no setting."),
    ],
)
def test_a_file_without_a_value_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    assert _refusal(SECRET_KEY_FILE=str(file)) == f"SECRET_KEY_FILE: {sentence}"


def test_a_path_without_a_file_is_refused(tmp_path: Path) -> None:
    assert _refusal(SMTP__PASSWORD_FILE=str(tmp_path)) == "SMTP__PASSWORD_FILE: name a file; this path is none."
    missing = _refusal(METRICS_TOKEN_FILE=str(tmp_path / "missing"))
    assert missing == "METRICS_TOKEN_FILE: the file cannot be read: No such file or directory."


@pytest.fixture
def account_without_rights() -> Iterator[None]:
    """Root reads every file, so a test that runs as root becomes somebody else."""
    account = os.geteuid()
    if account == 0:
        os.seteuid(65534)
    yield
    os.seteuid(account)


@pytest.mark.usefixtures("account_without_rights")
def test_a_file_that_this_account_may_not_read_is_refused() -> None:
    with NamedTemporaryFile(dir="/var/tmp") as file:
        Path(file.name).chmod(0)
        assert _refusal(SECRET_KEY_FILE=file.name) == "SECRET_KEY_FILE: the file cannot be read: Permission denied."


def test_a_file_that_everybody_can_write_is_refused(file: Path) -> None:
    file.chmod(0o606)
    assert _refusal(SECRET_KEY_FILE=str(file)).startswith("SECRET_KEY_FILE: everybody can write to the file")


def test_the_line_end_is_not_part_of_the_value(file: Path) -> None:
    found = settings_of({"SECRET_KEY_FILE": str(file), "DATABASE_PASSWORD_FILE": str(file),
                         "DATABASE_URL": "postgresql://us@db.example/centres"})  # fmt: skip
    assert found.secret_key is not None
    assert found.database_url is not None
    assert found.secret_key.get_secret_value() == "a key that nobody else has seen yet"
    assert ":a%20key%20that" in found.database_url.get_secret_value()


def test_every_setting_can_be_a_file(tmp_path: Path) -> None:
    """The file's value is judged like the variable's: the same faults, and none of the file."""
    for name, (_, field) in fields().items():
        if group_of(field) is not None:
            continue
        file = tmp_path / name
        file.write_text("not\tright [\n", encoding="utf-8")
        assert _outcome({f"{name}_FILE": str(file)}) == _outcome({name: "not\tright ["}), name
    assert len(list(tmp_path.iterdir())) > 50


def _outcome(environ: dict[str, str]) -> "list[str] | Settings":
    try:
        return settings_of(environ)
    except InvalidSettings as error:
        return [str(fault) for fault in error.faults]


def test_a_file_that_every_account_can_read_is_noticed() -> None:
    with TemporaryDirectory(dir="/var/tmp") as name:
        folder, file = Path(name), Path(name) / "secret"
        file.write_text("word", encoding="utf-8")
        for of_folder, of_file, found in ((0o700, 0o644, False), (0o755, 0o640, False), (0o755, 0o644, True)):
            folder.chmod(of_folder)
            file.chmod(of_file)
            assert read_by_all(str(file)) is found
