"""Photos of many models at once: a ZIP whose files are named like the models, taken as a whole or not at all."""

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath
from uuid import UUID

from asyncpg import Connection
from msgspec import Struct

from app.catalogue import queries
from app.catalogue.actions import lock_product
from app.catalogue.console.queries import models
from app.catalogue.console.shapes import ListedProduct
from app.catalogue.errors import ArchiveUnreadable, PhotoTwice, PhotoUnmatched, PhotoUnreadable
from app.catalogue.pictures import UPLOAD_MOST
from app.catalogue.shapes import Picture
from app.catalogue.statements import drawn
from app.catalogue.tables.archives import Archive
from app.edge.principals import Principal
from app.edge.refusals import shown
from app.store import keys
from app.store.postgres import changing_facts
from codes.errors import Refusal, refuse_all

PHOTOS_MOST = 100
"""Drawn anew at about a quarter of a second each, two at a time."""
ARCHIVE_MOST = 64 * 2**20

_NOT_PHOTOS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class Matched(Struct, frozen=True):
    """A file of the archive and the model it is of."""

    file: str
    product: ListedProduct


async def set_photos(db: Connection, enterprise_id: UUID, archive: bytes, actor: Principal) -> list[Matched]:
    """Show these pictures, each of the model its file is named like; refused with everything that does not fit."""
    opened, files = _open(archive)
    found = _match({_readable(name): name for name in files}, await models.all(db, enterprise_id))
    drawings: list[Picture] = []
    refusals: list[Refusal] = []
    for name, one in found.items():
        try:
            drawings.append(await drawn(_content(opened, name)))
        except Refusal as refusal:
            refusals.append(PhotoUnreadable(given=shown(one.file), why_en=refusal.say("en"), why_zh=refusal.say("zh")))
    refuse_all(refusals)
    async with changing_facts(db, [keys.product(one.product.id) for one in found.values()], actor.name):
        for one, picture in sorted(zip(found.values(), drawings, strict=True), key=lambda pair: pair[0].product.id):
            await lock_product(db, one.product.id, actor)
            await queries.insert_photo.run(
                db, picture.sha256, picture.media_type, picture.width, picture.height, picture.content
            )
            await queries.set_photo.run(db, one.product.id, picture.sha256)
    return list(found.values())


def _open(archive: bytes) -> tuple[Archive, list[str]]:
    try:
        opened = Archive(archive)
    except Refusal as refusal:
        raise _unusable(
            str(refusal.facts.get("reason_en", "it is damaged, empty, or not a ZIP file")),
            str(refusal.facts.get("reason_zh", "文件已损坏、为空，或不是 ZIP 文件")),
        ) from None
    files = sorted(name for name in opened.names if not name.endswith("/") and not _is_clutter(name))
    if not files:
        raise _unusable("there is no photo in it", "其中没有照片")
    if len(files) > PHOTOS_MOST:
        raise _unusable(
            f"it has {len(files)} files; send at most {PHOTOS_MOST} at a time",
            f"其中有 {len(files)} 个文件，每次最多 {PHOTOS_MOST} 个",
        )
    return opened, files


def _unusable(en: str, zh: str) -> ArchiveUnreadable:
    return ArchiveUnreadable(field="archive", why_en=en, why_zh=zh)


def _is_clutter(name: str) -> bool:
    """What systems add by themselves."""
    return name.startswith(_NOT_PHOTOS[0]) or PurePosixPath(name).name in _NOT_PHOTOS[1:]


def _content(archive: Archive, name: str) -> bytes:
    content = bytearray()
    for chunk in archive.chunks(name):
        content += chunk
        if len(content) > UPLOAD_MOST:
            break  # what draws it says how large it may be
    return bytes(content)


def _readable(name: str) -> str:
    """The name as it was typed: archivers of Windows write GB 18030 without saying so."""
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _match(files: dict[str, str], products: list[ListedProduct]) -> dict[str, Matched]:
    """The files, as they are called inside the archive, with their models."""
    exact = {_folded(one.model): one for one in products}
    loose = _unique((_bare(one.model), one) for one in products)
    found: dict[str, Matched] = {}
    taken: dict[UUID, str] = {}
    refusals: list[Refusal] = []
    for file, name in files.items():
        stem = PurePosixPath(file).stem
        product = exact.get(_folded(stem)) or loose.get(_bare(stem))
        if product is None:
            example = products[0].model if products else "X1"
            refusals.append(PhotoUnmatched(given=shown(file), example=shown(example)))
        elif (other := taken.setdefault(product.id, file)) != file:
            refusals.append(PhotoTwice(given=shown(file), other=shown(other), model=shown(product.model)))
        else:
            found[name] = Matched(file, product)
    refuse_all(refusals)
    return found


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _bare(text: str) -> str:
    """Letters and figures alone: a model's slash cannot stand in a file's name."""
    return "".join(char for char in _folded(text) if char.isalnum())


def _unique(pairs: Iterable[tuple[str, ListedProduct]]) -> dict[str, ListedProduct]:
    found: dict[str, ListedProduct | None] = {}
    for key, one in pairs:
        found[key] = None if key in found else one
    return {key: one for key, one in found.items() if key and one is not None}
