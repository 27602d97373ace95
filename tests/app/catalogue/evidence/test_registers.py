from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

import app.recognition.sanctions as sanctions
from app.catalogue.evidence import actions
from app.catalogue.evidence.rules import rate
from app.catalogue.shapes import NewCommitment
from app.catalogue.statements import set_commitment
from app.edge.principals import platform
from app.recognition.shapes import NewWithdrawal
from tests.app.catalogue.evidence import hostile
from tests.app.catalogue.evidence.desk import Site, at, bureau, editor, viewer
from tests.app.service import OneConnection
from tests.world import ACTOR, TODAY, World

SITE = {"name": "一号厂区", "kind": "plant", "address": "慈溪市", "region_code": "330282", "mark_since": "2026-05-01"}
ADVERTISEMENT = {"title": "灯箱", "medium": "outdoor", "place": "东站", "starts_on": "2026-05-01", "carries_mark": True}
PUBLICATION = {"channel": "website", "url": "https://maker.example/promise", "published_on": "2026-05-01"}


@pytest.fixture
async def site(db: asyncpg.Connection, tmp_path: Path) -> AsyncIterator[Site]:
    async with at(OneConnection(db), tmp_path / "files") as site:
        yield site


async def _document(site: Site, kind: str) -> str:
    handed = await site.done("POST", f"/api/documents?kind={kind}&title=x", content=hostile.picture())
    return str(handed["id"])


async def test_a_site_lives(site: Site, world: World) -> None:
    enterprise = await world.enterprise()
    site.be(editor(enterprise.id))
    photo = await _document(site, "site_photo")
    entry = await site.done("POST", "/api/evidence/sites", json=SITE | {"document_id": photo})
    assert (entry["region"], entry["document_id"], entry["ended_on"]) == ("慈溪市", photo, None)
    url = f"/api/evidence/sites/{entry['id']}"
    changed = await site.done("PUT", url, json=SITE | {"kind": "workshop", "region_code": None})
    assert (changed["kind"], changed["region"], changed["document_id"]) == ("workshop", None, None)
    assert [one["id"] for one in (await site.done("GET", "/api/evidence/sites"))["items"]] == [entry["id"]]
    ended = await site.done("POST", f"{url}/end", json={"on": "2026-06-01"})
    assert ended["ended_on"] == "2026-06-01"
    for method, path, sent in (("PUT", url, SITE), ("POST", f"{url}/end", {"on": "2026-06-02"})):
        assert (await site.refused(409, method, path, json=sent))["code"] == "evidence-ended"


async def test_all_that_is_wrong_is_said_at_once(site: Site, world: World, db: asyncpg.Connection) -> None:
    enterprise, other = await world.enterprise(), await world.enterprise()
    theirs = await world.product(other.id)
    site.be(editor(enterprise.id))
    wrong = {"name": " ", "address": "a" * 121, "region_code": "440300", "mark_since": "2999-01-01"}
    told = await site.refused(400, "POST", "/api/evidence/sites", json=SITE | wrong | {"document_id": str(uuid4())})
    assert {one["field"] for one in told["errors"]} == {*wrong, "document_id"}
    told = await site.refused(
        400, "POST", "/api/evidence/advertisements", json=ADVERTISEMENT | {"place": None, "ends_on": "2026-04-30"}
    )
    assert {(one["field"], one["code"]) for one in told["errors"]} == {
        ("place", "evidence-place-needed"), ("ends_on", "dates-reversed"),
    }  # fmt: skip
    for path, sent, field in (
        ("publications", PUBLICATION | {"url": "javascript:alert(1)"}, "url"),
        ("publications", PUBLICATION | {"product_id": str(theirs.id)}, "product_id"),
        ("labels", {"product_id": str(theirs.id), "carrier": "both", "labelled_since": "2026-01-01"}, "product_id"),
        ("sites", SITE | {"region_code": "3302\u0000"}, "region_code"),
        ("sites", SITE | {"kind": "shop"}, "kind"),
    ):
        told = await site.refused(400, "POST", f"/api/evidence/{path}", json=sent)
        assert told["field"] == field
    site.be(platform("platform"))
    assert (await site.refused(400, "POST", "/api/evidence/sites", json=SITE))["code"] == "enterprise-needed"
    assert (await site.refused(404, "POST", f"/api/evidence/sites?enterprise_id={uuid4()}", json=SITE))["code"]
    site.be(viewer(enterprise.id))
    assert (await site.refused(403, "POST", "/api/evidence/sites", json=SITE))["code"] == "not-permitted"
    await db.execute("reset role")
    for table in ("site", "advertisement", "labelled_product", "commitment_publication"):
        assert await db.fetchval(f"select count(*) from {table}") == 0
    site.be(platform("platform"))
    await site.done("POST", f"/api/evidence/sites?enterprise_id={enterprise.id}", json=SITE)


async def test_advertising_is_planned_ahead(site: Site, world: World) -> None:
    site.be(editor((await world.enterprise()).id))
    entry = await site.done("POST", "/api/evidence/advertisements", json=ADVERTISEMENT | {"ends_on": "9999-12-31"})
    assert entry["ends_on"] == "9999-12-31"
    url = f"/api/evidence/advertisements/{entry['id']}/end"
    assert (await site.refused(400, "POST", url, json={"on": "2026-04-30"}))["field"] == "on"
    ended = await site.done("POST", url, json={"on": "2026-05-01"})
    assert (ended["ends_on"], ended["ended_on"]) == ("2026-05-01", "2026-05-02")


async def test_a_model_is_labelled_once(site: Site, world: World) -> None:
    enterprise = await world.enterprise()
    product, other = await world.product(enterprise.id), await world.product(enterprise.id)
    site.be(editor(enterprise.id))
    new = {"product_id": str(product.id), "carrier": "packaging", "labelled_since": "2026-01-01"}
    first = await site.done("POST", "/api/evidence/labels", json=new)
    assert (first["model"], first["product"]) == (product.model, product.name)
    assert (await site.refused(409, "POST", "/api/evidence/labels", json=new))["code"] == "labelled-already"
    second = await site.done("POST", "/api/evidence/labels", json=new | {"product_id": str(other.id)})
    told = await site.refused(409, "PUT", f"/api/evidence/labels/{second['id']}", json=new)
    assert told["code"] == "labelled-already"
    told = await site.refused(400, "POST", f"/api/evidence/labels/{first['id']}/end", json={"on": "2025-12-31"})
    assert (told["code"], told["field"]) == ("dates-reversed", "on")
    await site.done("POST", f"/api/evidence/labels/{first['id']}/end", json={"on": "2026-03-01"})
    await site.done("POST", "/api/evidence/labels", json=new | {"labelled_since": "2026-03-02"})


async def test_the_four_ratios_count_only_what_has_evidence(site: Site, world: World, db: asyncpg.Connection) -> None:
    enterprise, product, standard, certificate = await world.recognised()
    second, draft = await world.product(enterprise.id), await world.product(enterprise.id)
    await world.recognition(enterprise.id, [(second.id, standard.id, certificate.id)])
    promise = NewCommitment(text="承诺", remedy="退换", telephone="400-000-0000", valid_from=TODAY)

    async def rates() -> dict[str, tuple[int, int, int]]:
        await db.execute("reset role")
        told = await actions.reckon_rates(db, enterprise.id, TODAY)
        return {one.name: (one.part, one.whole, one.without_evidence) for one in told.rates}

    nothing = {"commitment": (0, 2, 0), "labelling": (0, 2, 0), "display": (0, 0, 0), "advertising": (0, 0, 0)}
    assert await rates() == nothing
    site.be(editor(enterprise.id))
    label = {"carrier": "both", "labelled_since": "2026-01-01"}
    photo = await _document(site, "label_photo")
    await site.done("POST", "/api/evidence/labels", json=label | {"product_id": str(product.id), "document_id": photo})
    await site.done("POST", "/api/evidence/labels", json=label | {"product_id": str(second.id)})
    await site.done("POST", "/api/evidence/labels", json=label | {"product_id": str(draft.id), "document_id": photo})
    await site.done("POST", "/api/evidence/publications", json=PUBLICATION)
    assert await rates() == nothing | {"labelling": (1, 2, 1)}  # no commitment is on record that could be published
    await set_commitment(db, product.id, promise, ACTOR, TODAY)
    await set_commitment(db, second.id, promise, ACTOR, TODAY)
    assert (await rates())["commitment"] == (2, 2, 0)

    site.be(editor(enterprise.id))
    shown = await _document(site, "site_photo")
    displayed = await site.done("POST", "/api/evidence/sites", json=SITE | {"document_id": shown})
    await site.done("POST", "/api/evidence/sites", json=SITE)
    await site.done("POST", "/api/evidence/sites", json=SITE | {"mark_since": None})
    for more in (
        {},
        {"url": "https://a.example"},
        {"carries_mark": False},
        {"ends_on": "2026-11-21"},
        {"starts_on": "2026-11-23"},
    ):
        await site.done("POST", "/api/evidence/advertisements", json=ADVERTISEMENT | more)
    told = await rates()
    assert (told["display"], told["advertising"]) == ((1, 3, 1), (1, 3, 1))
    site.be(editor(enterprise.id))
    await site.done("POST", f"/api/evidence/sites/{displayed['id']}/end", json={"on": "2026-11-22"})
    assert (await rates())["display"] == (0, 2, 1)

    withdrawal = NewWithdrawal(product_id=second.id, reason="停用", effective_on=TODAY)
    await sanctions.withdraw(db, withdrawal, ACTOR, TODAY)
    assert {name: (await rates())[name] for name in ("commitment", "labelling")} == {
        "commitment": (1, 1, 0), "labelling": (1, 1, 0),
    }  # fmt: skip


async def test_whoever_supervises_sees_the_ratios(site: Site, world: World) -> None:
    enterprise, *_ = await world.recognised()
    site.be(bureau("3302"))
    listed = await site.done("GET", f"/api/evidence?q={enterprise.name}")
    assert [one["id"] for one in listed["items"]] == [str(enterprise.id)]
    assert [one["percent"] for one in listed["items"][0]["rates"]] == [0, 0, None, None]
    assert (await site.done("GET", f"/api/evidence/{enterprise.id}"))["name"] == enterprise.name
    site.be(structs.replace(bureau("3301"), name="another bureau"))
    assert (await site.done("GET", "/api/evidence"))["items"] == []
    await site.refused(404, "GET", f"/api/evidence/{enterprise.id}")


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_hundred_is_said_of_all_alone(proven: int, unproven: int, missing: int) -> None:
    whole = proven + unproven + missing
    told = rate("display", proven, proven + unproven, whole)
    assert (told.percent is None) == (whole == 0)
    assert (told.percent == 100) == (proven == whole > 0)
    assert told.without_evidence == unproven
    assert told.percent is None or 0 <= told.percent <= 100
