"""Refusals about shoppers' reports."""

from enum import Enum

from codes.errors import Kind, Refusal


class Filed(Enum):
    """Records of this room, in the words of a sentence."""

    REPORT = "report", "反映"

    def __init__(self, en: str, zh: str) -> None:
        self.en = en
        self.zh = zh


class StatusAlready(Refusal):
    kind = Kind.CONFLICT
    code = "report-already-so"
    en = "`{field}`: this report is “{state_en}” already; nothing was changed."
    zh = "`{field}`：该反映已是“{state_zh}”状态，未作更改。"


class NoStepThere(Refusal):
    kind = Kind.CONFLICT
    code = "no-such-step"
    en = "`{field}`: a report that is “{state_en}” cannot become “{wanted_en}”; from here it can become: {open_en}."
    zh = "`{field}`：“{state_zh}”的反映不能改为“{wanted_zh}”；目前可改为：{open_zh}。"


class NoteWanted(Refusal):
    code = "note-wanted"
    en = "`{field}` is empty: write down what was found or done, so that others understand it later."
    zh = "`{field}`不能为空：请写明核实的情况或处理结果，便于日后查看。"


class NoContact(Refusal):
    kind = Kind.UNKNOWN
    code = "no-contact"
    en = "The shopper left no contact with the report {number}."
    zh = "反映 {number} 没有留下联系方式。"


class NoPhoto(Refusal):
    kind = Kind.UNKNOWN
    code = "no-photo"
    en = "There is no photo with the report {number}."
    zh = "反映 {number} 没有附照片。"


class NoItemNamed(Refusal):
    kind = Kind.CONFLICT
    code = "no-item-named"
    en = "The report {number} names no single item; only an item can be held suspect."
    zh = "反映 {number} 没有对应到单件商品，只有单件商品可以标记为可疑。"


class NotCheckedOften(Refusal):
    kind = Kind.CONFLICT
    code = "not-checked-often"
    en = "This item was checked {views} times; its page can say “checked unusually often” from {least} checks on."
    zh = "该件商品被查询 {views} 次；查询达到 {least} 次后，其页面才能提示“查询次数异常”。"


class HeldSuspect(Refusal):
    kind = Kind.CONFLICT
    code = "held-suspect"
    en = "This item is held suspect already; nothing was changed."
    zh = "该件商品已标记为可疑，未作更改。"


class NotHeldSuspect(Refusal):
    kind = Kind.CONFLICT
    code = "not-held-suspect"
    en = "This item is not held suspect; nothing was changed."
    zh = "该件商品没有被标记为可疑，未作更改。"


class TooManyReports(Refusal):
    kind = Kind.CONFLICT
    code = "too-many-reports"
    en = "More than {most} reports fit this choice; narrow it and download in parts."
    zh = "符合条件的反映超过 {most} 条，请缩小范围后分次下载。"
