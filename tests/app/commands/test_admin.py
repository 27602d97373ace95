"""`zpm admin create`, `zpm audit verify`, `zpm demo totp`: how the first people come in, and who checks the log."""

import asyncio
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.__main__ import main
from app.accounts.identity import passwords
from app.commands import admin
from app.settings import SETTINGS
from tests.app.commands.conftest import Up, zpm

Said = Callable[..., tuple[int, str, str]]
LINK = re.compile(r"http://127\.0\.0\.1:8000/invitation/[\w-]{43}\?lang=(zh|en)")


@pytest.fixture
def said(cloned: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    for setting in SETTINGS:
        for name in (setting.name, f"{setting.name}_FILE"):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", cloned)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1")
    monkeypatch.setenv("ZPM_ROOT_KEY_HEX", secrets.token_hex(32))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        return code, *capsys.readouterr()

    return run


def asked(url: str, sql: str, **how: str) -> Any:
    async def ask() -> Any:
        db = await asyncpg.connect(url, server_settings=how)
        try:
            return await db.fetchval(sql)
        finally:
            await db.close()

    return asyncio.run(ask())


def test_the_first_administrator_gets_a_link(said: Said, cloned: str) -> None:
    code, out, err = said("admin", "create", "--email", "Ops@demo.invalid", "--name", "演示运维", "--language", "en")
    assert (code, err) == (0, "")
    assert LINK.match(out)
    assert "within 7 days" in out
    kept = (
        "select o.kind || ' ' || i.email || ' ' || i.roles::text"
        " from invitation i join organisation o on o.id = i.organisation_id"
    )
    assert asked(cloned, kept) == "platform ops@demo.invalid {administrator}"
    assert asked(cloned, "select count(*) from mail") == 0
    assert asked(cloned, "select actor from history where relation = 'invitation'") == "zpm admin"
    again = said("admin", "create", "--email", "ops@demo.invalid", "--name", "演示运维")  # the link got lost
    assert again[0] == 0
    assert again[1] != out
    assert asked(cloned, "select count(*) from invitation where withdrawn_at is null") == 1
    assert asked(cloned, "select count(*) from organisation where kind = 'platform'") == 1


def test_a_password_may_be_typed_instead(said: Said, cloned: str, monkeypatch: pytest.MonkeyPatch) -> None:
    create = ("admin", "create", "--email", "ops@demo.invalid", "--name", "演示运维", "--password")
    typed = iter(["short", "shore", *["green kettle paper lamp"] * 2])
    monkeypatch.setattr(admin.getpass, "getpass", lambda prompt: next(typed))
    code, out, err = said(*create)
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 2
    assert all(line.startswith("zpm admin create: ") for line in err.splitlines())
    assert asked(cloned, "select count(*) from invitation") == 0
    code, out, err = said(*create)
    assert (code, out, err) == (0, "ops@demo.invalid can sign in at http://127.0.0.1:8000/signin\n", "")
    kept = asked(cloned, "select password_hash from person where email = 'ops@demo.invalid'")
    assert asyncio.run(passwords.verified(kept, "green kettle paper lamp"))
    assert asked(cloned, "select role from membership") == "administrator"
    code, out, err = said(*create[:-1])
    assert (code, out) == (1, "")
    assert "There is a person with the e-mail ops@demo.invalid already" in err


def test_an_organisation_can_be_named(said: Said, cloned: str) -> None:
    made = "insert into organisation (kind, level, name, region_code) values ('bureau', 'city', '演示局', '330200')"
    id_ = asked(cloned, f"{made} returning id")
    create = ("admin", "create", "--email", "a@demo.invalid", "--name", "演示", "--organisation")
    assert said(*create, str(id_))[0] == 0
    assert asked(cloned, "select roles from invitation") == ["owner"]
    code, _, err = said(*create, "00000000-0000-0000-0000-000000000000")
    assert (code, "There is no organisation" in err) == (1, True)
    code, _, err = said("admin", "create", "--email", "nobody", "--name", " ", "--organisation", str(id_))
    assert (code, len(err.splitlines())) == (1, 2)
    with pytest.raises(SystemExit) as wrong:
        said(*create, "seven")
    assert wrong.value.code == 2


def test_the_log_is_checked(said: Said, cloned: str) -> None:
    assert said("admin", "create", "--email", "a@demo.invalid", "--name", "演示")[0] == 0
    code, out, err = said("audit", "verify")
    assert (code, err) == (0, "")
    assert re.fullmatch(r"\d+ rows in (\d+) links: all as they were written\.\n\1 [0-9a-f]{64}\n", out)
    asked(cloned, "delete from history where relation = 'invitation'", session_replication_role="replica")
    code, out, err = said("audit", "verify")
    assert (code, out) == (1, "")
    assert re.match(r"zpm audit verify: link \d+ does not hold\n", err)


def test_codes_of_the_demonstration(running: Up) -> None:
    for name in ("admin", "Auditor@demo.invalid"):
        done = zpm("demo", "totp", name, "--data", str(running.data))
        assert re.fullmatch(r"\d{6}\n", done.stdout), done.stderr
    for name, said in (("owner", "not set up"), ("nobody", "Nobody here is called")):
        done = zpm("demo", "totp", name, "--data", str(running.data))
        assert (done.returncode, done.stdout) == (1, "")
        assert said in done.stderr
    assert zpm("demo", "totp", "--data", str(running.data)).returncode == 2


def test_lost_codes_are_reset(said: Said, cloned: str) -> None:
    reset = ("admin", "reset-totp", "--email", "Ops@demo.invalid ")
    code, out, err = said(*reset)
    assert (code, out) == (1, "")
    assert "nobody has an account with ops@demo.invalid" in err
    person = "insert into person (email, name, password_hash) values ('ops@demo.invalid', '演示', 'x') returning id"
    asked(cloned, person)
    assert "nothing to reset" in said(*reset)[2]
    asked(cloned, "update person set totp_secret = 's', totp_since = now()")
    asked(cloned, "insert into session (id_sha256, person_id, ends_at) select 's', id, now() from person")
    code, out, err = said(*reset)
    assert (code, err) == (0, "")
    assert "ops@demo.invalid are reset" in out
    assert asked(cloned, "select totp_since is null and totp_secret is null from person")
    assert asked(cloned, "select count(*) from session") == 0
    assert asked(cloned, "select recipient from mail") == "ops@demo.invalid"
    assert asked(cloned, "select actor from history where operation = 'second-factor-reset'") == "zpm admin"
