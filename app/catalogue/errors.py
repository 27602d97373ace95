"""What the catalogue refuses, each with its remedy."""

from collections.abc import Iterable
from enum import Enum
from typing import Self

from codes.errors import Kind, Refusal


class GtinTaken(Refusal):
    kind = Kind.CONFLICT
    code = "gtin-taken"
    en = "`{field}`: the GTIN {given} belongs to another model (product number {id}); every model has its own."
    zh = "`{field}`：商品条码 {given} 已属于另一型号（产品编号 {id}），一个型号使用一个条码。"


class GtinElsewhere(Refusal):
    """Whose it is stays untold: the asker may not see that enterprise's models."""

    kind = Kind.CONFLICT
    code = "gtin-elsewhere"
    en = "`{field}`: the GTIN {given} is registered for another product already: compare it with the pack."
    zh = "`{field}`：商品条码 {given} 已登记在其他产品名下：请与包装核对。"


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


class RegionFixed(Refusal):
    """Which bureau supervises an enterprise is not the enterprise's own to choose."""

    kind = Kind.NOT_ALLOWED
    code = "region-fixed"
    en = "`{field}`: which bureau supervises you follows from it; ask the provincial bureau to record your move."
    zh = "`{field}`：属地关系到监管归属，迁址请联系省局办理变更。"


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


class Missing(Enum):
    """What a page must have before its enterprise publishes it: the block it stands in, and what to do."""

    ENTERPRISE = "product", "state the enterprise's telephone number", "填写企业联系电话"
    GTIN = "product", "add a GTIN", "添加商品条码"
    PHOTO = "product", "add a photo of the pack front", "上传包装正面照片"
    RECOGNITION = (
        "standard",
        "the recognition of this model is not on record yet; the provincial bureau enters it",
        "尚无该型号的“浙江制造”认定记录，由省局录入",
    )
    STANDARD = (
        "standard",
        "the standard of the recognition is no longer in force; a new recognition is needed",
        "认定所依据的标准已失效，需重新认定",
    )
    CERTIFICATE = (
        "standard",
        "the certificate is not in force; ask the certification body",
        "认证证书不在有效状态，请联系认证机构",
    )
    INDICATORS = "comparison", "enter at least one key indicator", "填写至少一项关键指标"
    LIMITS = (
        "comparison",
        "give the Zhejiang Made limit of at least one indicator",
        "至少为一项指标填写“浙江制造”标准限值",
    )
    TEST_REPORT = "comparison", "name the test report of the figures", "登记指标所依据的检验报告"
    COMMITMENT = "commitment", "write the quality commitment", "填写质量承诺"

    def __init__(self, block: str, en: str, zh: str) -> None:
        self.block = block
        self.en = en
        self.zh = zh

    @property
    def key(self) -> str:
        return self.name.lower()


class FactMissing(Refusal):
    """A page is published whole: the four contents are the notice's (REQ-003 to REQ-006)."""

    kind = Kind.CONFLICT
    code = "fact-missing"
    en = "Before this product is published: {what.en}."
    zh = "发布前还需：{what.zh}。"


class NoOpenReturn(Refusal):
    kind = Kind.CONFLICT
    code = "no-open-return"
    en = "No bureau has returned this page, or it has been answered already; open the product again."
    zh = "该页面没有待答复的退回意见，或已经答复；请重新打开该产品查看。"


class NotPublished(Refusal):
    kind = Kind.CONFLICT
    code = "not-published"
    en = "This product is not published at present, so there is no page to review; take another one."
    zh = "该产品目前未发布，没有可抽查的页面，请另选一个。"


class IndicatorsChanged(Refusal):
    kind = Kind.CONFLICT
    code = "indicators-changed"
    en = "The indicators have changed since you opened the page: compare them with the test report once more."
    zh = "您打开页面后指标已有变动，请重新对照检验报告核对。"


class AlreadyConfirmed(Refusal):
    kind = Kind.CONFLICT
    code = "already-confirmed"
    en = "Your organisation has confirmed these very indicators already; nothing was changed."
    zh = "本机构已确认过这些指标，未作任何更改。"


class NoCertificateInForce(Refusal):
    kind = Kind.NOT_ALLOWED
    code = "no-certificate-in-force"
    en = "Your organisation has no certificate in force for this enterprise, so it cannot confirm its indicators."
    zh = "本机构对该企业没有有效的认证证书，不能确认其指标。"


class RemindedLately(Refusal):
    kind = Kind.CONFLICT
    code = "reminded-lately"
    en = "The enterprise was reminded of this product on {on}; one reminder a week is enough, the next from {next}."
    zh = "{on} 已就该产品提醒过企业；每周最多提醒一次，{next} 起可再次提醒。"


class NobodyToRemind(Refusal):
    kind = Kind.CONFLICT
    code = "nobody-to-remind"
    en = "Nobody manages an account of this enterprise yet, so no mail can reach it: telephone it instead."
    zh = "该企业尚无账号管理人员，无法发送邮件提醒，请电话联系。"


class HasCode(Refusal):
    kind = Kind.CONFLICT
    code = "has-code"
    en = "This product is not on the list of recognised products without a code; nothing was sent."
    zh = "该产品不在“已认定未赋码”名单中，未发送提醒。"


class NotForKind(Refusal):
    kind = Kind.NOT_ALLOWED
    code = "not-for-this-organisation"
    en = "This page is for {kind_en}; sign in for such an organisation."
    zh = "该页面供{kind_zh}使用，请以相应单位的身份登录。"


class FormNotADate(Refusal):
    code = "form-not-a-date"
    en = "`{field}`: “{given}” is not a date; write it as 2026-03-02."
    zh = "`{field}`：“{given}”不是日期；请按 2026-03-02 的格式填写。"


class FormNotAChoice(Refusal):
    code = "form-not-a-choice"
    en = "`{field}`: “{given}” is not one of the choices; open the page again and choose."
    zh = "`{field}`：“{given}”不在可选范围内，请重新打开页面选择。"


class NoFile(Refusal):
    code = "no-file"
    en = "`{field}`: no file was chosen; choose one and send the form again."
    zh = "`{field}`：尚未选择文件，请选择后重新提交。"


class ArchiveUnreadable(Refusal):
    code = "photo-archive"
    en = "The ZIP file cannot be used: {why_en}."
    zh = "该 ZIP 文件无法使用：{why_zh}。"


class PhotoUnmatched(Refusal):
    code = "photo-unmatched"
    en = "“{given}” fits no model: name the file like the model, such as “{example}.jpg”."
    zh = "“{given}”没有对应的型号：请以型号命名文件，例如“{example}.jpg”。"


class PhotoTwice(Refusal):
    code = "photo-twice"
    en = "“{given}” and “{other}” are both for the model “{model}”: keep one of them."
    zh = "“{given}”与“{other}”对应同一型号“{model}”，请只保留一个。"


class PhotoUnreadable(Refusal):
    code = "photo-unreadable"
    en = "“{given}”: {why_en}"
    zh = "“{given}”：{why_zh}"


class ImportGone(Refusal):
    kind = Kind.UNKNOWN
    code = "import-gone"
    en = "This file is no longer kept (it was imported, or a day has passed): upload it again."
    zh = "该文件已不再保留（已导入或已超过一天），请重新上传。"
