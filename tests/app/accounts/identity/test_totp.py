"""The second factor: the standard's own figures, secrets that open for one person, codes that count once."""

import asyncio
import html
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote
from uuid import UUID, uuid4

import asyncpg
import pytest
import zxingcpp
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from msgspec import structs

from app.accounts.identity import totp
from app.accounts.identity.errors import NoSecondFactor, NoSuchPerson, NotInvented, WrongCode
from app.accounts.identity.rules import code_at, right_step, step_at
from tests.app.accounts.identity.staff import (
    ELSEWHERE,
    PASSWORD,
    ROOT_KEY,
    Browser,
    Someone,
    Staff,
    browser,
    error_of,
)
from tests.app.service import SETTINGS

RFC_SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 23, 4, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "code"), [  # RFC 6238, appendix B, the last six of eight digits
    (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"),
    (20000000000, "353130"),
])  # fmt: skip
def test_the_standards_own_figures(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert code_at(RFC_SECRET, step_at(moment)) == code
    assert right_step(RFC_SECRET, code, moment, 0) == step_at(moment)


@given(st.binary(min_size=20, max_size=20), st.integers(-5, 5), st.integers(-3, 3))
def test_a_code_counts_a_step_before_and_after_and_never_again(secret: bytes, away: int, last: int) -> None:
    present = step_at(NOW)
    code = code_at(secret, present + away)
    step = right_step(secret, code, NOW, present + last)
    if step is not None:
        assert present - 1 <= step <= present + 1
        assert step > present + last
        assert code_at(secret, step) == code
    elif abs(away) <= 1 and away > last:
        pytest.fail("the right code was refused")
    assert right_step(secret, code, NOW, present + 1) is None


@given(st.text(max_size=12))
def test_what_is_no_code_is_none(typed: str) -> None:
    right = {code_at(RFC_SECRET, step_at(NOW) + one) for one in (-1, 0, 1)}
    assert (right_step(RFC_SECRET, typed, NOW, 0) is not None) == ("".join(typed.split()) in right)


@given(st.binary(min_size=20, max_size=20), st.uuids(), st.uuids())
def test_a_secret_opens_for_its_person_and_key_alone(secret: bytes, person: UUID, other: UUID) -> None:
    kept = totp.sealed(ROOT_KEY, person, secret)
    assert totp.opened(ROOT_KEY, person, kept) == secret
    assert secret not in kept
    assert kept != totp.sealed(ROOT_KEY, person, secret)
    damaged = kept[:-1] + bytes([kept[-1] ^ 1])
    for key, whose, what in ((bytes(32), person, kept), (ROOT_KEY, person, damaged)):
        with pytest.raises(InvalidTag):
            totp.opened(key, whose, what)
    if other != person:
        with pytest.raises(InvalidTag):
            totp.opened(ROOT_KEY, other, kept)


def test_every_session_is_offered_another_secret() -> None:
    one, two = totp.offered(ROOT_KEY, b"a" * 32), totp.offered(ROOT_KEY, b"b" * 32)
    assert len({one, two, totp.offered(bytes(32), b"a" * 32)}) == 3
    assert one == totp.offered(ROOT_KEY, b"a" * 32)
    assert len(one) == 20


async def offered(phone: Browser, path: str = "/account/totp") -> bytes:
    """The secret in its groups, which the picture says too."""
    page = (await phone.get(path)).text
    found = re.search(r'id="secret">([A-Z2-7 ]+)<', page)
    assert found, page
    groups = found.group(1)
    assert all(len(group) == 4 for group in groups.split())
    picture = re.search(r'<img src="data:image/svg\+xml[^",]*,([^"]+)"', page)
    assert picture
    svg = unquote(html.unescape(picture.group(1)))
    assert svg.startswith("<svg")
    import base64

    return base64.b32decode(groups.replace(" ", ""))


def codes_in(page: str) -> list[str]:
    found = re.search(r'<pre class="mono" id="codes">(.*?)</pre>', page, re.S)
    assert found, page
    return found.group(1).split()


def test_the_picture_says_the_address() -> None:
    import io

    import segno
    from PIL import Image

    address = totp.address_of(RFC_SECRET, "a@demo.invalid", "浙品码")
    assert address.startswith("otpauth://totp/")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in address
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="png", scale=4, border=4)
    assert zxingcpp.read_barcode(Image.open(drawn)).text == address
    assert totp.picture_of(address).startswith("data:image/svg+xml")


@pytest.mark.anyio
@pytest.mark.parametrize(("language", "once"), [("zh", "只显示这一次"), ("en", "shown only now")])
async def test_an_officer_sets_codes_up_and_goes_on(app: Litestar, staff: Staff, language: str, once: str) -> None:
    officer = await staff.member("bureau", "reviewer", language=language)
    async with browser(app, language=language) as phone:
        answer = await phone.sign_in(officer, next="/account")
        assert answer.headers["location"] == "/account/totp?next=%2Faccount"
        secret = await offered(phone)
        assert secret == await offered(phone)  # looking again changes nothing
        officer.secret = secret
        wrong = await phone.send_form("/account/totp", code=code_at(bytes(20), step_at(datetime.now(UTC))))
        assert wrong.status_code == 422
        assert error_of(wrong, "code")
        assert await staff.db.fetchval("select totp_since is null and totp_secret is null from person")
        before = phone.session_id
        page = await phone.send_form("/account/totp", code=officer.code(), next="/account")
        assert page.status_code == 200
        assert once in page.text
        assert page.headers["cache-control"] == "no-store"
        assert 'href="/account"' in page.text
        codes = codes_in(page.text)
        assert len(set(codes)) == 10
        assert phone.session_id != before
        assert (await phone.get("/home")).json()["kind"] == "bureau"
        again = await phone.send_form("/account/totp", code=officer.code(), next="/account", password=PASSWORD)
        assert again.status_code == 422  # the new session was offered another secret
    kept = await staff.db.fetchrow("select totp_secret, totp_since, totp_last_step from person")
    assert totp.opened(ROOT_KEY, officer.id, kept["totp_secret"]) == secret
    assert kept["totp_last_step"] > 0
    digests = [row["sha256"] for row in await staff.db.fetch("select sha256 from recovery_code")]
    assert len(digests) == 10
    assert not any(code.replace("-", "").encode() in digest for code in codes for digest in digests)
    log = await staff.db.fetchval("select string_agg(to_jsonb(h)::text, ' ') from history h")
    assert "second-factor-set" in log
    assert "totp_since" in log
    assert "totp_secret" not in log
    assert {"zh": "动态验证码已设置", "en": "sign-in codes were set up"}[language] in (
        (await staff.letters(officer.email))[0]["subject"]
    )


@pytest.mark.anyio
async def test_a_code_counts_once_even_at_the_same_moment(app: Litestar, staff: Staff) -> None:
    officer = await staff.member("bureau", "reviewer", enrolled=True)
    browsers = [browser(app, f"198.51.{number}.1") for number in range(6)]
    for one in browsers:
        await one.sign_in(officer)
    code = officer.code()
    answers = await asyncio.gather(*(one.send_form("/signin/totp", code=code) for one in browsers))
    assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422, 422, 422]
    for one in browsers:
        await one.aclose()
    async with browser(app, ELSEWHERE) as phone:
        await phone.sign_in(officer)
        assert (await phone.send_form("/signin/totp", code=code)).status_code == 422
        spaced = officer.code(1)
        assert (await phone.send_form("/signin/totp", code=f"{spaced[:3]} {spaced[3:]}")).status_code == 303


@pytest.mark.anyio
async def test_whoever_has_not_passed_cannot_replace_the_second_factor(phone: Browser, staff: Staff) -> None:
    officer = await staff.member("bureau", "reviewer", enrolled=True)
    await phone.sign_in(officer)
    assert (await phone.get("/account/totp")).headers["location"] == "/signin/totp"
    secret = totp.offered(ROOT_KEY, await staff.db.fetchval("select id_sha256 from session"))
    code = code_at(secret, step_at(datetime.now(UTC)))
    answer = await phone.send_form("/account/totp", code=code, password=PASSWORD)
    assert answer.status_code == 422
    assert "Finish signing in with your present code" in answer.text
    kept = await staff.db.fetchval("select totp_secret from person")
    assert totp.opened(ROOT_KEY, officer.id, kept) == officer.secret


@pytest.mark.anyio
async def test_an_owner_may_set_up_replace_and_remove(phone: Browser, staff: Staff) -> None:
    owner = await staff.member()
    await phone.sign_in(owner)
    assert "You manage your organisation" in (await phone.get("/account")).text
    owner.secret = await offered(phone)
    refused = await phone.send_form("/account/totp", code=owner.code(), password="wrong")
    assert (refused.status_code, error_of(refused, "password")) == (
        422,
        "The present password is wrong: type it again.",
    )
    first = codes_in((await phone.send_form("/account/totp", code=owner.code(), password=PASSWORD)).text)
    page = (await phone.get("/account")).text
    assert "Recovery codes left: 10." in page
    assert "/account/totp/remove" in page
    owner.secret = await offered(phone)
    second = codes_in((await phone.send_form("/account/totp", code=owner.code(), password=PASSWORD)).text)
    assert not set(first) & set(second)
    for password, code in (("wrong", owner.code(1)), (PASSWORD, "000000"), (PASSWORD, first[0])):
        assert (await phone.send_form("/account/totp/remove", password=password, code=code)).status_code == 422
    before = phone.session_id
    removed = await phone.send_form("/account/totp/remove", password=PASSWORD, code=owner.code(1))
    assert removed.headers["location"] == "/account?done=removed"
    assert phone.session_id != before
    assert "Sign-in codes are removed" in (await phone.get("/account?done=removed")).text
    again = await phone.send_form("/account/totp/remove", password=PASSWORD, code=owner.code(1))
    assert again.status_code == 422
    assert "not set up" in again.text
    await phone.send_form("/signout")
    assert (await phone.sign_in(owner)).headers["location"] == "/home"
    subjects = [row["subject"] for row in await staff.letters(owner.email)]
    assert subjects == ["浙品码账号：动态验证码已设置或更换"] * 2 + ["浙品码账号：动态验证码已停用"]
    assert await staff.acts("second-factor-removed")


@pytest.mark.anyio
async def test_staff_may_not_remove_it(phone: Browser, staff: Staff) -> None:
    officer = await staff.member("certification_body", "certifier", enrolled=True)
    await phone.sign_in(officer)
    await phone.pass_code(officer)
    assert "/account/totp/remove" not in (await phone.get("/account")).text
    answer = await phone.send_form("/account/totp/remove", password=PASSWORD, code=officer.code(1))
    assert answer.status_code == 422
    assert "obligatory" in answer.text
    assert await staff.db.fetchval("select totp_secret is not null from person")


async def with_codes(phone: Browser, staff: Staff) -> tuple[Someone, list[str]]:
    officer = await staff.member("bureau", "reviewer")
    await phone.sign_in(officer)
    officer.secret = await offered(phone)
    return officer, codes_in((await phone.send_form("/account/totp", code=officer.code())).text)


@pytest.mark.anyio
async def test_a_recovery_code_signs_in_once(phone: Browser, staff: Staff) -> None:
    officer, codes = await with_codes(phone, staff)
    await phone.send_form("/signout")
    await phone.sign_in(officer)
    typed = codes[3].lower().replace("-", " ")
    assert (await phone.send_form("/signin/totp", code=typed)).headers["location"] == "/home"
    assert "Recovery codes left: 9." in (await phone.get("/account")).text
    await phone.send_form("/signout")
    await phone.sign_in(officer)
    used = await phone.send_form("/signin/totp", code=codes[3])
    assert (used.status_code, error_of(used, "code")[:40]) == (422, "This recovery code is wrong or was used ")
    stranger = await staff.member("bureau", "reviewer", enrolled=True)  # codes are a person's own
    async with browser(phone._transport.app, ELSEWHERE) as other:
        await other.sign_in(stranger)
        assert (await other.send_form("/signin/totp", code=codes[4])).status_code == 422
    by = [row["after"] for row in await staff.acts("second-factor-passed")]
    assert by == ['{"by": "recovery-code"}']
    assert (await staff.letters(officer.email))[-1]["subject"] == "浙品码账号：已使用一个备用码登录"


@pytest.mark.anyio
async def test_new_recovery_codes_end_the_old_ones(phone: Browser, staff: Staff) -> None:
    officer, codes = await with_codes(phone, staff)
    assert "You have 10 left" in (await phone.get("/account/recovery")).text
    assert (await phone.send_form("/account/recovery", code="000000")).status_code == 422
    page = await phone.send_form("/account/recovery", code=officer.code(1))
    new = codes_in(page.text)
    assert len(set(new) | set(codes)) == 20
    await phone.send_form("/signout")
    await phone.sign_in(officer)
    assert (await phone.send_form("/signin/totp", code=codes[0])).status_code == 422
    assert (await phone.send_form("/signin/totp", code=new[0])).status_code == 303
    owner = await staff.member()
    await phone.send_form("/signout")
    await phone.sign_in(owner)
    assert "not set up" in (await phone.send_form("/account/recovery", code="123456")).text


@pytest.mark.anyio
async def test_codes_of_the_demonstration_are_told_and_no_others(staff: Staff, phone: Browser, app: Litestar) -> None:
    settings = structs.replace(SETTINGS, root_key=ROOT_KEY, demonstration=True)
    invented = await staff.member("bureau", "reviewer", enrolled=True, demonstration=True)
    real = await staff.member("bureau", "inspector", enrolled=True)
    bare = await staff.member("bureau", "auditor", demonstration=True)
    code = await totp.totp_now(staff.db, settings, invented.email)
    app.state.settings = settings
    await phone.sign_in(invented)
    assert (await phone.send_form("/signin/totp", code=code)).status_code == 303
    assert await staff.db.fetchval("select current_user = session_user")
    for email, whose, refusal in (
        (real.email, settings, NotInvented),
        (invented.email, structs.replace(settings, demonstration=False), NotInvented),
        (bare.email, settings, NoSecondFactor),
        (f"{uuid4()}@demo.invalid", settings, NoSuchPerson),
    ):
        with pytest.raises(refusal):
            await totp.totp_now(staff.db, whose, email)


@pytest.mark.anyio
async def test_the_next_code_is_told_when_this_one_was_used(staff: Staff) -> None:
    settings = structs.replace(SETTINGS, root_key=ROOT_KEY, demonstration=True)
    one = await staff.member("bureau", "reviewer", enrolled=True, demonstration=True)
    assert one.secret
    present = step_at(NOW)
    for last, told in ((0, present), (present - 1, present), (present, present + 1)):
        await staff.db.execute("update person set totp_last_step = $1", last)
        assert await totp.totp_now(staff.db, settings, one.email, NOW) == code_at(one.secret, told)
    await staff.db.execute("update person set totp_last_step = $1", present + 1)
    with pytest.raises(WrongCode):
        await totp.totp_now(staff.db, settings, one.email, NOW)
    assert await totp.totp_now(staff.db, settings, one.email, NOW + timedelta(seconds=30)) == (
        code_at(one.secret, present + 2)
    )


@pytest.mark.anyio
async def test_only_sign_in_reads_secrets(staff: Staff, pool: asyncpg.Pool) -> None:
    await staff.member("bureau", "reviewer", enrolled=True)
    for role in ("zpm_app", "zpm_reader"):
        for sql in ("select totp_secret from person", "select password_hash from person", "select sha256 from "
                    "recovery_code", "select id_sha256 from session", "select key from login_failure",
                    "select token_sha256 from password_reset", "select body from mail"):  # fmt: skip
            async with pool.acquire() as connection:
                await connection.execute(f"set role {role}")
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.fetch(sql)


@pytest.mark.anyio
async def test_after_enrolment_the_way_leads_on(phone: Browser, staff: Staff) -> None:
    """Several organisations are asked about next, and where the person was going is not lost."""
    bureau, enterprise = await staff.organisation("bureau"), await staff.organisation()
    both = await staff.person((bureau, "reviewer"), (enterprise, "owner"))
    await phone.sign_in(both, next="/account/profile")
    both.secret = await offered(phone)
    page = await phone.send_form("/account/totp", code=both.code(), next="/account/profile")
    assert 'href="/signin/organisation?next=%2Faccount%2Fprofile"' in page.text
    chosen = await phone.send_form("/signin/organisation", organisation=str(bureau), next="/account/profile")
    assert chosen.headers["location"] == "/account/profile"
