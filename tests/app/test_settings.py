"""Settings: all that is wrong is named at once, by stable ids."""

from pathlib import Path

import pytest

from app.settings import SETTINGS, MailServer, SettingsRefused, from_environment
from codes.serial import EpochState

GOOD = {
    "DATABASE_URL": "postgresql://db/zpm",
    "REDIS_URL": "redis://cache",
    "ZPM_ROOT_KEY_HEX": "ab" * 32,
}

WRONG = {
    "Z01": ("DATABASE_URL", "mysql://db"),
    "Z02": ("REDIS_URL", "memcached://x"),
    "Z03": ("ZPM_ROOT_KEY_HEX", "abc"),
    "Z04": ("ZPM_PUBLIC_URL", "https://host/path"),
    "Z05": ("ZPM_EPOCHS", "1:issuing,1:retired"),
    "Z06": ("ZPM_ISSUING_EPOCH", "0"),
    "Z08": ("ZPM_LABEL_CASE", "Upper"),
    "Z09": ("ZPM_API_KEY_SHA256", "secret"),
    "Z10": ("ZPM_WECHAT_FOLDER", "/does/not/exist"),
    "Z12": ("ZPM_DEMONSTRATION", "perhaps"),
    "Z13": ("ZPM_VIEW_DAYS", "0"),
    "Z14": ("ZPM_SMTP_URL", "smtp://zpm:secret@mail.example"),
    "Z15": ("ZPM_MAIL_FROM", "zpm"),
    "Z16": ("ZPM_FILES", "s3://?endpoint=x"),
    "Z17": ("ZPM_S3_KEY", "two words"),
    "Z18": ("ZPM_S3_SECRET", ""),
    "Z19": ("ZPM_KEY_RATE", "0"),
    "Z20": ("ZPM_PROXIES", "10.0.0.0/40"),
}


def test_good_settings_are_read_with_their_defaults() -> None:
    settings = from_environment(GOOD | {"ZPM_PUBLIC_URL": "HTTPS://ZPM.Example", "ZPM_EPOCHS": "0:verify-only, 1"})
    assert settings.public_url == "https://zpm.example"
    assert settings.host == "zpm.example"
    assert settings.epochs == {0: EpochState.VERIFY_ONLY, 1: EpochState.ISSUING}
    assert "ab" * 8 not in repr(settings)


@pytest.mark.parametrize("id_", WRONG)
def test_each_wrong_setting_is_named_by_its_id(id_: str) -> None:
    name, value = WRONG[id_]
    with pytest.raises(SettingsRefused) as refused:
        from_environment(GOOD | {name: value})
    assert [(one.id, one.name) for one in refused.value.wrong] == [(id_, name)]
    assert from_environment(GOOD).root_key == bytes.fromhex("ab" * 32)


@pytest.mark.parametrize("url", ["redis://h:99999", "redis://h:abc", "redis://h:0"])
def test_a_port_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsRefused, match="Z02"):
        from_environment(GOOD | {"REDIS_URL": url})
    assert from_environment(GOOD | {"REDIS_URL": "redis://h:6380/2"}).redis_url == "redis://h:6380/2"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer(host="mail.example", port=25)),
        ("smtp://z%40x:p%2F@mail.example?starttls",
         MailServer(host="mail.example", port=587, user="z@x", password="p/", starttls=True)),
        ("smtps://z:p@mail.example", MailServer(host="mail.example", port=465, user="z", password="p", tls=True)),
        ("smtp://z:p@127.0.0.1:2525", MailServer(host="127.0.0.1", port=2525, user="z", password="p")),
    ],
)  # fmt: skip
def test_a_mail_server_is_read_and_needs_a_sender(url: str, server: MailServer) -> None:
    settings = from_environment(GOOD | {"ZPM_SMTP_URL": url, "ZPM_MAIL_FROM": "浙品码 <zpm@mail.example>"})
    assert (settings.smtp, settings.mail_from) == (server, "浙品码 <zpm@mail.example>")
    with pytest.raises(SettingsRefused, match="Z15"):
        from_environment(GOOD | {"ZPM_SMTP_URL": url})


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SettingsRefused) as refused:
        from_environment(dict(WRONG.values()))
    assert {one.id for one in refused.value.wrong} == set(WRONG)
    with pytest.raises(SettingsRefused) as refused:
        from_environment({})
    assert [one.id for one in refused.value.wrong] == [setting.id for setting in SETTINGS if setting.required]


def test_the_issuing_epoch_must_issue() -> None:
    with pytest.raises(SettingsRefused, match="Z06"):
        from_environment(GOOD | {"ZPM_EPOCHS": "0:issuing,1:verify-only"})
    moved = from_environment(GOOD | {"ZPM_EPOCHS": "0:issuing,1:verify-only,2:issuing", "ZPM_ISSUING_EPOCH": "2"})
    assert moved.issuing_epoch == 2


def test_secrets_come_from_files(tmp_path: Path) -> None:
    file = tmp_path / "root.key"
    file.write_text("cd" * 32 + "\n")
    environment = {name: value for name, value in GOOD.items() if name != "ZPM_ROOT_KEY_HEX"}
    assert from_environment(environment | {"ZPM_ROOT_KEY_HEX_FILE": str(file)}).root_key == bytes.fromhex("cd" * 32)
    with pytest.raises(SettingsRefused, match=r"Z03 .*cannot be read"):
        from_environment(environment | {"ZPM_ROOT_KEY_HEX_FILE": str(tmp_path / "missing")})
