"""What is refused of lists: many lots ordered at once, and serials scanned at the line."""

from codes.errors import Kind, Refusal, Several


class LineRefused(Refusal):
    """What is wrong in one line of a list; the sentence is that of the refusal it carries."""

    code = "line-refused"
    en = "Line {line}, {column}: {said_en}"
    zh = "第 {line} 行，{column}：{said_zh}"


class ListUnreadable(Refusal):
    code = "list-unreadable"
    en = "This is not a table in CSV: save it as CSV in UTF-8 or GB 18030 with a heading line, {known}."
    zh = "这不是 CSV 表格：请另存为 UTF-8 或 GB 18030 编码的 CSV，第一行为表头：{known}。"


class ColumnsMissing(Refusal):
    code = "columns-missing"
    en = "The heading line lacks {missing}; known columns are {known}."
    zh = "表头缺少 {missing}；可用的列：{known}。"


class ColumnUnknown(Refusal):
    code = "column-unknown"
    en = "There is no column “{given}”; known columns are {known}."
    zh = "没有“{given}”这一列；可用的列：{known}。"


class NoLots(Refusal):
    code = "no-lots"
    en = "The list has no line below its heading: give one line for each lot."
    zh = "列表在表头之下没有内容：请每个批次填写一行。"


class TooManyLots(Refusal):
    kind = Kind.TOO_MANY
    code = "too-many-lots"
    en = "The list has more than {most} lots; send the rest as a second list with a key of its own."
    zh = "列表超过 {most} 个批次，其余请另作一份列表并使用另一个幂等键。"


class CellsTooMany(Refusal):
    code = "cells-too-many"
    en = "this line has {count} cells, the heading {columns}: put values with commas in quotation marks."
    zh = "该行有 {count} 个单元格，表头有 {columns} 个：含逗号的内容请加引号。"


class NotAChoice(Refusal):
    code = "not-a-choice"
    en = "“{given}” is not one of {known}."
    zh = "“{given}”不是可选值：{known}。"


class LotTwice(Refusal):
    code = "lot-twice"
    en = "lot {lot} of this product stands in line {other} already: one line for each lot."
    zh = "该产品的批号 {lot} 已在第 {other} 行出现：每个批号只填一行。"


class SeveralEnterprises(Refusal):
    code = "several-enterprises"
    en = "this product belongs to another enterprise than the first line's: one list for each enterprise."
    zh = "该产品与第一行的产品不属于同一企业：每家企业请各用一份列表。"


class ListKeyTaken(Refusal):
    kind = Kind.CONFLICT
    code = "list-key-taken"
    en = "This idempotency key stands for another list; use a new key for a new list."
    zh = "该幂等键已用于另一份列表，新的列表请使用新的键。"


# Scanned at the line.


class ListLineRefused(Refusal):
    """One line of a list, and why the item cannot be put into use by it."""

    code = "list-line"
    en = "Line {line}: {said_en}"
    zh = "第 {line} 行：{said_zh}"


class ListRefused(Several):
    """A list with bad lines: nothing was activated. The first lines are told here, all in the report."""

    kind = Kind.CONFLICT
    code = "list-refused"
    en = "{bad} of {lines} lines cannot be activated; nothing was changed. All of them: list {list}."
    zh = "{lines} 行中有 {bad} 行无法激活，未作任何更改。全部问题行见列表 {list}。"

    def __init__(self, refusals: list[Refusal], **facts: object) -> None:
        super().__init__(refusals)
        self.facts = facts


class ListEmpty(Refusal):
    code = "list-empty"
    en = "The list names no serial: give one serial or scanned address a line."
    zh = "列表中没有编号：请每行一个编号或扫得的网址。"


class ListTooLong(Refusal):
    kind = Kind.TOO_MANY
    code = "list-too-long"
    en = "The list has more than {most} lines; send the rest as a second list."
    zh = "列表超过 {most} 行，其余请另行提交。"


class ListLineTooLong(Refusal):
    code = "list-line-too-long"
    en = "Line {line} is longer than any address on a label: send text with one serial a line."
    zh = "第 {line} 行长于任何标签上的网址：请提交每行一个编号的文本。"


class ListNotText(Refusal):
    code = "list-not-text"
    en = "Send the list as text/plain or text/csv, one serial or scanned address a line."
    zh = "请以 text/plain 或 text/csv 提交列表，每行一个编号或扫得的网址。"


class ListUnknown(Refusal):
    kind = Kind.UNKNOWN
    code = "list-unknown"
    en = "Batch {batch} has no list {list}."
    zh = "批次 {batch} 没有列表 {list}。"
