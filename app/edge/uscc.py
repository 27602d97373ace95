"""The unified social credit code of a legal entity (GB 32100): its form and its check character."""

import re
from collections.abc import Iterator

from app.edge.refusals import shown
from codes.errors import Refusal

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_FORM = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


class UsccForm(Refusal):
    code = "uscc-form"
    en = (
        "`{field}`: “{given}” is not a unified social credit code: it has 18 characters, digits and capital letters "
        "without I, O, S, V and Z, the third to eighth being digits. Copy it from the business licence."
    )
    zh = (
        "`{field}`：“{given}”不是统一社会信用代码：应为 18 位数字和大写字母（不含 I、O、S、V、Z），"
        "第 3 至 8 位为数字。请按营业执照填写。"
    )


class UsccCheckCharacter(Refusal):
    code = "uscc-check-character"
    en = (
        "`{field}`: the check character of “{given}” is wrong: after these characters it must be {expected}. "
        "Compare every character with the business licence."
    )
    zh = "`{field}`：“{given}”的校验码不正确：按前面的字符，末位应为 {expected}。请对照营业执照逐位核对。"


def uscc_check_character(body: str) -> str:
    """The 18th character (weights 3^i mod 31)."""
    total = sum(LETTERS.index(char) * weight for char, weight in zip(body, _WEIGHTS, strict=True))
    return LETTERS[-total % 31]


def uscc(field: str, value: str) -> Iterator[Refusal]:
    if not _FORM.fullmatch(value):
        yield UsccForm(field=field, given=shown(value))
    elif (expected := uscc_check_character(value[:17])) != value[17]:
        yield UsccCheckCharacter(field=field, given=value, expected=expected)
