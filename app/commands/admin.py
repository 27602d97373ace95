"""`zpm admin create`: the first administrator, or whoever shall manage an organisation's people;
`zpm admin reset-totp`: for who lost the device and the recovery codes, when nobody signed in can help."""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from asyncpg import Connection

from app.accounts.errors import PersonExists
from app.accounts.organisations.actions import acted_on, found_platform
from app.accounts.people import accepting, actions, queries, second_factors
from app.accounts.people.rules import VALID, email_as_kept
from app.accounts.people.shapes import Invited, Joining, NewInvitation
from app.accounts.roles import MANAGERS
from app.commands.context import add_store_options, settings_for
from app.edge.principals import platform
from app.settings import Settings
from app.store.askers import become
from codes.errors import Refusal, Several

ACTOR = platform("zpm admin")
PLATFORM = "浙品码平台"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    admin = subparsers.add_parser("admin", help="let the first person in")
    what = admin.add_subparsers(metavar="WHAT", required=True)
    create = what.add_parser(
        "create",
        help="invite a platform administrator",
        description="Make an invitation and print its link, which works once within seven days. Without "
        "--organisation it is for an administrator of the platform, with it for whoever manages that "
        "organisation's people.",
    )
    add_store_options(create)
    create.add_argument("--email", required=True, help="the address to sign in with")
    create.add_argument("--name", required=True, help="the person's name")
    create.add_argument("--organisation", type=UUID, metavar="ID", help="number of the organisation")
    create.add_argument("--language", choices=("zh", "en"), default="zh", help="of the pages and letters")
    create.add_argument("--password", action="store_true", help="ask for a password here instead of printing a link")
    create.set_defaults(run=run_create)
    reset = what.add_parser(
        "reset-totp",
        help="end somebody's sign-in codes",
        description="End the sign-in codes and recovery codes of somebody who lost them: all their sessions end, a "
        "letter tells them, and where codes are obligatory the next sign-in sets up new ones. Make sure who asks.",
    )
    add_store_options(reset)
    reset.add_argument("--email", required=True, help="the address the person signs in with")
    reset.set_defaults(run=run_reset)


def run_create(namespace: argparse.Namespace) -> int:
    with settings_for(namespace) as settings:
        typed = _typed() if namespace.password else None
        return _told("create", lambda: _create(namespace, settings, typed))


def run_reset(namespace: argparse.Namespace) -> int:
    with settings_for(namespace) as settings:
        return _told("reset-totp", lambda: _reset(namespace, settings))


def _told(what: str, act: Callable[[], Awaitable[str]]) -> int:
    """Print what came of it, or each refusal on a line of its own."""

    async def acted() -> str:
        return await act()

    try:
        print(asyncio.run(acted()))
    except Refusal as refusal:
        for one in refusal.refusals if isinstance(refusal, Several) else (refusal,):
            print(f"zpm admin {what}: {one}", file=sys.stderr)
        return 1
    return 0


def _typed() -> tuple[str, str]:
    """The password and its repetition, from the terminal and never from the command line."""
    return getpass.getpass("Password: "), getpass.getpass("Once more: ")


async def _create(namespace: argparse.Namespace, settings: Settings, typed: tuple[str, str] | None) -> str:
    db = await asyncpg.connect(settings.database_url)
    try:
        await become(db, ACTOR.asker)
        async with db.transaction():
            invited = await _invite(db, namespace, settings)
            if typed is None:
                return f"{invited.link}\nThe link works once, within {VALID.days} days."
            token = invited.link.rpartition("/")[2].partition("?")[0]
            await accepting.accept(db, token, Joining(namespace.name, *typed), None)
        return f"{invited.invitation.email} can sign in at {settings.public_url}/signin"
    finally:
        await db.close()


async def _reset(namespace: argparse.Namespace, settings: Settings) -> str:
    email = email_as_kept(namespace.email)
    db = await asyncpg.connect(settings.database_url)
    try:
        await second_factors.reset_by_email(db, email, ACTOR, datetime.now(UTC), settings.public_url)
    finally:
        await db.close()
    return f"The sign-in codes of {email} are reset; all sessions have ended."


async def _invite(db: Connection, namespace: argparse.Namespace, settings: Settings) -> Invited:
    email = email_as_kept(namespace.email)
    if await queries.person_by_email.get(db, email) is not None:
        raise PersonExists(field="email", given=email)
    if namespace.organisation is None:
        await found_platform(db, PLATFORM, settings.demonstration)
    subject = await acted_on(db, ACTOR, namespace.organisation)
    there = await queries.open_invitation.first(db, subject.id, email)
    if there is not None:  # a link that got lost: whoever has this command may make another
        await actions.withdraw(db, there.id, ACTOR)
    new = NewInvitation(
        email=email, name=namespace.name, roles=(MANAGERS[subject.kind],), language=namespace.language,
        organisation_id=subject.id,
    )  # fmt: skip
    return await actions.invite(db, new, ACTOR, settings.public_url, by_mail=False)
