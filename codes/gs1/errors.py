"""What GS1 syntax refuses, each with its reason in both languages.

`part` quotes the piece at fault, cut short and made printable: it comes from strangers and goes
onto pages, into JSON and into logs.
"""

from enum import StrEnum
from typing import Self

from codes.errors import Refusal

SHOWN = 48
"""Characters of a stranger's text that a refusal repeats: more than any AI pair of ours has."""


def shown(text: str) -> str:
    """The text, short and printable (lone surrogates and controls would break the answer)."""
    kept = "".join(char if char.isprintable() else "\ufffd" for char in text[:SHOWN])
    return kept + "…" if len(text) > SHOWN else kept


def element(ai: str, value: str = "") -> str:
    """`(10) L1`, a part of something larger as a refusal quotes it."""
    return f"({shown(ai)}) {shown(value)}".rstrip()


class Why(StrEnum):
    """Why a part was refused; the value is stable and goes into machine answers."""

    en: str
    zh: str

    def __new__(cls, slug: str, en: str, zh: str) -> Self:
        why = str.__new__(cls, slug)
        why._value_ = slug
        why.en, why.zh = en, zh
        return why

    TOO_LONG = "too-long", "it is longer than {other} characters", "超过 {other} 个字符"
    URI_CHARACTERS = "uri-characters", "a URI may not contain this character", "网址中不允许出现该字符"
    SCHEME = "scheme", "it must begin with http:// or https://", "必须以 http:// 或 https:// 开头"
    HOST = "host", "a host name and a path must follow the scheme", "协议之后必须是主机名和路径"
    NO_KEY = "no-key", "it does not end in a GS1 key with its value", "末尾没有 GS1 主标识及其值"
    QUALIFIERS = "qualifiers", "the key takes no such qualifiers in this order", "该主标识不支持这样的限定符或顺序"
    UNKNOWN_AI = "unknown-ai", "no such application identifier exists", "不存在该应用标识符"
    REPEATED = "repeated", "it occurs more than once", "重复出现"
    IN_PATH = "belongs-in-path", "it belongs in the path, not in the query", "应写在路径中，不应写在查询参数中"
    NOT_ATTRIBUTE = "not-an-attribute", "it may not stand in the query", "不允许作为查询参数"
    NEEDS = "needs", "it needs one of {other} beside it", "必须同时包含 {other} 之一"
    EXCLUDES = "excludes", "it may not stand beside {other}", "不能与 {other} 同时出现"
    EMPTY = "empty", "the value is empty", "值为空"
    VALUE_CHARACTERS = "value-characters", "the value has characters GS1 does not allow", "值中含有 GS1 不允许的字符"
    FORM = "form", "the value does not have the prescribed length and form", "值的长度或格式不符合规定"
    CHECK_DIGIT = "check-digit", "the check digit is wrong", "校验码不正确"
    COMPANY_PREFIX = "company-prefix", "the value must begin with a GS1 company prefix", "值必须以 GS1 厂商识别代码开头"
    DATE = "date", "no such date exists", "日期不存在"
    TIME = "time", "no such time exists", "时间不存在"
    NOT_LISTED = "not-listed", "the code is not in its ISO list", "代码不在 ISO 列表中"
    RANGE = "range", "the value is outside its range", "值超出允许范围"
    BRACKETS = "brackets", "write it as (AI)value(AI)value", "应写成 (AI)值(AI)值，使用半角括号"


class BadSyntax(Refusal):
    """One `part` breaks one rule, `why`; `other` completes the sentence where the rule has one."""

    code = "gs1-syntax"
    en = "{part}: {reason}."
    zh = "{part}：{reason}。"

    def __init__(self, *, part: str, why: Why, other: object = "", field: str = "uri") -> None:
        super().__init__(field=field, part=part, why=why, other=other)
        self.part, self.why = part, why

    def say(self, language: str = "en") -> str:
        template, reason = (self.zh, self.why.zh) if language.startswith("zh") else (self.en, self.why.en)
        return template.format(part=self.part, reason=reason.format(**self.facts))


class BadDigitalLink(BadSyntax):
    """Not a GS1 Digital Link URI."""

    code = "bad-digital-link"
    en = "This is not a GS1 Digital Link. {part}: {reason}."
    zh = "这不是有效的 GS1 数字链接。{part}：{reason}。"


class BadElementString(BadSyntax):
    """Not a GS1 element string."""

    code = "bad-element-string"
    en = "This is not a GS1 element string. {part}: {reason}."
    zh = "这不是有效的 GS1 单元数据串。{part}：{reason}。"


class BadValue(BadSyntax):
    """A single value, such as a lot, that no GS1 data carrier could carry."""

    code = "bad-gs1-value"
    en = "This cannot be put into a GS1 code. {part}: {reason}."
    zh = "无法写入 GS1 编码。{part}：{reason}。"


class BadGtin(Refusal):
    """Not a GTIN; each subclass says what to do about it."""

    code = "bad-gtin"
    en = "“{given}” is not a GTIN."
    zh = "“{given}”不是商品条码（GTIN）。"


class GtinNotDigits(BadGtin):
    """Something other than the digits 0–9, spaces and hyphens."""

    code = "gtin-not-digits"
    en = "“{given}” is not a GTIN: give the digits 0–9 printed under the bar code."
    zh = "“{given}”不是商品条码（GTIN）：请填写条码下方的数字（半角 0–9）。"


class GtinLength(BadGtin):
    """Digits, but not 8, 12, 13 or 14 of them."""

    code = "gtin-length"
    en = "“{given}” has {count} digits; a GTIN has 8, 12, 13 or 14: count them again."
    zh = "“{given}”有 {count} 位；商品条码（GTIN）应为 8、12、13 或 14 位，请核对位数。"


class GtinCheckDigit(BadGtin):
    """The last digit does not fit the others: one was mistyped, or two changed places."""

    code = "gtin-check-digit"
    en = "GTIN “{given}” has a wrong check digit: the last one should be {expected}. Compare every digit."
    zh = "商品条码（GTIN）“{given}”的校验码不正确：按前面的数字，末位应为 {expected}。请逐位核对。"


class GtinZero(BadGtin):
    """All zeros: the check digit fits, but GS1 assigns it to nothing."""

    code = "gtin-zero"
    en = "A GTIN of zeros only is assigned to no product: give the one printed under the bar code."
    zh = "全为 0 的商品条码（GTIN）不对应任何产品：请填写条码下方的数字。"


class BadLabelStem(Refusal):
    """Not a scheme and a host alone, so it cannot begin a label's URI."""

    code = "bad-label-stem"
    en = "“{given}” cannot begin a label: give scheme and host only, such as https://zpm.example."
    zh = "“{given}”不能作为标签网址的开头：请只填写协议和主机名，例如 https://zpm.example。"
