"""Evidence over JSON: documents, the four registers, and the four 100 % reckoned from them."""

from uuid import UUID

from litestar import Response, Router, get, post, put
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, JSONBody, RawBody

from app.catalogue.evidence import actions, documents, queries
from app.catalogue.evidence.answers import attached, desk_of
from app.catalogue.evidence.confinement import UPLOAD_MOST
from app.catalogue.evidence.registers import ADVERTISEMENTS, LABELS, PUBLICATIONS, SITES
from app.catalogue.evidence.shapes import (
    Advertisement,
    Document,
    DocumentKind,
    End,
    LabelledProduct,
    NewAdvertisement,
    NewLabelledProduct,
    NewPublication,
    NewSite,
    Publication,
    Rates,
    Site,
)
from app.edge.asks import Actor, Db, Today
from app.edge.guards import needs
from app.edge.paging import USUAL, After, Limit, Listing, Words, listing, looked_for

READ, WRITE = needs("registers:read"), needs("catalogue:write")
Of = FromQuery[UUID | None]


@get("/documents", guards=[READ])
async def list_documents(
    db: Db, limit: Limit = USUAL, after: After = None, enterprise_id: Of = None,
    kind: FromQuery[DocumentKind | None] = None,
) -> Listing[Document]:  # fmt: skip
    return listing(await queries.documents.all(db, after, limit + 1, enterprise_id, kind), limit)


@post("/documents", guards=[WRITE], request_max_body_size=UPLOAD_MOST)
async def hand_in_document(
    state: State, actor: Actor, body: RawBody, kind: FromQuery[DocumentKind], title: FromQuery[str],
    enterprise_id: Of = None,
) -> Response[Document]:  # fmt: skip
    """The file itself as the body, whatever its declared type. 201 for a new document; 200 with the document
    that is on record already for a file that was handed in before for the same purpose."""
    handed = await documents.hand_in(desk_of(state), actor, kind, title, body, enterprise_id)
    return Response(handed.document, status_code=200 if handed.repeated else 201)


@get("/documents/{document_id:uuid}", guards=[READ])
async def show_document(db: Db, document_id: FromPath[UUID]) -> Document:
    return await documents.open_document(db, document_id)


@get("/documents/{document_id:uuid}/content", guards=[READ])
async def download_document(db: Db, state: State, document_id: FromPath[UUID]) -> Response[bytes]:
    return attached(*await documents.read_document(db, desk_of(state).files, document_id))


@post("/documents/{document_id:uuid}/withdraw", guards=[WRITE], status_code=200)
async def withdraw_document(db: Db, document_id: FromPath[UUID], actor: Actor, today: Today) -> Document:
    return await documents.withdraw(db, document_id, actor, today)


@get("/evidence", guards=[READ])
async def list_rates(
    db: Db, today: Today, limit: Limit = USUAL, after: After = None, q: Words = None
) -> Listing[Rates]:
    """The four 100 % of every recognised enterprise you may see, as stated by itself."""
    return listing(await actions.list_rates(db, today, after, limit + 1, looked_for(q)), limit)


@get("/evidence/{enterprise_id:uuid}", guards=[READ])
async def show_rates(db: Db, today: Today, enterprise_id: FromPath[UUID]) -> Rates:
    return await actions.reckon_rates(db, enterprise_id, today)


@get("/evidence/publications", guards=[READ])
async def list_publications(
    db: Db, limit: Limit = USUAL, after: After = None, enterprise_id: Of = None
) -> Listing[Publication]:
    return listing(await queries.publications.all(db, after, limit + 1, enterprise_id), limit)


@post("/evidence/publications", guards=[WRITE])
async def add_publication(
    db: Db, data: JSONBody[NewPublication], actor: Actor, today: Today, enterprise_id: Of = None
) -> Publication:
    return await actions.add(db, PUBLICATIONS, data, actor, today, enterprise_id)


@put("/evidence/publications/{entry_id:uuid}", guards=[WRITE])
async def change_publication(
    db: Db, entry_id: FromPath[UUID], data: JSONBody[NewPublication], actor: Actor, today: Today
) -> Publication:
    return await actions.change(db, PUBLICATIONS, entry_id, data, actor, today)


@post("/evidence/publications/{entry_id:uuid}/end", guards=[WRITE], status_code=200)
async def end_publication(
    db: Db, entry_id: FromPath[UUID], data: JSONBody[End], actor: Actor, today: Today
) -> Publication:
    return await actions.end(db, PUBLICATIONS, entry_id, data, actor, today)


@get("/evidence/labels", guards=[READ])
async def list_labels(
    db: Db, limit: Limit = USUAL, after: After = None, enterprise_id: Of = None
) -> Listing[LabelledProduct]:
    return listing(await queries.labelled_products.all(db, after, limit + 1, enterprise_id), limit)


@post("/evidence/labels", guards=[WRITE])
async def add_label(
    db: Db, data: JSONBody[NewLabelledProduct], actor: Actor, today: Today, enterprise_id: Of = None
) -> LabelledProduct:
    return await actions.add(db, LABELS, data, actor, today, enterprise_id)


@put("/evidence/labels/{entry_id:uuid}", guards=[WRITE])
async def change_label(
    db: Db, entry_id: FromPath[UUID], data: JSONBody[NewLabelledProduct], actor: Actor, today: Today
) -> LabelledProduct:
    return await actions.change(db, LABELS, entry_id, data, actor, today)


@post("/evidence/labels/{entry_id:uuid}/end", guards=[WRITE], status_code=200)
async def end_label(
    db: Db, entry_id: FromPath[UUID], data: JSONBody[End], actor: Actor, today: Today
) -> LabelledProduct:
    return await actions.end(db, LABELS, entry_id, data, actor, today)


@get("/evidence/sites", guards=[READ])
async def list_sites(db: Db, limit: Limit = USUAL, after: After = None, enterprise_id: Of = None) -> Listing[Site]:
    return listing(await queries.sites.all(db, after, limit + 1, enterprise_id), limit)


@post("/evidence/sites", guards=[WRITE])
async def add_site(db: Db, data: JSONBody[NewSite], actor: Actor, today: Today, enterprise_id: Of = None) -> Site:
    return await actions.add(db, SITES, data, actor, today, enterprise_id)


@put("/evidence/sites/{entry_id:uuid}", guards=[WRITE])
async def change_site(db: Db, entry_id: FromPath[UUID], data: JSONBody[NewSite], actor: Actor, today: Today) -> Site:
    return await actions.change(db, SITES, entry_id, data, actor, today)


@post("/evidence/sites/{entry_id:uuid}/end", guards=[WRITE], status_code=200)
async def end_site(db: Db, entry_id: FromPath[UUID], data: JSONBody[End], actor: Actor, today: Today) -> Site:
    return await actions.end(db, SITES, entry_id, data, actor, today)


@get("/evidence/advertisements", guards=[READ])
async def list_advertisements(
    db: Db, limit: Limit = USUAL, after: After = None, enterprise_id: Of = None
) -> Listing[Advertisement]:
    return listing(await queries.advertisements.all(db, after, limit + 1, enterprise_id), limit)


@post("/evidence/advertisements", guards=[WRITE])
async def add_advertisement(
    db: Db, data: JSONBody[NewAdvertisement], actor: Actor, today: Today, enterprise_id: Of = None
) -> Advertisement:
    return await actions.add(db, ADVERTISEMENTS, data, actor, today, enterprise_id)


@put("/evidence/advertisements/{entry_id:uuid}", guards=[WRITE])
async def change_advertisement(
    db: Db, entry_id: FromPath[UUID], data: JSONBody[NewAdvertisement], actor: Actor, today: Today
) -> Advertisement:
    return await actions.change(db, ADVERTISEMENTS, entry_id, data, actor, today)


@post("/evidence/advertisements/{entry_id:uuid}/end", guards=[WRITE], status_code=200)
async def end_advertisement(
    db: Db, entry_id: FromPath[UUID], data: JSONBody[End], actor: Actor, today: Today
) -> Advertisement:
    return await actions.end(db, ADVERTISEMENTS, entry_id, data, actor, today)


router = Router(
    "/api",
    route_handlers=[
        list_documents, hand_in_document, show_document, download_document, withdraw_document, list_rates, show_rates,
        list_publications, add_publication, change_publication, end_publication, list_labels, add_label, change_label,
        end_label, list_sites, add_site, change_site, end_site, list_advertisements, add_advertisement,
        change_advertisement, end_advertisement,
    ],
    tags=["evidence"],
)  # fmt: skip
