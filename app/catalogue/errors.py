"""What the catalogue refuses, each with its remedy."""

from collections.abc import Iterable
from typing import Self

from codes.errors import Kind, Refusal


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


class GtinTaken(Refusal):
    kind = Kind.CONFLICT
    code = "gtin-taken"
    en = "`{field}`: the GTIN {given} belongs to another model (product number {id}); every model has its own."
    zh = "`{field}`：商品条码 {given} 已属于另一型号（产品编号 {id}），一个型号使用一个条码。"


class GtinTwice(Refusal):
    code = "gtin-twice"
    en = "`{field}`: the GTIN {given} stands in the list twice; give it once."
    zh = "`{field}`：商品条码 {given} 重复填写，请保留一个。"


class NotANumber(Refusal):
    code = "indicator-not-a-number"
    en = "Indicator “{indicator}”, `{field}`: “{given}” is not a number; with the sense {sense} give one such as 0.5."
    zh = "指标“{indicator}”的 `{field}`：“{given}”不是数字；比较方式为 {sense} 时请填写数字，例如 0.5。"


class NotARange(Refusal):
    code = "indicator-not-a-range"
    en = "Indicator “{indicator}”, `{field}`: “{given}” is not a range; give the lower value first, such as 35–39."
    zh = "指标“{indicator}”的 `{field}`：“{given}”不是范围；请先填下限再填上限，例如 35–39。"


class LimitWithoutReference(Refusal):
    code = "limit-without-reference"
    en = "Indicator “{indicator}”: `{field}` is missing; a limit is given, so name the document it stands in."
    zh = "指标“{indicator}”缺少 `{field}`：已填写限值，请填写该限值所依据的标准。"


class IndicatorTwice(Refusal):
    code = "indicator-twice"
    en = "Indicator “{indicator}” (`{field}`) stands in the list twice; give it once."
    zh = "指标“{indicator}”（`{field}`）重复填写，请保留一个。"


class FeaturesDiffer(Refusal):
    code = "features-differ"
    en = "`{field}` has {count} entries and `features` has {other}; translate each feature or none."
    zh = "`{field}`有 {count} 项，而 `features` 有 {other} 项：请逐项翻译，或全部不译。"


class NotAPicture(Refusal):
    code = "not-a-picture"
    en = "This file is not a picture we can read; give a JPEG, PNG or WebP file."
    zh = "无法识别该图片文件，请上传 JPEG、PNG 或 WebP 图片。"


class PictureTooLarge(Refusal):
    code = "picture-too-large"
    en = "The picture is too large ({given}); give one of at most {most}."
    zh = "图片过大（{given}），请控制在 {most} 以内。"


class SuccessorOfAnother(Refusal):
    code = "successor-of-another"
    en = "`{field}`: a newer model must be one of the same enterprise; register it there first."
    zh = "`{field}`：新型号必须属于同一企业，请先登记该型号。"


class SuccessorCircle(Refusal):
    kind = Kind.CONFLICT
    code = "successor-circle"
    en = "`{field}`: this model would follow itself; name a newer model that does not lead back to it."
    zh = "`{field}`：接替关系形成循环，请选择不会回到本型号的新型号。"


class OpenAgainst(Refusal):
    """A model cannot leave the lists while shoppers are being warned of it."""

    kind = Kind.CONFLICT
    code = "open-against-product"
    en = "This product cannot be archived while these are open: {open_en}. Close or end them first."
    zh = "该产品尚有未结事项，不能下架：{open_zh}。请先办结。"

    @classmethod
    def naming(cls, still_open: Iterable[str]) -> Self:
        """Each as `kind day`, the kinds being `recall` and those of sanctions."""
        pairs = [one.split(" ") for one in still_open]
        return cls(
            open_en=", ".join(f"{_OPEN[kind][0]} of {day}" for kind, day in pairs),
            open_zh="、".join(f"{day} {_OPEN[kind][1]}" for kind, day in pairs),
        )


_OPEN = {
    "recall": ("recall", "开始的召回"),
    "authorisation_withdrawn": ("withdrawal of the mark", "的“品字标”授权收回"),
    "measure": ("regulatory measure", "的监管措施"),
}
