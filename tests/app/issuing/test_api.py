"""Issuing over HTTP: the promise itself, with every refusal beside its success."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

from app.issuing import statements
from codes.serial import Item, grouped, open_serial, seal
from tests.app.issuing.cast import HOOD, MAKER, MISTYPED, NOBODYS, UNRECOGNISED
from tests.app.issuing.service import BATCH, Client


async def test_the_same_key_gives_the_same_body(client: Client) -> None:
    first, again, other = await client.issue(), await client.issue(gtin=HOOD), await client.issue(count=1001)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.content == first.content
    assert (other.json()["code"], other.json()["field"]) == ("idempotency-key-taken", "idempotency_key")
    shown = await client.get(f"/api/batches/{first.json()['batch']}")
    assert shown.json() == first.json()
    listed = await client.get("/api/batches", params={"gtin": HOOD})
    assert listed.json() == {"items": [first.json()], "next": None}


async def test_what_no_column_can_hold_is_no_fault_of_ours(client: Client) -> None:
    batch = await client.batch()
    for path in ("/api/batches", "/codes", "/api/reprints", "/reprints"):
        assert (await client.get(path)).status_code == 200
    for path, status in (
        ("/codes?before=" + "9" * 30, 200),
        ("/codes?before=-" + "9" * 30, 200),
        ("/api/artwork/%00", 404),
        ("/api/reprints?before=2026-11-22T00:00:00", 200),
        ("/api/reprints?before=9999-12-31T23:59:59-12:00", 400),
        ("/reprints?before=0001-01-01T00:00:00%2B14:00", 400),
    ):
        assert (await client.get(path)).status_code == status, path
    gone = await client.delete(f"/api/batches/{batch}/voids/9999-12-31T23:59:59-12:00")
    assert (gone.status_code, gone.json()["code"]) == (404, "void-unknown")


async def test_a_serial_of_a_case_voids_no_item(client: Client) -> None:
    batch = await client.batch()
    case, inner = (seal(client.cast.settings.ring, Item(1, batch, 5, variant)) for variant in (2, 1))
    path = f"/api/batches/{batch}/voids"
    refused = await client.post(path, json={"reason": "破损", "serials": [inner, case]})
    assert (refused.status_code, refused.json()["code"]) == (400, "serial-of-packing")
    assert refused.json()["field"] == "serials[1]"
    done = await client.post(path, json={"reason": "破损", "serials": [inner]})
    assert [(one["first"], one["last"]) for one in done.json()["spans"]] == [(5, 5)]


WRONG = [
    ({"count": "一百"}, "count"),
    ({"count": "100"}, "count"),
    ({"count": 0}, "count"),
    ({"count": 2**30 + 1}, "count"),
    ({"count": 2**80}, "count"),
    ({"count": 1.5}, "count"),
    ({"count": None}, "count"),
    ({"gtin": MISTYPED}, "gtin"),
    ({"lot": "批"}, "lot"),
    ({"lot": "a\x00"}, "lot"),
    ({"made_on": "2026-09-31"}, "made_on"),
    ({"made_on": "2062-09-12"}, "made_on"),
    ({"made_on": "2026-09-12", "expires_on": "2026-09-11"}, "expires_on"),
    ({"policy": "sometime"}, "policy"),
    ({"kount": 1}, "kount"),
]


async def test_orders_are_refused_by_the_name_of_the_field(client: Client) -> None:
    good = await client.issue(made_on="2026-09-12", expires_on="2026-09-12", count=2**30)
    assert good.status_code == 201
    for wrong, field in WRONG:
        bad = await client.issue("k2", **wrong)
        assert (bad.status_code, bad.json()["field"]) == (400, field)
        assert bad.headers["content-type"] == "application/problem+json"
    assert len((await client.get("/api/batches")).json()["items"]) == 1


async def test_the_key_is_required_and_the_facts_must_hold(client: Client) -> None:
    without = await client.post("/api/batches", json=BATCH)
    unknown = await client.issue(gtin=NOBODYS)
    missing = await client.issue(gtin=UNRECOGNISED)
    good = await client.issue()
    assert [r.status_code for r in (without, unknown, missing, good)] == [400, 404, 409, 201]
    assert without.json()["field"] == "idempotency_key"
    assert (unknown.json()["code"], missing.json()["code"]) == ("gtin-unknown", "not-recognised")
    chinese = await client.post(
        "/api/batches", json=BATCH | {"gtin": UNRECOGNISED},
        headers={"Idempotency-Key": "k2", "Accept-Language": "zh-CN"},
    )  # fmt: skip
    assert "品牌认定记录" in chinese.json()["detail"]


async def test_nobody_issues_without_the_right(client: Client) -> None:
    batch = (await client.issue()).json()["batch"]
    paths = [
        ("POST", "/api/batches"), ("GET", "/api/batches"), ("GET", f"/api/batches/{batch}"),
        ("GET", f"/api/batches/{batch}/export?format=txt"), ("GET", f"/api/batches/{batch}/statement"),
        ("POST", "/api/orders"), ("GET", "/api/orders/template.csv"), ("POST", f"/api/batches/{batch}/files"),
        ("GET", f"/api/batches/{batch}/files"), ("GET", f"/api/batches/{batch}/manifest?format=txt"),
        ("GET", f"/api/batches/{batch}/downloads"), ("GET", f"/api/batches/{batch}/links"), ("GET", "/api/reprints"),
        ("POST", f"/api/batches/{batch}/activations/list"), ("GET", f"/api/batches/{batch}/activations"),
        ("POST", f"/api/batches/{batch}/voids"), ("GET", f"/api/batches/{batch}/voids"),
        ("DELETE", f"/api/batches/{batch}/voids/2026-11-22T00:00:00Z"), ("POST", f"/api/batches/{batch}/activations"),
        ("POST", "/api/recalls"), ("GET", f"/api/recalls?gtin={HOOD}"),
        ("POST", "/api/recalls/00000000-0000-0000-0000-000000000000/close"),
        ("PUT", f"/api/codes/{HOOD}/product"), ("DELETE", f"/api/codes/{HOOD}/product"),
        ("GET", f"/api/codes/{HOOD}"),
        ("GET", f"/api/artwork/{MAKER}"), ("GET", "/api/items/11111111111111111111"),
    ]  # fmt: skip
    for method, path in paths:
        body = {} if method == "POST" else None
        answer = await client.request(method, path, json=body, headers={"Authorization": ""})
        assert answer.status_code == 401, path


async def test_exports_are_downloads_that_come_again_byte_for_byte(client: Client) -> None:
    batch = (await client.issue(count=200_000)).json()["batch"]
    path, ring = f"/api/batches/{batch}/export", client.cast.settings.ring
    first = await client.get(path, params={"format": "csv"})
    refused = await client.get(path, params={"format": "csv"})
    again = await client.get(path, params={"format": "csv", "reason": "卷筒损坏"})
    assert (first.status_code, refused.status_code, again.status_code) == (200, 409, 200)
    assert refused.json()["code"] == "reprint-needs-reason"
    assert first.content == again.content
    assert first.headers["content-disposition"] == f'attachment; filename="zpm-{HOOD}-{batch}-0-199999.csv"'
    assert first.headers["cache-control"] == "no-store"
    part = await client.get(path, params={"format": "txt", "from": 199_998, "form": "short", "reason": "补打"})
    serials = [line.rpartition("/")[2] for line in part.text.splitlines()]
    assert [open_serial(ring, serial) for serial in serials] == [Item(1, batch, 199_998), Item(1, batch, 199_999)]
    for wrong, status, field in (
        ({"format": "xls"}, 404, "format"),
        ({"format": "svg"}, 400, "count"),
        ({"format": "txt", "first": 200_000}, 400, "first"),
        ({"format": "txt", "first": "一"}, 400, "first"),
        ({"format": "txt", "count": 0}, 400, "count"),
        ({"format": "txt", "variant": 4}, 400, "variant"),
        ({"format": "pdf", "count": 1, "layout": "a3"}, 404, "layout"),
        ({"format": "txt", "form": "long"}, 400, "form"),
    ):
        answer = await client.get(path, params=wrong)
        assert (answer.status_code, answer.json()["field"]) == (status, field), wrong


async def test_voids_are_listed_and_taken_back(client: Client) -> None:
    batch = (await client.issue()).json()["batch"]
    path = f"/api/batches/{batch}/voids"
    line = await client.get(f"/api/batches/{batch}/export", params={"format": "txt", "first": 7, "count": 1})
    serial = line.text.strip().rpartition("/")[2]
    found = await client.get(f"/api/items/{grouped(serial)}")
    assert found.json() == {"batch": batch, "index": 7, "variant": 0, "gtin": HOOD, "lot": "260912A"}
    assert (await client.get(f"/api/items/{'1' * 20}")).status_code == 404
    done = await client.post(path, json={"reason": "破损", "serials": [serial], "ranges": [{"first": 8, "last": 9}]})
    assert done.status_code == 201
    assert (done.json()["items"], len(done.json()["spans"])) == (3, 1)
    beyond = [{"first": 8, "last": 9}, {"first": 1, "last": 1000}]
    wrong = await client.post(path, json={"reason": "破损", "ranges": beyond})
    assert (wrong.status_code, wrong.json()["field"]) == (400, "ranges[1]")
    assert (await client.post(path, json={"whole": True})).json()["field"] == "reason"
    at = done.json()["voided_at"]
    long_ago = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    assert (await client.delete(f"{path}/{long_ago}")).status_code == 404
    assert (await client.delete(f"{path}/yesterday")).status_code in (400, 404)
    assert (await client.get(path)).json() == done.json()["spans"]
    assert (await client.delete(f"{path}/{at}")).json()["items"] == 3
    assert (await client.get(path)).json() == []


async def test_ten_thousand_ranges_in_one_request(client: Client) -> None:
    batch = (await client.issue(count=100_000, policy="at_the_line")).json()["batch"]
    ranges = [{"first": 10 * n, "last": 10 * n + 4} for n in range(10_000)]
    done = await client.post(f"/api/batches/{batch}/activations", json={"ranges": ranges})
    assert done.status_code == 201
    assert len(done.json()["spans"]) == 10_000
    more = await client.post(f"/api/batches/{batch}/activations", json={"ranges": [*ranges, ranges[0]]})
    assert (more.status_code, more.json()["code"]) == (429, "too-many-ranges")


async def test_recalls_open_and_close(client: Client) -> None:
    new = {"gtin": HOOD, "lots": ["260912A"], "reason": "漏电", "remedy": "退货", "telephone": "400-000-0000"}
    opened = await client.post("/api/recalls", json=new)
    assert (opened.status_code, opened.json()["scope"]) == (201, "lots")
    assert (await client.post("/api/recalls", json=new | {"telephone": ""})).json()["field"] == "telephone"
    path = f"/api/recalls/{opened.json()['id']}/close"
    assert (await client.post(path, json={"closed_on": "2001-01-01"})).json()["code"] == "closed-before-opened"
    assert (await client.post(path, json={"closed_on": "2999-01-01"})).json()["field"] == "closed_on"
    closed = await client.post(path, json={})
    assert (closed.status_code, closed.json()["closed_on"]) == (200, closed.json()["opened_on"])
    assert (await client.post(path, json={})).status_code == 404
    assert (await client.get("/api/recalls", params={"gtin": HOOD})).json() == [closed.json()]


async def test_codes_are_assigned_and_their_artwork_comes_in_one_archive(client: Client) -> None:
    assert (await client.get(f"/api/artwork/{MAKER}")).status_code == 404
    assigned = await client.put(f"/api/codes/{HOOD}/product")
    assert (assigned.status_code, assigned.json()["state"]) == (200, "in_use")
    assert (await client.put(f"/api/codes/{HOOD}/pallet")).status_code == 400
    assert (await client.put(f"/api/codes/{UNRECOGNISED}/product")).json()["code"] == "not-recognised"
    archive = await client.get(f"/api/artwork/{MAKER}")
    names = zipfile.ZipFile(io.BytesIO(archive.content)).namelist()
    assert f"{HOOD} 吸油烟机 X1/{HOOD}.svg" in names
    assert (await client.delete(f"/api/codes/{HOOD}/product")).json()["state"] == "ended"
    assert [one["state"] for one in (await client.get(f"/api/codes/{HOOD}")).json()] == ["ended"]


async def test_a_statement_and_the_public_keys(client: Client) -> None:
    batch = (await client.issue()).json()
    statement = await client.get(f"/api/batches/{batch['batch']}/statement")
    assert statement.headers["content-type"] == "application/jose"
    keys = await client.get("/.well-known/jwks.json", headers={"Authorization": ""})
    assert keys.headers["cache-control"] == "public, max-age=3600"
    assert keys.headers["content-type"] == "application/jwk-set+json"
    assert statements.verify(statement.text, json.loads(keys.content)).count == 1000
