"""From revocation, withdrawal or a certificate's end on: no order, list, export, reprint, link or activation."""

import asyncpg
import pytest

from tests.app.issuing.cast import HOOD
from tests.app.issuing.service import BATCH, Client
from tests.app.issuing.test_issue import FACTS

CSV = f"gtin,lot,count\n{HOOD},L1,5\n"


async def acts(client: Client, batch: int, file: str, key: str) -> dict[str, tuple[int, str | None]]:
    """Every act that gives codes, prints them or puts them into use; what became of each."""
    path, text = f"/api/batches/{batch}", {"Content-Type": "text/plain"}
    answers = {
        "order": await client.issue(key),
        "list": await client.post("/api/orders", content=CSV, headers={"Idempotency-Key": key + "-list"}),
        "export": await client.get(path + "/export", params={"format": "txt", "first": 10, "count": 5}),
        "reprint": await client.get(f"{path}/files/{file}/download", params={"reason": "破损"}),
        "link": await client.post(f"{path}/files/{file}/links", json={"printer": "印刷厂", "reason": "破损"}),
        "whole": await client.post(path + "/activations", json={"whole": True}),
        "scanned": await client.post(path + "/activations/list", content=b"x", headers=text),
    }
    return {
        act: (answer.status_code, answer.json().get("code") if answer.status_code >= 400 else None)
        for act, answer in answers.items()
    }


@pytest.mark.parametrize(("sql", "of", "code", "day"), FACTS, ids=[fact[2] for fact in FACTS])
async def test_every_way_to_codes_is_refused_with_the_reason(
    client: Client, own: asyncpg.Connection, sql: str, of: str, code: str, day: str | None
) -> None:
    client.become("maker")
    batch = await client.batch(policy="at_the_line")
    (file,) = (await client.post(f"/api/batches/{batch}/files", json={"format": "txt", "count": 5})).json()
    assert (await client.get(file["download"])).status_code == 200
    before = await acts(client, batch, file["id"], "before")
    assert before.pop("scanned") == (409, "list-refused")  # its only line is no serial
    assert {status for status, _ in before.values()} <= {200, 201}
    await own.execute(sql, getattr(client.cast, of))
    after = await acts(client, batch, file["id"], "after")
    assert set(after.values()) <= {(409, code), (400, "line-refused")}
    assert after["list"] == (400, "line-refused")
    told = await client.get(f"/api/batches/{batch}/export", params={"format": "txt"})
    assert day is None or day in told.json()["detail"]
    assert await own.fetchval("select count(*) from batch") == 3


async def test_an_ended_item_code_ends_printing_and_activating_too(client: Client) -> None:
    client.become("maker")
    batch = await client.batch(policy="at_the_line")
    assert (await client.delete(f"/api/codes/{HOOD}/item")).status_code == 200
    for answer in (
        await client.issue("again"),
        await client.get(f"/api/batches/{batch}/export", params={"format": "txt"}),
        await client.post(f"/api/batches/{batch}/activations", json={"whole": True}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "code-ended")
    assert (await client.put(f"/api/codes/{HOOD}/item")).status_code == 200
    assert (await client.post(f"/api/batches/{batch}/activations", json={"whole": True})).status_code == 201


async def test_a_proof_is_printed_whatever_happens_and_voids_are_always_taken(
    client: Client, own: asyncpg.Connection
) -> None:
    client.become("maker")
    batch, proof = await client.batch(), await client.batch("p", proof=True)
    await own.execute("update certificate set state = 'withdrawn', state_on = '2026-10-02'")
    assert (await client.get(f"/api/batches/{proof}/export", params={"format": "txt"})).status_code == 200
    assert (await client.get(f"/api/batches/{batch}/export", params={"format": "txt"})).status_code == 409
    assert (await client.post(f"/api/batches/{batch}/voids", json={"whole": True, "reason": "停产"})).status_code == 201
    assert (await client.post("/api/batches", json=BATCH, headers={"Idempotency-Key": "k1"})).status_code == 201
