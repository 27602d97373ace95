"""The postman: takes what is due from the queue and hands it to the mail server, in every worker.

On its rounds it also clears what has ended of itself: sent letters, sessions, links for passwords.

Letters are taken one at a time with a lease, so no connection of the pool is held while a slow
server talks, and a letter whose worker was killed is taken again. It is sent twice only if the
worker dies between the server's yes and the note of it.
"""

import asyncio
import contextlib
import logging
import sys
from datetime import UTC, datetime, timedelta

import aiosmtplib
from asyncpg import Pool

from app.accounts.mail import queries
from app.accounts.mail.rules import message_of, next_try
from app.accounts.mail.shapes import Letter
from app.settings import MailServer, Settings
from app.store.askers import LOGIN, Asker, borrowed_as
from app.store.postgres import AWAY

EVERY_S = 5.0
REST_S = 60.0
"""After the server itself has failed."""
SMTP_S = 30.0
LEASE = timedelta(minutes=5)
KEPT = timedelta(days=30)
"""How long it is known that a letter was sent; its text is gone at once."""
FORGET_EVERY_S = 3600.0
CLOSE_WAIT_S = 2
REASON_MOST = 300
POSTMAN = Asker(role=LOGIN, actor="postman")

log = logging.getLogger(__name__)


class Undeliverable(Exception):
    """The server will never take this letter."""


class Postman:
    """Open it with the worker, close it with the worker; `deliver_due` is one round."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self.pool = pool
        self.server = settings.smtp
        self.sender = settings.mail_from or "demonstration@demo.invalid"
        self.prints = settings.smtp is None and settings.demonstration
        self.delivers = self.server is not None or self.prints
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Where there is nowhere to send to, letters stay queued and `zpm check` says so; the rest is cleared."""
        self._task = asyncio.create_task(self._walk())

    async def close(self) -> None:
        self._stop.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=CLOSE_WAIT_S)
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def deliver_due(self) -> bool:
        """Everything that is due; False if the mail server failed, so that it is left alone for a while."""
        while (letter := await self._take()) is not None:
            try:
                await self._send(letter)
            except Undeliverable as error:
                await self._give_up(letter, str(error))
            except (aiosmtplib.SMTPException, OSError, ValueError) as error:
                await self._put_back(letter, error)
                return False
            else:
                await self._run(queries.mail_sent, letter.id)
        return True

    async def forget(self) -> int:
        """Rows that serve nobody any more; who signed in from where stays in the audit log alone."""
        return (
            await self._run(queries.forget_mail, KEPT)
            + await self._run(queries.forget_sessions)
            + await self._run(queries.forget_resets)
        )

    async def _walk(self) -> None:
        loop = asyncio.get_running_loop()
        forget_at = loop.time()
        while not self._stop.is_set():
            pause = EVERY_S
            try:
                if self.delivers and not await self.deliver_due():
                    pause = REST_S
                if loop.time() >= forget_at:
                    await self.forget()
                    forget_at = loop.time() + FORGET_EVERY_S
            except AWAY as error:
                log.warning("mail not taken: %s", type(error).__name__)
                pause = REST_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)

    async def _take(self) -> Letter | None:
        if self._stop.is_set():
            return None
        async with borrowed_as(self.pool, POSTMAN) as db:
            return await queries.take_mail.first(db, LEASE)

    async def _run(self, act: queries.Act, *arguments: object) -> int:
        async with borrowed_as(self.pool, POSTMAN) as db:
            return await act.run(db, *arguments)

    async def _send(self, letter: Letter) -> None:
        if self.server is None:
            sys.stdout.write(f"mail to {letter.recipient}\n{letter.subject}\n\n{letter.body}\n")
            sys.stdout.flush()
            return
        message = message_of(letter, self.sender, datetime.now(UTC))
        try:
            await aiosmtplib.send(message, **_how(self.server))
        except aiosmtplib.SMTPRecipientsRefused as error:
            _unless_later(error.recipients[0].code, error.recipients[0].message)
            raise
        except aiosmtplib.SMTPDataError as error:
            _unless_later(error.code, error.message)
            raise

    async def _put_back(self, letter: Letter, error: Exception) -> None:
        log.warning("mail %s not sent (try %s): %s", letter.id, letter.attempts, type(error).__name__)
        due = next_try(letter, datetime.now(UTC))
        if due is None:
            await self._give_up(letter, f"{type(error).__name__}: {error}")
        else:
            await self._run(queries.mail_later, letter.id, due)

    async def _give_up(self, letter: Letter, reason: str) -> None:
        log.error("mail %s given up: %s", letter.id, reason[:REASON_MOST])
        await self._run(queries.mail_failed, letter.id, reason[:REASON_MOST])


def _how(server: MailServer) -> dict[str, object]:
    return {
        "hostname": server.host,
        "port": server.port,
        "username": server.user,
        "password": server.password,
        "use_tls": server.tls,
        "start_tls": server.starttls and not server.tls,
        "timeout": SMTP_S,
    }


def _unless_later(code: int, message: str) -> None:
    """5xx is for good: no such box, letter refused."""
    if 500 <= code < 600:
        raise Undeliverable(f"{code} {message}")
