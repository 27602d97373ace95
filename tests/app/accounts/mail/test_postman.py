"""Letters leave through a real SMTP server on this machine; what cannot leave is tried again, then given up."""

import asyncio
import email
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from asyncpg import Pool
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from app.accounts.mail.actions import post, write
from app.accounts.mail.jobs import Postman
from app.accounts.mail.rules import GIVEN_UP_AFTER, LONGEST_WAIT, message_of, next_try
from app.accounts.mail.shapes import Letter
from app.settings import MailServer, Settings
from app.store.askers import Asker, borrowed_as
from app.store.postgres import open_pool
from tests.app.service import SETTINGS

pytestmark = pytest.mark.anyio


class Box:
    """A mail server's memory; `answer` is what it says to the next letter."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.answer = "250 taken"
        self.to_recipient = "250 fine"
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            message = email.message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.received.append(message)
        return self.answer

    def login(self, server: Any, session: Any, envelope: Any, mechanism: str, told: Any) -> AuthResult:
        self.logins.append((told.login, told.password))
        return AuthResult(success=told.password == b"p@ss")


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
async def server(box: Box) -> AsyncIterator[MailServer]:
    def one() -> SMTP:
        return SMTP(box, authenticator=box.login, auth_require_tls=False, auth_exclude_mechanism=["LOGIN"], loop=loop)

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(one, "127.0.0.1", 0)
    try:
        port = listening.sockets[0].getsockname()[1]
        yield MailServer(host="127.0.0.1", port=port, user="zpm", password="p@ss")
    finally:
        listening.close()
        await listening.wait_closed()


@pytest.fixture
async def pool(cloned: str) -> AsyncIterator[Pool]:
    pool = await open_pool(cloned, 3)
    yield pool
    await pool.close()


@pytest.fixture
async def db(cloned: str) -> AsyncIterator[asyncpg.Connection]:
    db = await asyncpg.connect(cloned)
    yield db
    await db.close()


def told(server: MailServer | None, **more: Any) -> Settings:
    return structs.replace(SETTINGS, smtp=server, mail_from="浙品码 <zpm@mail.example>", **more)


async def test_a_letter_arrives_as_it_was_written(
    pool: Pool, db: asyncpg.Connection, box: Box, server: MailServer
) -> None:
    async with borrowed_as(pool, Asker(platform=True)) as asked, asked.transaction():
        facts = {
            "name": "演示甲",
            "organisation": "演示厨电有限公司",
            "roles": "赋码员",
            "link": "https://zpm.example/invitation/x",
        }
        await write(asked, "a@demo.invalid", "zh", "invitation", **facts)
        await write(asked, "b@demo.invalid", "en", "invitation", **facts)
    assert await Postman(pool, told(server)).deliver_due()
    first, second = sorted(box.received, key=lambda one: str(one["To"]))
    assert (first["Subject"], first["From"], first["To"]) == (
        "浙品码：演示厨电有限公司邀请您", "浙品码 <zpm@mail.example>", "a@demo.invalid",
    )  # fmt: skip
    assert "演示甲，您好" in first.get_content()
    assert "https://zpm.example/invitation/x\n" in first.get_content()
    assert first.get_content_type() == "text/plain"
    assert first["Auto-Submitted"] == "auto-generated"
    assert second["Content-Language"] == "en"
    assert "within seven days" in second.get_content()
    assert box.logins[0] == (b"zpm", b"p@ss")
    rows = await db.fetch("select sent_at, body, failed, attempts from mail")
    assert all(row["sent_at"] and row["body"] == "" and row["failed"] is None and row["attempts"] == 1 for row in rows)
    assert await Postman(pool, told(server)).deliver_due()
    assert len(box.received) == 2


async def test_two_workers_send_each_letter_once(
    pool: Pool, db: asyncpg.Connection, box: Box, server: MailServer
) -> None:
    for n in range(30):
        await post(db, f"p{n}@demo.invalid", "en", "演示", "text")
    await asyncio.gather(*(Postman(pool, told(server)).deliver_due() for _ in range(3)))
    assert sorted(str(one["To"]) for one in box.received) == sorted(f"p{n}@demo.invalid" for n in range(30))


async def test_a_server_that_fails_is_tried_again_later_and_longer(
    pool: Pool, db: asyncpg.Connection, box: Box, server: MailServer
) -> None:
    await post(db, "a@demo.invalid", "en", "演示", "text")
    postman = Postman(pool, told(server))
    box.answer = "451 try later"
    waits = []
    for _ in range(3):
        assert not await postman.deliver_due()
        waits.append(await db.fetchval("select extract(epoch from due_at - now())::int from mail"))
        assert await postman.deliver_due()  # nothing is due now
        await db.execute("update mail set due_at = now()")
    assert [round(wait / 60) for wait in waits] == [1, 2, 4]
    box.answer = "250 taken"
    assert await postman.deliver_due()
    assert len(box.received) == 1
    await post(db, "b@demo.invalid", "en", "演示", "text with a link")
    await db.execute("update mail set queued_at = now() - interval '24 hours'")
    box.answer = "451 try later"
    assert not await postman.deliver_due()
    row = await db.fetchrow("select failed, body, sent_at from mail where recipient = 'b@demo.invalid'")
    assert (row["body"], row["sent_at"]) == ("", None)
    assert "451" in row["failed"]


@pytest.mark.parametrize("at", ["to_recipient", "answer"])
async def test_what_no_server_will_ever_take_is_given_up_and_holds_nobody_up(
    pool: Pool, db: asyncpg.Connection, box: Box, server: MailServer, at: str
) -> None:
    await post(db, "gone@demo.invalid", "en", "演示", "text")
    setattr(box, at, "550 no such box")
    assert await Postman(pool, told(server)).deliver_due()
    assert "550 no such box" in await db.fetchval("select failed from mail")
    assert not box.received
    setattr(box, at, "250 fine")
    await post(db, "here@demo.invalid", "en", "演示", "text")
    assert await Postman(pool, told(server)).deliver_due()
    assert len(box.received) == 1


async def test_a_wrong_password_of_ours_is_no_letters_fault(
    pool: Pool, db: asyncpg.Connection, box: Box, server: MailServer
) -> None:
    await post(db, "a@demo.invalid", "en", "演示", "text")
    assert not await Postman(pool, told(structs.replace(server, password="wrong"))).deliver_due()
    assert await db.fetchval("select failed is null and sent_at is null and body = 'text' from mail")
    gone = structs.replace(server, port=1)
    await db.execute("update mail set due_at = now()")
    assert not await Postman(pool, told(gone)).deliver_due()
    assert await db.fetchval("select failed is null from mail")


async def test_a_letter_whose_worker_died_is_taken_again(
    pool: Pool, db: asyncpg.Connection, box: Box, server: MailServer
) -> None:
    await post(db, "a@demo.invalid", "en", "演示", "text")
    postman = Postman(pool, told(server))
    assert await postman._take()  # and then it is killed
    assert await postman.deliver_due()
    assert not box.received
    await db.execute("update mail set due_at = due_at - interval '5 minutes'")
    assert await postman.deliver_due()
    assert len(box.received) == 1


async def test_the_demonstration_prints_and_others_keep(
    pool: Pool, db: asyncpg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    await post(db, "a@demo.invalid", "zh", "演示主题", "第一行\n第二行\n")
    quiet = Postman(pool, told(None))
    await quiet.open()
    await quiet.close()
    assert await db.fetchval("select attempts from mail") == 0
    shown = Postman(pool, told(None, demonstration=True))
    await shown.open()
    async with asyncio.timeout(30):
        while not await db.fetchval("select sent_at from mail"):
            await asyncio.sleep(0.02)
    await shown.close()
    assert capsys.readouterr().out == "mail to a@demo.invalid\n演示主题\n\n第一行\n第二行\n\n"


async def test_sent_letters_are_forgotten_after_a_month(pool: Pool, db: asyncpg.Connection) -> None:
    for n, sent in enumerate(["now() - interval '31 days'", "now()", "null"]):
        await post(db, f"{n}@demo.invalid", "en", "演示", "text")
        await db.execute(f"update mail set queued_at = coalesce({sent}, now() - interval '90 days'), sent_at = {sent}"
                         " where recipient = $1", f"{n}@demo.invalid")  # fmt: skip
    assert await Postman(pool, told(None)).forget() == 1
    kept = await db.fetch("select recipient from mail order by 1")
    assert [row["recipient"] for row in kept] == ["1@demo.invalid", "2@demo.invalid"]


def letter(**changes: Any) -> Letter:
    made = {"id": 1, "recipient": "a@demo.invalid", "language": "zh", "subject": "演示", "body": "x", "attempts": 1}
    return Letter(**made | {"queued_at": datetime(2026, 11, 23, tzinfo=UTC)} | changes)


@given(st.integers(1, 10_000), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_waits_grow_and_end_with_the_day(attempts: int, age: timedelta) -> None:
    one = letter(attempts=attempts)
    due = next_try(one, one.queued_at + age)
    if due is None:
        assert age + LONGEST_WAIT > GIVEN_UP_AFTER or age > GIVEN_UP_AFTER
    else:
        assert due <= one.queued_at + GIVEN_UP_AFTER
        earlier = next_try(letter(attempts=max(attempts - 1, 1)), one.queued_at + age)
        assert earlier is not None
        assert earlier <= due


@pytest.mark.parametrize("field", ["recipient", "subject"])
def test_no_header_can_be_slipped_in(field: str) -> None:
    for end in ("\n", "\r", "\r\n"):
        with pytest.raises(ValueError, match="linefeed"):
            message_of(
                letter(**{field: f"a@demo.invalid{end}Bcc: b@demo.invalid"}), "zpm@mail.example", datetime.now(UTC)
            )
    assert message_of(letter(), "zpm@mail.example", datetime.now(UTC))["Subject"] == "演示"


def test_no_letter_has_words_in_braces_left() -> None:
    for language in ("zh", "en"):
        text = (Path(__file__).parents[4] / f"web/locale/accounts/{language}.toml").read_text()
        names = set(re.findall(r"{(\w+)}", text.partition("[letters]")[2]))
        assert names == {"name", "organisation", "roles", "link"}


async def test_ended_sessions_and_links_are_cleared(pool: Pool, db: asyncpg.Connection) -> None:
    """Also where there is nowhere to send letters to."""
    person = await db.fetchval(
        "insert into person (email, name, password_hash) values ('p@demo.invalid', '演示', 'x') returning id"
    )
    for name, seen, ends in (
        (b"living", "0", "1 hour"), (b"idle", "-30 minutes", "1 hour"), (b"over", "0", "-1 second"),
    ):  # fmt: skip
        await db.execute(
            "insert into session (id_sha256, person_id, seen_at, ends_at)"
            " values ($1, $2, now() + $3::text::interval, now() + $4::text::interval)", name, person, seen, ends,
        )  # fmt: skip
    for token, ends in ((b"open", "1 minute"), (b"ended", "-1 minute")):
        await db.execute("insert into password_reset (token_sha256, person_id, expires_at)"
                         " values ($1, $2, now() + $3::text::interval)", token, person, ends)  # fmt: skip
    postman = Postman(pool, told(None))
    await postman.open()
    async with asyncio.timeout(30):
        while await db.fetchval("select count(*) from password_reset") > 1:
            await asyncio.sleep(0.02)
    await postman.close()
    assert [row["id_sha256"] for row in await db.fetch("select id_sha256 from session")] == [b"living"]
    assert await db.fetchval("select token_sha256 from password_reset") == b"open"
    actors = "select distinct actor from history where relation = 'session' and operation = 'delete'"
    assert [row["actor"] for row in await db.fetch(actors)] == ["postman"]
    assert await postman.forget() == 0
