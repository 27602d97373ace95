"""How a letter looks, and when it is tried again."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from app.accounts.mail.shapes import Letter

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
GIVEN_UP_AFTER = timedelta(days=1)
"""A link in a letter that comes later would help nobody."""


def next_try(letter: Letter, now: datetime) -> datetime | None:
    """Waits double: 1, 2, 4 … minutes up to four hours; None when a day is over."""
    wait = min(FIRST_WAIT * 2 ** min(letter.attempts - 1, 16), LONGEST_WAIT)
    due = now + wait
    return due if due <= letter.queued_at + GIVEN_UP_AFTER else None


def message_of(letter: Letter, sender: str, now: datetime) -> EmailMessage:
    """Plain text, no pictures, no tracking; marked as sent by a program, so that nobody's away-note answers."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=sender.rstrip(">").rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, cte="base64")
    message["Content-Language"] = (
        "zh-CN" if letter.language == "zh" else "en"
    )  # after the content, which clears its headers
    return message
