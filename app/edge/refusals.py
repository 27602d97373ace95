"""Refusals every room says the same way: of a record, and of what was typed into a field."""

from enum import Enum

from codes.errors import Kind, Refusal
from codes.gs1.errors import shown as shown


class Record(Enum):
    """The registers' records, in the words of a sentence."""

    ENTERPRISE = "enterprise", "企业"
    PRODUCT = "product", "产品"
    STANDARD = "standard", "标准"
    BODY = "certification body", "认证机构"
    CERTIFICATE = "certificate", "证书"
    RECOGNITION = "recognition", "认定"
    SANCTION = "sanction", "监管决定"
    TEST_REPORT = "test report", "检验报告"
    REGION = "region of Zhejiang (six digits of GB/T 2260)", "浙江省行政区划（GB/T 2260 六位代码）"
    INDUSTRY = "manufacturing industry (two digits of GB/T 4754)", "制造业行业（GB/T 4754 两位代码）"

    def __init__(self, en: str, zh: str) -> None:
        self.en = en
        self.zh = zh


class UnknownRecord(Refusal):
    """The record that was addressed does not exist."""

    kind = Kind.UNKNOWN
    code = "unknown-record"
    en = "There is no {record.en} with the number {id}."
    zh = "没有编号为 {id} 的{record.zh}。"


class UnknownReference(Refusal):
    """A field names a record that does not exist."""

    code = "unknown-reference"
    en = "`{field}`: there is no {record.en} “{given}”; look it up in the register and give it again."
    zh = "`{field}`：没有“{given}”这一{record.zh}，请在名录中核对后重新填写。"


class AlreadyRegistered(Refusal):
    """Another record has the same natural key; `id` points to it."""

    kind = Kind.CONFLICT
    code = "already-registered"
    en = "The {record.en} “{given}” is registered already (number {id}); change that record instead."
    zh = "{record.zh}“{given}”已经登记（编号 {id}），请修改原有记录。"


class AlreadySo(Refusal):
    """The record is in the asked state already."""

    kind = Kind.CONFLICT
    code = "already-so"
    en = "This {record.en} is in the state “{state}” already; nothing was changed."
    zh = "该{record.zh}已处于“{state}”状态，未作更改。"


class NoWayThere(Refusal):
    """A transition the record's life does not have."""

    kind = Kind.CONFLICT
    code = "no-such-transition"
    en = "A {record.en} in the state “{state}” cannot become “{wanted}”; from here it can become: {open_en}."
    zh = "处于“{state}”状态的{record.zh}不能变为“{wanted}”；目前可变更为：{open_zh}。"


class EmptyText(Refusal):
    code = "empty-text"
    en = "`{field}` is empty: give a text of 1 to {most} characters."
    zh = "`{field}`不能为空：请填写 1 至 {most} 个字符。"


class LongText(Refusal):
    code = "long-text"
    en = "`{field}` has {count} characters; shorten it to {most}."
    zh = "`{field}`有 {count} 个字符，请缩短到 {most} 个以内。"


class EdgeSpace(Refusal):
    code = "edge-space"
    en = "`{field}` begins or ends with a space: take it away."
    zh = "`{field}`首尾有空格，请删除。"


class HiddenCharacter(Refusal):
    code = "hidden-character"
    en = "`{field}` has a character that does not print (U+{code_point:04X}) at place {place}: type the text anew."
    zh = "`{field}`第 {place} 个字符无法显示（U+{code_point:04X}）：请重新输入。"


class BadUrl(Refusal):
    code = "bad-url"
    en = "`{field}`: “{given}” is not an address; give one that begins with https:// or http:// and names a host."
    zh = "`{field}`：“{given}”不是网址；请填写以 https:// 或 http:// 开头并含主机名的地址。"


class BadTelephone(Refusal):
    code = "bad-telephone"
    en = "`{field}`: “{given}” is not a telephone number; give 3 to 20 digits such as 400-000-0000 or 0571-00000000."
    zh = "`{field}`：“{given}”不是电话号码；请填写 3 至 20 位数字，例如 400-000-0000 或 0571-00000000。"


class FutureDate(Refusal):
    code = "future-date"
    en = "`{field}` is {given}, after today ({today}): record it on the day itself."
    zh = "`{field}`为 {given}，晚于今天（{today}）：请在当日登记。"


class DatesReversed(Refusal):
    code = "dates-reversed"
    en = "`{field}` is {given}, before {other} ({limit}): compare the two dates."
    zh = "`{field}`为 {given}，早于 {other}（{limit}）：请核对两个日期。"


class TooManyOf(Refusal):
    code = "too-many-entries"
    en = "`{field}` has {count} entries; give at most {most}."
    zh = "`{field}`有 {count} 项，最多可填 {most} 项。"


class Unavailable(Refusal):
    kind = Kind.UNAVAILABLE
    code = "unavailable"
    en = "The register cannot be reached for the moment; nothing was changed. Try again in a few seconds."
    zh = "暂时无法连接登记系统，未作任何更改，请稍后重试。"


class WrongParameter(Refusal):
    code = "wrong-parameter"
    en = "`{field}`: {reason}."
    zh = "`{field}`：{reason_zh}。"
