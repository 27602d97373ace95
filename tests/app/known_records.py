"""Real records of a served demonstration, by the names that parameters and fields have: what makes a generated
request reach further than “there is no such record”."""

import copy
import io
import random
from collections.abc import Iterator
from typing import Any

import httpx
import segno
from msgspec import Struct

WAIT_S = 60
Known = dict[str, list[Any]]


class Speaker(Struct, frozen=True):
    """The JSON API with one key; every answer must be a success."""

    base: str
    key: str

    def __call__(self, method: str, path: str, body: object = None, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        with httpx.Client(base_url=self.base, trust_env=False, timeout=WAIT_S) as client:
            answer = client.request(method, path, json=body, headers=headers, **more)
        assert answer.status_code < 300, f"{method} {path}: {answer.text}"
        return answer.json() if answer.headers["content-type"].startswith("application/json") else answer.text

    def all(self, path: str, name: str = "id") -> list[Any]:
        found = self("GET", path)
        return [one[name] for one in (found["items"] if isinstance(found, dict) else found)]


def gather(own: Speaker, platform: Speaker) -> Known:
    """Of the enterprise where it has its own, of the registers otherwise; what is missing is made."""
    known: Known = {
        "standard_id": platform.all("/api/standards"),
        "body_id": platform.all("/api/certification-bodies"),
        "certificate_id": platform.all("/api/certificates"),
        "recognition_id": platform.all("/api/recognitions"),
        "sanction_id": platform.all("/api/sanctions"),
        "organisation_id": platform.all("/api/organisations"),
        "person_id": own.all("/api/people"),
        "key_id": [platform("POST", "/api/keys", _key(platform))["key"]["id"]],
        "gtin": ["6900000000014", "06900000000021"],
        "level": ["product", "lot", "item"],
    }
    mine = own("GET", "/api/batches")["items"][0]["enterprise_id"]
    known["enterprise_id"] = [mine, *platform.all("/api/enterprises")[:2]]
    known["uscc"] = [platform("GET", f"/api/enterprises/{mine}")["uscc"]]
    known["product_id"] = own.all(f"/api/products?enterprise_id={mine}")
    known["organisation"] = known["organisation_id"]
    known["invitation_id"] = [own("POST", "/api/invitations", _colleague("one"))["id"]]
    known |= _issued(own)
    known |= _evidence(own, known["product_id"][0])
    known["number"] = [_report(own.base, known["serial"][0])]
    known["successor_id"] = known["product_id"][::-1] + known["standard_id"][::-1]
    return known


def _key(platform: Speaker) -> dict[str, Any]:
    (organisation, *_) = platform.all("/api/organisations?kind=enterprise")
    return {"name": "演示", "scopes": ["issuing:read"], "days": 30, "organisation_id": organisation}


def _colleague(name: str) -> dict[str, Any]:
    return {"email": f"{name}@demo.invalid", "name": "演示同事", "roles": ["viewer"]}


def _report(base: str, serial: str) -> str:
    """A shopper's, of one item."""
    told = {"kind": "quality", "text": "灯罩松动（演示）", "code": serial, "contact": "demo@demo.invalid"}
    answer = httpx.post(f"{base}/report", data=told, headers={"Origin": base}, trust_env=False, timeout=WAIT_S)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/report/").partition("?")[0]


def picture(text: str = "demo") -> bytes:
    made = io.BytesIO()
    segno.make(text, micro=False).save(made, kind="png", scale=12)
    return made.getvalue()


def _evidence(own: Speaker, product: str) -> Known:
    document = own("POST", "/api/documents?kind=site_photo&title=演示", content=picture(), headers=OF_PICTURES)
    site = {"name": "演示厂区", "kind": "plant", "address": "演示路 1 号", "document_id": document["id"]}
    spot = {"title": "演示广告", "medium": "online", "place": "演示", "starts_on": "2026-03-01", "carries_mark": True}
    said = {"channel": "website", "url": "https://example.com/demo", "published_on": "2026-03-01"}
    label = {"product_id": product, "carrier": "both", "labelled_since": "2026-03-01"}
    entries = [
        own("POST", f"/api/evidence/{register}", body)["id"]
        for register, body in (("labels", label), ("sites", site), ("advertisements", spot), ("publications", said))
    ]
    return {"document_id": [document["id"]], "entry_id": entries}


OF_PICTURES = {"Content-Type": "image/png"}
PRINTER = {"printer": "演示印刷厂", "reason": "演示补印"}


def _issued(own: Speaker) -> Known:
    order = {"gtin": "6900000000014", "lot": "K1", "count": 2000, "policy": "at_the_line"}
    lines, later = (
        own("POST", "/api/batches", order | more, headers={"Idempotency-Key": f"known-{place}"})["batch"]
        for place, more in enumerate(({}, {"bound_later": True}))
    )
    rows = own("GET", f"/api/batches/{lines}/export?format=csv").splitlines()[1:]
    file = own("POST", f"/api/batches/{lines}/files", {"format": "txt"})[0]["id"]
    recall = {"gtin": "6900000000021", "reason": "演示", "remedy": "演示", "telephone": "400-000-0000", "lots": ["K9"]}
    return {
        "batch": [lines, lines, lines, later],
        "serial": [row.split(",")[1].strip('"') for row in rows[:50]],
        "file": [file],
        "act": [own("POST", f"/api/batches/{lines}/activations", {"ranges": [{"first": 0, "last": 9}]})["act"]],
        "voided_at": [own("POST", f"/api/batches/{lines}/voids", {"serials": [rows[20].split(",")[1].strip('"')],
                                                                  "reason": "演示"})["voided_at"]],
        "link": [own("POST", f"/api/batches/{lines}/files/{file}/links", PRINTER)["link"]["id"]],
        "recall": [own("POST", "/api/recalls", recall)["id"]],
    }  # fmt: skip


def filled(value: Any, known: Known, chance: random.Random, likely: float = 1.0) -> Any:
    """The value with what names a record naming a real one."""
    if isinstance(value, list):
        return [filled(one, known, chance, likely) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: chance.choice(known[name]) if name in known and inner is not None and chance.random() < likely
        else filled(inner, known, chance, likely)
        for name, inner in value.items()
    }  # fmt: skip


def varied(example: Any, generated: Any, known: Known, chance: random.Random) -> Any:
    """The example, naming real records, perhaps with a field of what was generated instead of its own."""
    body = filled(copy.deepcopy(example), known, chance, 0.95)
    if isinstance(generated, dict) and isinstance(body, dict) and generated and chance.random() < 0.6:
        name = chance.choice(sorted(generated))
        body[name] = generated[name]
    return body


def files_for(operation: str, known: Known, chance: random.Random) -> bytes | None:
    """A body that is a file, as the operation likes it."""
    lot = f"{chance.randrange(10**9)}"
    match operation:
        case "set_photo" | "hand_in_document":
            return picture(lot)
        case "order_lots":
            return f"gtin,lot,count\n6900000000014,{lot},{chance.choice((1, 50, -1, 10**10))}\n".encode()
        case "activate_list":
            return "\n".join(_scanned(known, chance)).encode()
    return None


def _scanned(known: Known, chance: random.Random) -> Iterator[str]:
    yield from chance.sample(known["serial"], 3)
    if chance.random() < 0.3:
        yield "nonsense"
