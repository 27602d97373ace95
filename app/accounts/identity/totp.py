"""The second factor (RFC 6238: SHA-1, six digits, half a minute): secrets, their picture, codes told once."""

from datetime import UTC, datetime
from functools import lru_cache
from secrets import token_bytes
from uuid import UUID

import pyotp
import segno
from asyncpg import Connection
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.accounts.identity import queries
from app.accounts.identity.errors import NoSecondFactor, NoSuchPerson, NotInvented, WrongCode
from app.accounts.identity.rules import (
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    base32,
    code_at,
    recovery_code,
    recovery_digest,
    right_step,
    step_at,
)
from app.settings import Settings

SECRET_BYTES = 20
_NONCE_BYTES = 12


def sealed(root_key: bytes, person_id: UUID, secret: bytes) -> bytes:
    """The secret as `person.totp_secret` keeps it; it opens for this person alone."""
    nonce = token_bytes(_NONCE_BYTES)
    return nonce + _cipher(root_key).encrypt(nonce, secret, person_id.bytes)


def opened(root_key: bytes, person_id: UUID, kept: bytes) -> bytes:
    return _cipher(root_key).decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], person_id.bytes)


def offered(root_key: bytes, session: bytes) -> bytes:
    """The secret a session is offered at its enrolment: the same at every look at the page, another in the
    next session; nothing is kept before the first right code."""
    return HKDF(SHA256(), SECRET_BYTES, salt=session, info=b"zpm/totp/offer/1").derive(root_key)


@lru_cache(4)
def _cipher(root_key: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"zpm/totp/1").derive(root_key))


def address_of(secret: bytes, email: str, operator: str) -> str:
    """What the picture says: otpauth://totp/…"""
    return pyotp.TOTP(base32(secret)).provisioning_uri(name=email, issuer_name=operator)


def picture_of(address: str) -> str:
    """The QR symbol as a data: address; dark on white in every colour scheme."""
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=4, dark="#000", light="#fff")


async def proves(db: Connection, root_key: bytes, person_id: UUID, code: str, now: datetime) -> bool:
    """Is this the person's code of now? A right one counts once."""
    kept = await queries.second_factor.first(db, person_id)
    if kept is None:
        return False
    step = right_step(opened(root_key, person_id, kept.totp_secret), code, now, kept.totp_last_step)
    return step is not None and await queries.use_step.run(db, person_id, step) == 1


async def recovers(db: Connection, person_id: UUID, code: str) -> bool:
    """Is this one of the person's recovery codes? It is used up by it."""
    return await queries.use_recovery_code.run(db, person_id, recovery_digest(person_id, code)) == 1


async def new_recovery_codes(db: Connection, person_id: UUID) -> list[str]:
    """Ten new ones in place of all before, to be shown this once."""
    codes = [recovery_code(token_bytes(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    await queries.drop_recovery_codes.run(db, person_id)
    digests = [recovery_digest(person_id, code.replace("-", "")) for code in codes]
    await queries.insert_recovery_code.each(db, [(person_id, digest) for digest in digests])
    return codes


async def totp_now(db: Connection, settings: Settings, email: str, now: datetime | None = None) -> str:
    """The code that signs a person of the demonstration in at this moment; refused for everybody else."""
    async with db.transaction():
        await db.execute("/* identity.become_login */ set local role zpm_login")
        person = await queries.invented.first(db, email)
        await db.execute("/* identity.become_self */ reset role")
    if person is None:
        raise NoSuchPerson(given=email)
    if not (settings.demonstration and person.demonstration):
        raise NotInvented(given=email)
    if person.totp_secret is None:
        raise NoSecondFactor
    present = step_at(now or datetime.now(UTC))
    step = max(present - 1, person.totp_last_step) + 1
    if step > present + 1:  # those of now and of the next half minute are used already
        raise WrongCode
    return code_at(opened(settings.root_key, person.id, person.totp_secret), step)
