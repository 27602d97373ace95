"""Every act at the line is on the next scan: in use, the bound lot and dates, void, and what was taken back."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg

from app.issuing import actions, activations, items, recalls
from app.issuing.shapes import NewActivation, NewRecall, NewVoid, Span
from codes.serial import Item, seal
from tests.app.issuing.cast import HOOD, NOW, TODAY, play, settings_of
from tests.app.scanning.conftest import ROOT_KEY, heard, open_worker

__all__ = ["open_worker"]


async def test_acts_are_on_the_next_scan(
    own: asyncpg.Connection, cloned: str, tmp_path: Path, open_worker: Callable[..., Any]
) -> None:
    cast = await play(own, settings_of(cloned, tmp_path, root_key=bytes.fromhex(ROOT_KEY)))
    worker, ring, actor = await open_worker(cloned), cast.settings.ring, cast.actor
    order = cast.order(lot="ROLL-1", policy="at_the_line", bound_later=True)
    batch = await actions.issue(own, order, "k", actor, cast.settings, NOW)

    async def page(index: int) -> str:
        await heard(worker.scanning, own)
        text: str = (await worker.get(f"/01/{HOOD}/21/{seal(ring, Item(1, batch.batch, index))}")).text
        return text

    before = await page(3)
    given = NewActivation(ranges=(Span(0, 9),), lot="C-77", made_on=date(2026, 9, 12), expires_on=date(2099, 9, 12))
    act = await items.activate(own, batch.batch, given, actor, ring, NOW)
    bound = await page(3)
    assert "C-77" not in before
    assert all(word in bound for word in ("C-77", "2026-09-12", "2099-09-12"))
    assert "ROLL-1" not in bound
    assert "C-77" not in await page(10)  # another item of the roll
    void = await items.void(own, batch.batch, NewVoid(ranges=(Span(3, 3),), reason="破损件"), actor, ring, NOW)
    assert "破损件" in await page(3)
    await items.unvoid(own, batch.batch, void.voided_at, actor, NOW)
    assert "破损件" not in await page(3)
    recall = NewRecall(gtin=HOOD, lots=("C-77",), reason="线路漏电", remedy="退货", telephone="400-000-0000")
    await recalls.open_recall(own, recall, TODAY, actor)
    assert "线路漏电" in await page(3)  # a recall of the bound lot meets the items bound to it
    assert "线路漏电" not in await page(10)
    await activations.undo(own, batch.batch, act.act, actor, NOW)
    assert "C-77" not in (await page(3)).replace("线路漏电", "")
