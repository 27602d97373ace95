"""Guessing is slowed and nobody is locked out."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar

from app.accounts.identity import tries
from app.accounts.identity.rules import LONGEST_WAIT_S, NETWORK_FREE, PAIR_FREE, network_of, wait_after
from tests.app.accounts.identity.staff import ELSEWHERE, HERE, PASSWORD, Browser, Staff, browser

pytestmark = pytest.mark.anyio


@given(st.integers(0, 10_000), st.integers(1, 50))
def test_waits_grow_to_a_quarter_of_an_hour(failures: int, free: int) -> None:
    wait = wait_after(failures, free)
    assert (wait == 0) == (failures < free)
    assert wait <= wait_after(failures + 1, free) <= LONGEST_WAIT_S == wait_after(failures + free + 20, free)


@pytest.mark.parametrize(("one", "other", "same"), [
    ("203.0.113.7", "203.0.113.250", True), ("203.0.113.7", "203.0.114.7", False),
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True), ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ("::ffff:203.0.113.7", "203.0.113.9", True), ("fe80::1%eth0", "fe80::2", True),
    (None, "", True), (None, "testclient", True), (None, "203.0.113.7", False),
])  # fmt: skip
def test_networks(one: str | None, other: str | None, same: bool) -> None:
    assert (network_of(one) == network_of(other)) == same


HELD = timedelta(minutes=5)


async def hold(staff: Staff) -> None:
    """As if the last try had been this moment for five minutes: slow machines see the whole wait."""
    await staff.age("login_failure", -HELD)


async def fail(phone: Browser, email: str, times: int) -> list[int]:
    return [(await phone.send_form("/signin", email=email, password="wrong")).status_code for _ in range(times)]


@pytest.mark.parametrize(("language", "words"), [("en", "Too many wrong tries: wait 2 s"), ("zh", "请等待 2 秒")])
async def test_after_five_wrong_tries_each_next_one_waits(
    app: Litestar, staff: Staff, language: str, words: str
) -> None:
    owner = await staff.member()
    async with browser(app, language=language) as phone:
        assert await fail(phone, owner.email, 5) == [422] * 5
        await hold(staff)
        answer = await phone.sign_in(owner)  # the right password, too early
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
        assert words in answer.text
        assert owner.email in answer.text
        assert await fail(phone, owner.email, 3) == [429] * 3  # what comes too early is not counted
        waits = []
        for _ in range(12):
            await staff.age("login_failure", HELD + timedelta(seconds=LONGEST_WAIT_S))
            assert await fail(phone, owner.email, 1) == [422]
            await hold(staff)
            waits.append(int((await phone.sign_in(owner)).headers["retry-after"]))
        assert waits == [4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]
        await staff.age("login_failure", HELD + timedelta(seconds=LONGEST_WAIT_S))
        assert (await phone.sign_in(owner)).status_code == 303
        counts = await staff.db.fetch("select count from login_failure")
        assert [row["count"] for row in counts] == [17]  # the pair is cleared, of the network's only this try


async def test_failures_are_forgotten_after_an_hour(phone: Browser, staff: Staff) -> None:
    owner = await staff.member()
    await fail(phone, owner.email, 5)
    await hold(staff)
    assert (await phone.sign_in(owner)).status_code == 429
    await staff.age("login_failure", HELD + timedelta(minutes=61))
    assert await fail(phone, owner.email, 4) == [422] * 4
    assert (await phone.sign_in(owner)).status_code == 303
    await staff.age("login_failure", timedelta(minutes=61))
    await phone.sign_in(owner)
    assert await staff.db.fetchval("select count(*) from login_failure where count > 0") == 0


async def test_nobody_elsewhere_locks_the_owner_out(app: Litestar, phone: Browser, staff: Staff) -> None:
    owner = await staff.member()
    async with browser(app, ELSEWHERE) as stranger:
        assert await fail(stranger, owner.email, PAIR_FREE) == [422] * PAIR_FREE
        await hold(staff)
        assert await fail(stranger, owner.email, 35) == [429] * 35
    assert (await phone.sign_in(owner)).status_code == 303


async def test_a_network_that_tries_many_names_waits_too(app: Litestar, staff: Staff) -> None:
    owner = await staff.member()
    async with browser(app) as phone, browser(app, "203.0.113.99") as beside, browser(app, ELSEWHERE) as away:
        for number in range(NETWORK_FREE):
            assert await fail(phone, f"nobody{number}@demo.invalid", 1) == [422]
        await hold(staff)
        assert (await phone.sign_in(owner)).status_code == 429
        assert (await beside.sign_in(owner)).status_code == 429
        assert (await away.sign_in(owner)).status_code == 303
        await staff.age("login_failure", HELD + timedelta(seconds=3))
        assert (await beside.sign_in(owner)).status_code == 303
        await staff.age("login_failure", timedelta(seconds=3))
        assert await fail(phone, "nobody@demo.invalid", 1) == [422]  # one right one does not clear the network
        await hold(staff)
        assert await fail(phone, "nobody2@demo.invalid", 1) == [429]


async def test_tries_at_the_same_moment_are_counted_before_they_are_looked_at(
    app: Litestar, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "wait_after", lambda failures, free: 0 if failures < free else LONGEST_WAIT_S)
    owner = await staff.member()
    async with browser(app) as phone:
        answers = await asyncio.gather(*(fail(phone, owner.email, 1) for _ in range(24)))
    assert sorted(status for one in answers for status in one) == [422] * PAIR_FREE + [429] * (24 - PAIR_FREE)


async def test_codes_are_slowed_by_person_too(app: Litestar, staff: Staff) -> None:
    """A million values only: who has the password may not try them from everywhere."""
    officer = await staff.member("bureau", "reviewer", enrolled=True)
    wrong = "000000" if officer.code() != "000000" else "111111"
    for number in range(4):
        async with browser(app, f"198.51.{number}.1") as stranger:
            await stranger.sign_in(officer, PASSWORD)
            for _ in range(5):
                assert (await stranger.send_form("/signin/totp", code=wrong)).status_code == 422
            await hold(staff)
            answer = await stranger.send_form("/signin/totp", code=wrong)
            assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    async with browser(app, HERE) as phone:
        await phone.sign_in(officer)
        assert (await phone.pass_code(officer)).status_code == 429
        await staff.age("login_failure", 4 * HELD + timedelta(seconds=3))
        assert (await phone.pass_code(officer)).status_code == 303


async def test_what_stands_in_the_table_names_nobody(phone: Browser, staff: Staff) -> None:
    owner = await staff.member()
    await fail(phone, owner.email, 1)
    for row in await staff.db.fetch("select key from login_failure"):
        assert len(row["key"]) == 32
