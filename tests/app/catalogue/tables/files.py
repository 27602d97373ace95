"""Files as people and programs make them: tables of a few rows in the forms an import takes."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg
import openpyxl

from app.catalogue.tables.opening import read_table
from app.catalogue.tables.shapes import Plan, Table

PRODUCTS = ("型号", "产品名称", "商品条码")
INDICATORS = ("型号", "指标名称", "单位", "比较方式", "本产品值")


def csv_of(*rows: Sequence[str], encoding: str = "utf-8", delimiter: str = ",", end: str = "\r\n") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_of(*rows: Iterable[Any]) -> bytes:
    """Written by another library than ours."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def table_of(*rows: Sequence[str]) -> Table:
    return read_table(csv_of(*rows), "表.csv")


def said(plan: Plan | Table) -> list[tuple[int, str | None, str]]:
    """Bad cells as row, column and code."""
    return [(bad.row, bad.column, bad.code) for bad in plan.bad]


async def clock(db: asyncpg.Connection) -> int:
    return await db.fetchval("select v from facts_clock")


async def changes(db: asyncpg.Connection) -> int:
    return await db.fetchval("select count(*) from history")
