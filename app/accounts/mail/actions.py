"""Write a letter: in the reader's language, into the queue, in the transaction of what it tells of."""

from functools import cache
from typing import Any

from asyncpg import Connection

from app.accounts.mail import queries
from app.edge.pages import words_in


async def post(db: Connection, recipient: str, language: str, subject: str, body: str) -> None:
    """Leaves with the transaction's commit; a worker takes it from there."""
    await queries.queue_mail.run(db, recipient, language, subject, body)


async def write(db: Connection, recipient: str, language: str, letter: str, /, **facts: object) -> None:
    """The letter of this name in web/locale/accounts/*.toml, [letters]."""
    words = letters(language)
    body = words[letter]["body"].format(**facts) + "\n\n" + words["foot"] + "\n"
    await post(db, recipient, language, words[letter]["subject"].format(**facts), body)


@cache
def letters(language: str) -> dict[str, Any]:
    words: dict[str, Any] = words_in(language)["accounts"]["letters"]
    return words
