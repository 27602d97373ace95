"""The columns of the two tables: what they are called in both languages and what their cells hold."""

import re
import unicodedata
from typing import Literal

from msgspec import Struct

Kind = Literal["products", "indicators"]
Form = Literal["text", "choice", "yes_no", "lines", "gtins", "date", "position"]


class Choice(Struct, frozen=True):
    """A word that a cell may hold; `also` are other ways people write it."""

    value: str
    zh: str
    en: str
    also: tuple[str, ...] = ()

    def say(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


class Column(Struct, frozen=True, kw_only=True):
    """One column; the same Struct field as in `NewProduct`, `NewIndicator` or `NewTestReport`."""

    key: str
    zh: str
    en: str
    help_zh: str
    help_en: str
    form: Form = "text"
    required: bool = False
    also: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()

    def say(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


def folded(words: str) -> str:
    """Headings and choices are compared without width, case, spaces and the star of “required”."""
    return re.sub(r"[\s*]+", "", unicodedata.normalize("NFKC", words).casefold())


MARKS = (
    Choice("zhejiang_made", "浙江制造", "Zhejiang Made", ("品字标浙江制造", "zhejiang_made")),
    Choice("agri", "浙江农产", "Zhejiang Agricultural Products", ("品字标浙江农产", "agri")),
    Choice("service", "浙江服务", "Zhejiang Services", ("品字标浙江服务", "service")),
    Choice("construction", "浙江建造", "Zhejiang Construction", ("品字标浙江建造", "construction")),
)
YES_NO = (
    Choice("yes", "是", "yes", ("true", "1", "y", "√")),
    Choice("no", "否", "no", ("false", "0", "n", "×")),
)
SENSES = (
    Choice("ge", "不低于", "at least", ("≥", ">=", "≧", "不小于", "大于等于", "大于或等于", "ge")),
    Choice("le", "不高于", "at most", ("≤", "<=", "≦", "不大于", "小于等于", "小于或等于", "le")),
    Choice("range", "范围", "range"),
    Choice("text", "文字", "text", ("文本",)),
    Choice("grade", "等级", "grade"),
)

_MODEL = Column(
    key="model", zh="型号", en="Model", required=True,
    help_zh="在本企业内唯一；已有的型号会被更新，没有的会新建。",
    help_en="One of its kind in your catalogue: a model that exists is changed, another is registered.",
)  # fmt: skip

PRODUCTS = (
    _MODEL,
    Column(key="name", zh="产品名称", en="Product name", required=True,
           help_zh="新建型号时必填，最多 120 个字符。", help_en="Needed for a new model; at most 120 characters."),
    Column(key="name_en", zh="产品名称（英文）", en="Product name (English)",
           help_zh="用于英文页面，可留空。", help_en="For the English page; may be empty."),
    Column(key="brand", zh="品牌", en="Brand", help_zh="可留空。", help_en="May be empty."),
    Column(key="brand_en", zh="品牌（英文）", en="Brand (English)", help_zh="可留空。", help_en="May be empty."),
    Column(key="gtins", zh="商品条码", en="GTIN", form="gtins", also=("商品条码（GTIN）", "GTINs", "条码"),
           help_zh="8、12、13 或 14 位数字；多个条码用分号或换行分开。只增加，不删除。请将该列设为文本格式。",
           help_en="8, 12, 13 or 14 digits; several are divided by semicolons or line breaks. GTINs are added, never "
                   "removed. Set the column to text."),
    Column(key="mark_variant", zh="品字标类别", en="Mark", form="choice", choices=MARKS,
           help_zh="留空时新型号为“浙江制造”，已有型号不变。",
           help_en="Empty: Zhejiang Made for a new model, unchanged for one that exists."),
    Column(key="edible", zh="是否食用", en="Edible", form="yes_no", choices=YES_NO,
           help_zh="留空时新型号为“否”，已有型号不变。",
           help_en="Empty: no for a new model, unchanged for one that exists."),
    Column(key="features", zh="比对特征", en="Features", form="lines",
           help_zh="供消费者比对包装的特征，每行一项（单元格内换行：Alt+Enter），最多 8 项。",
           help_en="What a shopper compares on the pack, one a line (Alt+Enter in the cell), at most 8."),
    Column(key="features_en", zh="比对特征（英文）", en="Features (English)", form="lines",
           help_zh="与“比对特征”逐行对应，或全部留空。",
           help_en="Line by line as in “Features”, or none."),
)  # fmt: skip

_LIMIT = (
    "按标准原文填写；比较方式为不低于、不高于时为数字，为范围时写作 35–39。标准无要求时限值留空、只填标准号。",
    "As the standard has it: a number for at least and at most, 35–39 for a range. Where the standard has no "
    "requirement, leave the limit empty and give the standard alone.",
)
_REFERENCE = ("例如 GB/T 17713；填写了限值时必填。", "Such as GB/T 17713; needed where a limit is given.")


def _limits(kind: str, zh: str, en: str) -> tuple[Column, Column]:
    return (
        Column(key=f"{kind}_limit", zh=f"{zh}限值", en=f"{en} limit", help_zh=_LIMIT[0], help_en=_LIMIT[1]),
        Column(
            key=f"{kind}_reference", zh=f"{zh}编号", en=f"{en} number", help_zh=_REFERENCE[0], help_en=_REFERENCE[1]
        ),
    )


INDICATORS = (
    Column(key="model", zh="型号", en="Model", required=True,
           help_zh="产品目录中已有的型号。该型号的指标会整体替换为表中的各行。",
           help_en="A model of your catalogue. Its indicators are replaced as a whole by the rows given here."),
    Column(key="position", zh="序号", en="Position", form="position",
           help_zh="在该型号对比表中的次序；留空时按行的先后。",
           help_en="The place in the model's table; empty: as the rows stand."),
    Column(key="name", zh="指标名称", en="Indicator", required=True,
           help_zh="同一型号内不得重复。", help_en="Each name once for a model."),
    Column(key="name_en", zh="指标名称（英文）", en="Indicator (English)", help_zh="可留空。", help_en="May be empty."),
    Column(key="unit", zh="单位", en="Unit", required=True, help_zh="例如 %、dB(A)。", help_en="Such as %, dB(A)."),
    Column(key="sense", zh="比较方式", en="Sense", form="choice", choices=SENSES, required=True,
           help_zh="不低于（≥）表示数值越高越好，不高于（≤）表示越低越好。",
           help_en="At least (≥): higher is better; at most (≤): lower is better."),
    Column(key="product_value", zh="本产品值", en="Product value", required=True,
           help_zh="按检验报告填写。", help_en="As in the test report."),
    Column(key="zhejiang_made_limit", zh="“浙江制造”标准限值", en="Zhejiang Made limit", also=("浙江制造标准限值",),
           help_zh=_LIMIT[0], help_en=_LIMIT[1]),
    *_limits("national", "国家标准", "National standard"),
    *_limits("industry", "行业标准", "Industry standard"),
    *_limits("international", "国际标准", "International standard"),
    Column(key="test_report_number", zh="检验报告编号", en="Test report number",
           help_zh="可留空；填写尚未登记的编号时，须同时填写检验机构和签发日期。",
           help_en="May be empty; a number that is new for the model needs its laboratory and date of issue."),
    Column(key="laboratory", zh="检验机构", en="Laboratory",
           help_zh="报告的出具机构。", help_en="Who issued the report."),
    Column(key="laboratory_en", zh="检验机构（英文）", en="Laboratory (English)", help_zh="可留空。",
           help_en="May be empty."),
    Column(key="issued_on", zh="报告签发日期", en="Report issued on", form="date",
           help_zh="例如 2026-03-02。", help_en="Such as 2026-03-02."),
)  # fmt: skip

COLUMNS: dict[Kind, tuple[Column, ...]] = {"products": PRODUCTS, "indicators": INDICATORS}
BY_KEY: dict[Kind, dict[str, Column]] = {kind: {one.key: one for one in columns} for kind, columns in COLUMNS.items()}
HEADINGS: dict[Kind, dict[str, Column]] = {
    kind: {folded(words): one for one in columns for words in (one.zh, one.en, *one.also)}
    for kind, columns in COLUMNS.items()
}
"""What may stand above a column, folded, and the column it means."""

NEEDED: dict[Kind, tuple[str, ...]] = {
    "products": ("model",),
    "indicators": tuple(one.key for one in INDICATORS if one.required),
}
"""Headings without which a table says nothing; a list of products may change one column alone."""


def letter(index: int) -> str:
    """How a spreadsheet names its column: A for 0, AA for 26."""
    return (letter(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)
