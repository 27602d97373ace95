"""Every no and every failure as one shape: problem details (RFC 9457) for programs, a page for people.

A Refusal is told in full in the asker's language. What the framework itself refuses is said in the
same shape. Anything else is our fault: 500 with a number under which the log has the story, never
the exception's own words.
"""

import logging
import secrets
from datetime import date, datetime
from http import HTTPStatus
from uuid import UUID

import asyncpg
from litestar.exceptions import HTTPException, ValidationException
from msgspec import Struct

from app.edge.bodies import NoBody, WrongContentType, misfit
from app.edge.principals import NoCredentials, NotYours, SignInFirst
from app.edge.refusals import Unavailable, WrongParameter, shown
from codes.errors import Kind, Refusal, Several

log = logging.getLogger(__name__)

STATUS = {
    Kind.MALFORMED: 400,
    Kind.NOT_ALLOWED: 403,
    Kind.UNKNOWN: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_MANY: 429,
    Kind.UNAVAILABLE: 503,
}
assert set(STATUS) == set(Kind)

# Where HTTP has a more exact word than the kind's.
EXACT: dict[type[Refusal], int] = {NoCredentials: 401, SignInFirst: 401, WrongContentType: 415}

RETRY_S = 5
"""A database that fails over is back within seconds."""

TITLES = {
    400: ("The request was not understood", "请求有误"),
    401: ("Sign in", "需要登录"),
    403: ("Not allowed", "没有权限"),
    404: ("Not found", "没有找到"),
    405: ("Not possible here", "不支持该操作"),
    409: ("Conflict", "与现有记录冲突"),
    413: ("Too large", "内容过大"),
    415: ("Wrong content type", "内容类型不符"),
    429: ("Too many requests", "请求过于频繁"),
    500: ("Our fault", "系统出错"),
    503: ("Unavailable for the moment", "暂时无法使用"),
}

# What the framework refuses: status → code and sentences.
FRAMED = {
    400: ("bad-request", "The request could not be read.", "无法读取该请求。"),
    404: ("no-such-address", "There is nothing at this address.", "该地址不存在。"),
    405: ("method-not-allowed", "This address does not take this method.", "该地址不支持此请求方法。"),
    413: ("too-large", "The body is too large; send less at a time.", "请求内容过大，请减少后重试。"),
}


class Complaint(Struct, frozen=True, omit_defaults=True):
    """One refused input."""

    code: str
    detail: str
    field: str | None = None


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The one shape of a refusal; `errors` lists each of several refused inputs."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    field: str | None = None
    facts: dict[str, str | int] | None = None
    errors: tuple[Complaint, ...] = ()
    log_id: str | None = None


# The server went away, is starting, is a standby, or gave up on a lock: to be tried again.
AWAY = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.ReadOnlySQLTransactionError,
)


def problem_of(error: Exception, language: str) -> Problem:
    """What is told of an exception; our own faults and a lost database are logged here."""
    if isinstance(error, Refusal):
        return _refused(error, language)
    if isinstance(error, HTTPException) and error.status_code < 500:
        return _framed(error, language)
    log_id = secrets.token_hex(6)
    if isinstance(error, asyncpg.InsufficientPrivilegeError):  # the rows' own policies: the last of the guards
        log.warning("refused by the database %s: %s", log_id, error)
        return _refused(NotYours(), language, log_id)
    if isinstance(error, AWAY) or (isinstance(error, asyncpg.InterfaceError) and "clos" in str(error)):
        log.warning("unavailable %s: %s", log_id, type(error).__name__)
        return _refused(Unavailable(), language, log_id)
    log.error("failed %s", log_id, exc_info=error)
    detail = (f"This is our fault. Tell us this number: {log_id}.", f"系统内部错误，请向我们提供编号：{log_id}。")
    return _problem(500, "internal", detail[language == "zh"], language, log_id=log_id)


def headers_of(problem: Problem, error: Exception) -> dict[str, str]:
    """What belongs to the status: how to sign in, when to come back, what is allowed."""
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="zpm"'
    if problem.status in (429, 503):
        facts = error.facts if isinstance(error, Refusal) else {}
        headers["Retry-After"] = str(facts.get("retry_after", RETRY_S))
    return headers


def _problem(status: int, code: str, detail: str, language: str, **more: object) -> Problem:
    titles = TITLES.get(status) or (HTTPStatus(status).phrase,) * 2
    return Problem(
        type=f"urn:zpm:problem:{code}", title=titles[language == "zh"], status=status, code=code, detail=detail, **more
    )


def _refused(refusal: Refusal, language: str, log_id: str | None = None) -> Problem:
    errors: tuple[Complaint, ...] = ()
    if isinstance(refusal, Several):
        errors = tuple(Complaint(one.code, one.say(language), one.field) for one in refusal.refusals)
    return _problem(
        next((EXACT[one] for one in type(refusal).__mro__ if one in EXACT), STATUS[refusal.kind]),
        refusal.code,
        refusal.say(language),
        language,
        field=refusal.field,
        facts=_plain(refusal.facts) or None,
        errors=errors,
        log_id=log_id,
    )


def _plain(facts: dict[str, object]) -> dict[str, str | int]:
    """The facts a program may use; those that only complete a sentence stay out."""
    plain: dict[str, str | int] = {}
    for name, fact in facts.items():
        if name != "field" and not name.endswith(("_en", "_zh")) and name not in _IN_SENTENCE:
            if isinstance(fact, (UUID, date, datetime)):
                plain[name] = str(fact)
            elif isinstance(fact, (str, int)):
                plain[name] = fact
    return plain


_IN_SENTENCE = frozenset({"place", "reason"})


def _framed(error: HTTPException, language: str) -> Problem:
    if isinstance(error, ValidationException) and isinstance(error.extra, list) and error.extra:
        refusals = [_parameter(one) for one in error.extra]
        return _refused(refusals[0] if len(refusals) == 1 else Several(refusals), language)
    code, *details = FRAMED.get(error.status_code, FRAMED[400])
    return _problem(error.status_code, code, details[language == "zh"], language)


def _parameter(one: object) -> Refusal:
    said = one if isinstance(one, dict) else {}
    field = shown(str(said.get("key", "query")))
    if field == "data":  # the framework's word for the body
        return NoBody()
    how = misfit(str(said.get("message", "")))
    return WrongParameter(field=field, reason=how.en, reason_zh=how.zh)
