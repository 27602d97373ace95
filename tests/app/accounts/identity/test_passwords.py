"""What is taken as a password, how it is kept, and that a crowd waits outside."""

import asyncio
import threading
import unicodedata

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.identity import passwords
from app.accounts.identity.errors import TooManyHashings
from app.accounts.identity.passwords import LEAST, MOST, check

LISTED = sorted(passwords._breached())
ABOUT = ["li.lei@fotile.example", "李雷", "宁波演示厨具有限公司", "Ningbo Demonstration Kitchenware Co., Ltd."]


def codes(password: str) -> list[str]:
    return [one.code for one in check(password, ABOUT)]


@pytest.mark.parametrize("good", [
    "korrekt pferd batterie", "晨雾里的石桥七号", "tR7#qk2Lm9", "a cup of tea at 4", " 8 spaces ", "🦊🐳🌵🍋🎈🧭🪁🛶",
    "mingzi shi suibian qu de", "x1y2z3w4v5", "q" * 4 + "rstu", "8gh3kd9s",
])  # fmt: skip
def test_good_passwords_are_taken(good: str) -> None:
    assert codes(good) == []


@pytest.mark.parametrize(("bad", "code"), [
    ("", "password-short"), ("1234567", "password-short"), ("x" * 129, "password-long"),
    ("12345678", "password-plain"), ("19880808", "password-plain"), ("13800138000", "password-plain"),
    ("aaaaaaaa", "password-plain"), ("abababab", "password-plain"), ("        ", "password-plain"),
    ("password", "password-known"), ("P@ssw0rd!", "password-known"), ("Zhejiang@123", "password-known"),
    ("Hangzhou2026", "password-known"), ("1qaz2wsx", "password-known"), ("WoAiNi1314", "password-known"),
    ("wangwei1988!", "password-known"), ("qwertyuiop", "password-known"), ("!!admin2026", "password-known"),
    ("e\u0301blouissant jour", "password-ambiguous"),
    ("가나다라마바사아아아".replace("가", "\u1100\u1161"), "password-ambiguous"),
    ("my zpm password x", "password-telling"), ("ZhePinMa rocks it", "password-telling"),
    ("我爱浙品码呀我爱它", "password-telling"),
    ("li.lei was here", "password-telling"), ("FOTILE kitchen 77", "password-telling"),
    ("宁波演示厨具有限公司88", "password-telling"),
    ("kitchenware forever", "password-telling"), ("李雷喜欢喝茶和散步", "password-telling"),
])  # fmt: skip
def test_bad_passwords_are_refused(bad: str, code: str) -> None:
    assert code in codes(bad)


def test_all_that_is_wrong_is_said_at_once_in_both_languages() -> None:
    refusals = check("zpm\u0065\u0301 zpm zpm", field="new")
    assert [one.code for one in refusals] == ["password-ambiguous", "password-telling"]
    assert all(one.field == "new" and one.say("zh") != one.say("en") for one in refusals)
    assert codes("x" * 129) == ["password-long"]


def test_short_names_do_not_forbid_half_of_all_passwords() -> None:
    assert check("ein tag am see 9", ["li@x.cn", "A", "", "Co"]) == []


@given(
    st.sampled_from(LISTED),
    st.text("0123456789!@#._-", max_size=4),
    st.text("0123456789!@#._-", max_size=5),
    st.booleans(),
)
def test_what_is_listed_counts_with_digits_and_signs_around_it(
    word: str, before: str, behind: str, upper: bool
) -> None:
    password = before + (word.upper() if upper else word) + behind
    if len(password) >= LEAST:
        assert check(password) != []


@given(st.text(max_size=160))
def test_length_counts_code_points_and_nothing_is_altered(password: str) -> None:
    refused = {one.code for one in check(password)}
    assert ("password-short" in refused) == (len(password) < LEAST)
    assert ("password-long" in refused) == (len(password) > MOST)
    if not refused:
        assert unicodedata.normalize("NFC", password) == password


def test_the_list_is_a_list() -> None:
    assert len(LISTED) > 1000
    assert all(word == word.casefold().strip() for word in LISTED)


def test_the_parameters_are_those_of_the_rule() -> None:
    import importlib.util

    spec = importlib.util.find_spec("app.accounts.identity.passwords")
    assert spec is not None
    assert spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    assert fresh.HASHER.hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (fresh.LEAST, fresh.MOST, fresh.AT_ONCE) == (8, 128, 4)


@pytest.mark.anyio
async def test_what_was_kept_is_verified_and_nothing_else() -> None:
    kept = await passwords.hashed("晨雾里的石桥七号")
    assert await passwords.verified(kept, "晨雾里的石桥七号")
    assert kept != await passwords.hashed("晨雾里的石桥七号")
    for wrong in ("晨雾里的石桥七", "晨雾里的石桥七号 ", "", "\0", "x" * 10_000):
        assert not await passwords.verified(kept, wrong)
        assert not await passwords.verified(None, wrong)
    assert not await passwords.verified("no hash at all", "x")
    assert not await passwords.verified(None, "nobody's password: verified so that unknown addresses take as long")
    assert not passwords.outdated(kept)


@pytest.mark.anyio
async def test_four_hash_at_once_and_a_crowd_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, running, most = threading.Event(), 0, 0
    lock = threading.Lock()

    class Slow(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            gate.wait(30)
            with lock:
                running -= 1
            return "hash"

    monkeypatch.setattr(passwords, "HASHER", Slow())
    room = passwords.AT_ONCE + passwords.WAITING_MOST
    inside = [asyncio.create_task(passwords.hashed("x")) for _ in range(room)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyHashings) as refused:
        await passwords.hashed("x")
    assert refused.value.facts["retry_after"] == passwords.RETRY_S
    with pytest.raises(TooManyHashings):
        passwords.refuse_crowd()
    gate.set()
    assert await asyncio.gather(*inside) == ["hash"] * room
    assert most <= passwords.AT_ONCE
    assert await passwords.hashed("x") == "hash"
