"""Refusals of the statistics."""

from codes.errors import Refusal


class RangeTooLong(Refusal):
    code = "range-too-long"
    en = "`{field}`: the range has more than {most} days; choose a later first day."
    zh = "`{field}`：时间范围超过 {most} 天，请把开始日期改晚一些。"


class RangeReversed(Refusal):
    code = "range-reversed"
    en = "`{field}` is {given}, before the first day ({limit}): compare the two dates."
    zh = "`{field}`为 {given}，早于开始日期（{limit}）：请核对两个日期。"


class NotADate(Refusal):
    code = "not-a-day"
    en = "`{field}`: “{given}” is not a date; give it as year-month-day, such as 2026-11-23."
    zh = "`{field}`：“{given}”不是日期，请按“年-月-日”填写，例如 2026-11-23。"


class NoSuchChoice(Refusal):
    code = "no-such-choice"
    en = "`{field}`: “{given}” is not one of {known}."
    zh = "`{field}`：“{given}”不在可选范围内（{known}）。"
