"""Many lots by one list: a CSV of which every line is a batch, ordered together or not at all.

The ids are taken in one run before the transaction, as a single order's are; all rows are written
in one transaction. One idempotency key stands for the whole list.
"""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, get_args

from asyncpg import Connection

from app.edge.fields import today_in_china
from app.edge.principals import Principal
from app.issuing import actions, high_water, queries, rules
from app.issuing.failpoints import pass_by
from app.issuing.list_errors import (
    CellsTooMany,
    ColumnsMissing,
    ColumnUnknown,
    LineRefused,
    ListKeyTaken,
    ListUnreadable,
    LotTwice,
    NoLots,
    NotAChoice,
    SeveralEnterprises,
    TooManyLots,
)
from app.issuing.shapes import Batch, Claim, ClaimedList, NewBatch, OrderedLots, OrderList, Standing
from app.settings import Settings
from app.store import keys
from app.store.postgres import changing_facts
from codes.errors import Refusal, Several, refuse_all
from codes.gs1.errors import shown
from codes.verdict.facts import ActivationPolicy, ExpiryKind

LOTS_MOST = 1_000
LIST_BYTES = 512 * 1024
"""1,000 lines of 500 bytes."""
TOLD_MOST = 200
"""Refusals told at once; whoever mends these finds the rest."""

COLUMNS = {
    "gtin": "商品条码", "lot": "批号", "count": "数量", "made_on": "生产日期", "expires_on": "到期日",
    "expiry_kind": "到期类型", "policy": "启用方式", "bound_later": "激活时绑定", "label_case": "网址大小写",
    "layout": "标签规格",
}  # fmt: skip
REQUIRED = ("gtin", "lot", "count")
_NAMES = {name: name for name in COLUMNS} | {zh: name for name, zh in COLUMNS.items()}
_YES = {"1": True, "yes": True, "是": True, "true": True, "0": False, "no": False, "否": False, "false": False}
_WORDS = {"保质期": "best_before", "使用期限": "use_by", "签发即启用": "when_issued", "产线激活": "at_the_line"}

Line = tuple[int, NewBatch]


def template() -> bytes:
    """A list to fill in: the heading in Chinese, in UTF-8 with the mark that spreadsheets need."""
    return ("\ufeff" + ",".join(COLUMNS.values()) + "\r\n").encode()


def read_list(content: bytes) -> list[Line]:
    """The orders with the numbers of their lines; raises with every cell that is wrong."""
    rows = _rows(content)
    known = "、".join(f"{name}（{zh}）" for name, zh in COLUMNS.items())
    columns = _columns(rows[0][1] if rows else [], known)
    if len(rows) < 2:
        raise NoLots(field="list")
    if len(rows) - 1 > LOTS_MOST:
        raise TooManyLots(field="list", most=LOTS_MOST)
    lines: list[Line] = []
    refusals: list[Refusal] = []
    for number, cells in rows[1:]:
        try:
            lines.append((number, _order(columns, cells)))
        except Refusal as refusal:
            refusals += at_line(number, refusal)
    refuse_all(refusals[:TOLD_MOST])
    return lines


def at_line(number: int, refusal: Refusal) -> list[Refusal]:
    """The same refusals, said of a line."""
    several = refusal.refusals if isinstance(refusal, Several) else (refusal,)
    return [
        LineRefused(
            field=f"line {number}: {one.field or 'gtin'}", line=number, column=one.field or "gtin",
            said_en=one.say("en"), said_zh=one.say("zh"), because=one.code,
        )
        for one in several
    ]  # fmt: skip


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    """Lines that are not empty, with their numbers."""
    try:
        text = _decoded(content)
        separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        found = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, [cell.strip() for cell in cells]))
            if len(found) > LOTS_MOST + 1:
                break
    except (csv.Error, UnicodeDecodeError) as error:
        raise ListUnreadable(field="list", known=", ".join(REQUIRED)) from error
    return found


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _columns(heading: list[str], known: str) -> list[str]:
    names = [_NAMES.get(cell.lower(), "") for cell in heading]
    if not any(names):
        raise ListUnreadable(field="list", known=known)
    unknown = [cell for cell, name in zip(heading, names, strict=True) if not name]
    doubled = [cell for place, cell in enumerate(heading) if names[place] in names[:place]]
    refuse_all([ColumnUnknown(field=shown(cell), given=shown(cell), known=known) for cell in (*unknown, *doubled)])
    if missing := [name for name in REQUIRED if name not in names]:
        raise ColumnsMissing(field=missing[0], missing="、".join(missing), known=known)
    return names


def _order(columns: list[str], cells: list[str]) -> NewBatch:
    if len(cells) > len(columns):
        raise CellsTooMany(field="gtin", count=len(cells), columns=len(columns))
    given = {name: cell for name, cell in zip(columns, cells, strict=False) if cell}
    values: dict[str, Any] = {"gtin": given.get("gtin", ""), "lot": given.get("lot", "")}
    refusals = rules.refused(*(_reading(values, name, given.get(name, "")) for name in columns))
    refuse_all(refusals)
    return NewBatch(**values)


def _reading(values: dict[str, Any], name: str, cell: str) -> Callable[[], None]:
    def read() -> None:
        if cell or name == "count":
            values[name] = _READ[name](cell, name)

    return read


def _text(cell: str, name: str) -> str:
    return cell


def _one_of(words: dict[str, Any]) -> Callable[[str, str], Any]:
    def read(cell: str, name: str) -> Any:
        if (word := _WORDS.get(cell, cell.lower())) not in words:
            raise NotAChoice(field=name, given=shown(cell), known=", ".join(words))
        return words[word]

    return read


def _choice(kind: object) -> Callable[[str, str], Any]:
    return _one_of({one: one for one in get_args(kind)})


_READ: dict[str, Callable[[str, str], Any]] = {
    "gtin": _text, "lot": _text, "layout": _text, "count": rules.whole_number, "made_on": rules.iso_date,
    "expires_on": rules.iso_date, "expiry_kind": _choice(ExpiryKind), "policy": _choice(ActivationPolicy),
    "bound_later": _one_of(_YES), "label_case": _one_of({"upper": "upper", "lower": "lower"}),
}  # fmt: skip


async def order_lots(
    db: Connection, lines: list[Line], idempotency_key: str, actor: Principal, settings: Settings, now: datetime
) -> OrderedLots:
    """Every line a batch, all in one transaction; the same list again under its key gives the same batches."""
    today = today_in_china(now)
    orders = _checked(lines, now)
    key = rules.checked_key(idempotency_key)
    digest = rules.digest([order for _, order in orders])
    standings = await _standings(db, orders, actor, now)
    enterprise = next(iter(standings.values())).enterprise_id
    if earlier := await _claimed(db, enterprise, key, digest):
        return earlier
    missing = {gtin: rules.codes_refused(standing, today) for gtin, standing in standings.items()}
    refuse_all(
        [said for number, order in orders for no in missing[order.gtin] for said in at_line(number, no)][:TOLD_MOST]
    )
    ids = await high_water.take_ids(db, settings, actions.epoch_of(orders[0][1], settings), len(orders))
    pass_by("after_claim")
    made = await _write(db, ids, orders, standings, (key, digest), actor, settings, now)
    if made is None:  # another client was first with this key; our ids stay unused
        made = await _claimed(db, enterprise, key, digest)
        assert made is not None
    return made


def _checked(lines: list[Line], now: datetime) -> list[Line]:
    orders: list[Line] = []
    refusals: list[Refusal] = []
    seen: dict[tuple[str, str], int] = {}
    for number, new in lines:
        try:
            order = rules.checked_order(new, today_in_china(now))
            if (other := seen.setdefault((order.gtin, order.lot), number)) != number:
                raise LotTwice(field="lot", lot=order.lot, other=other)
            orders.append((number, order))
        except Refusal as refusal:
            refusals += at_line(number, refusal)
    refuse_all(refusals[:TOLD_MOST])
    return orders


async def _standings(db: Connection, orders: list[Line], actor: Principal, now: datetime) -> dict[str, Standing]:
    """Of every product once; refuses those that are unknown, foreign, or of a second enterprise."""
    found: dict[str, Standing] = {}
    refusals: list[Refusal] = []
    for number, order in orders:
        if order.gtin in found:
            continue
        try:
            standing = await actions.standing_of(db, order.gtin, today_in_china(now), actor)
            if any(one.enterprise_id != standing.enterprise_id for one in found.values()):
                raise SeveralEnterprises(field="gtin")
            found[order.gtin] = standing
        except Refusal as refusal:
            refusals += at_line(number, refusal)
    refuse_all(refusals[:TOLD_MOST])
    return found


async def _claimed(db: Connection, enterprise: object, key: str, digest: bytes) -> OrderedLots | None:
    claimed = await queries.claimed_list.first(db, enterprise, key)
    if claimed is None:
        return None
    if claimed.request_digest != digest:
        raise ListKeyTaken(field="idempotency_key")
    return OrderedLots(order=_plain(claimed), batches=await queries.batches_of_list.all(db, claimed.id))


def _plain(claimed: ClaimedList) -> OrderList:
    return OrderList(
        id=claimed.id, enterprise_id=claimed.enterprise_id, lots=claimed.lots, ordered_at=claimed.ordered_at
    )


async def _write(
    db: Connection, ids: range, orders: list[Line], standings: dict[str, Standing], claim: tuple[str, bytes],
    actor: Principal, settings: Settings, now: datetime,
) -> OrderedLots | None:  # fmt: skip
    enterprise = standings[orders[0][1].gtin].enterprise_id
    touched = _touched(ids, orders)
    async with db.transaction():
        async with changing_facts(db, touched, actor.name) as changed:
            kept = await queries.insert_list.first(db, enterprise, *claim, len(orders), now, actor.name)
            if kept is None:
                return None
            batches: list[Batch] = []
            for batch, (number, order) in zip(ids, orders, strict=True):
                one = Claim(f"{kept.id}:{number}", rules.digest(order), kept.id)
                made = await actions.write(db, batch, order, standings[order.gtin], one, settings, now)
                assert made is not None
                batches.append(made)
                pass_by("after_insert")
            for gtin, standing in standings.items():
                first = next(order for _, order in orders if order.gtin == gtin)
                changed.update(await actions.first_batch(db, standing, first, now))
        for gtin in standings:
            await actions.still_given(db, gtin, today_in_china(now), actor)
        pass_by("before_commit")
    pass_by("after_commit")
    return OrderedLots(order=kept, batches=batches)


def _touched(ids: range, orders: list[Line]) -> Iterator[str]:
    for batch, (_, order) in zip(ids, orders, strict=True):
        yield from (keys.batch(batch), keys.lot(order.gtin, order.lot))
