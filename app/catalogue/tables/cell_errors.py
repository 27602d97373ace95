"""What is refused of one cell; `field` names it as `C7 GTIN`."""

from codes.errors import Kind, Refusal


class FormulaCell(Refusal):
    code = "cell-formula"
    en = "`{field}` has a formula: copy the cell and paste it as a value."
    zh = "`{field}`为公式：请复制后粘贴为数值。"


class ErrorCell(Refusal):
    code = "cell-error-value"
    en = "`{field}` shows the error “{given}”: type the value itself."
    zh = "`{field}`显示错误值“{given}”：请直接填写内容。"


class LongCell(Refusal):
    code = "cell-too-long"
    en = (
        "`{field}` has more than {most} characters: shorten it; in a CSV, look for a quotation mark that is not closed."
    )
    zh = "`{field}`超过 {most} 个字符：请缩短；如为 CSV，请检查引号是否成对。"


class CellWithoutHeading(Refusal):
    code = "cell-without-heading"
    en = "`{field}` has content but its column has no heading: give it one of the template's or empty the cell."
    zh = "`{field}`有内容，但所在列没有表头：请填写模板中的表头，或清空该单元格。"


class NotAChoice(Refusal):
    code = "cell-not-a-choice"
    en = "`{field}`: “{given}” is not one of the choices: {open_en}."
    zh = "`{field}`：“{given}”不在可选范围内：{open_zh}。"


class NotADate(Refusal):
    code = "cell-not-a-date"
    en = "`{field}`: “{given}” is not a date; write it as 2026-03-02."
    zh = "`{field}`：“{given}”不是日期；请按 2026-03-02 的格式填写。"


class NotAPosition(Refusal):
    code = "cell-not-a-position"
    en = "`{field}`: “{given}” is not a place in the list; give a whole number from 1 to 9999, or empty the cell."
    zh = "`{field}`：“{given}”不是序号；请填写 1 至 9999 的整数，或留空。"


class RoundedNumber(Refusal):
    code = "cell-rounded-number"
    en = "`{field}`: the spreadsheet has shortened the number to “{given}”: set the column to text and type it again."
    zh = "`{field}`：电子表格已将数字缩写为“{given}”：请将该列设为文本格式后重新填写。"


class ModelTwice(Refusal):
    code = "cell-model-twice"
    en = "`{field}`: the model “{given}” stands in row {first} already: keep one of the two rows."
    zh = "`{field}`：型号“{given}”已出现在第 {first} 行：请只保留一行。"


class GtinInTwoRows(Refusal):
    code = "cell-gtin-twice"
    en = "`{field}`: the GTIN {given} stands in row {first} already; every model has its own."
    zh = "`{field}`：商品条码 {given} 已出现在第 {first} 行，一个型号使用一个条码。"


class GtinOfOwnModel(Refusal):
    kind = Kind.CONFLICT
    code = "cell-gtin-of-another-model"
    en = "`{field}`: the GTIN {given} belongs to your model “{model}”; every model has its own."
    zh = "`{field}`：商品条码 {given} 已属于贵企业的型号“{model}”，一个型号使用一个条码。"


class UnknownModel(Refusal):
    code = "cell-unknown-model"
    en = "`{field}`: there is no model “{given}” in your catalogue: import the products first, or correct the model."
    zh = "`{field}`：产品目录中没有型号“{given}”：请先导入产品，或更正型号。"


class PositionTwice(Refusal):
    code = "cell-position-twice"
    en = "`{field}`: place {given} of this model is taken by row {first}: number its indicators 1, 2, 3 …"
    zh = "`{field}`：该型号的序号 {given} 已用于第 {first} 行：请按 1、2、3 …… 编号。"


class ReportIncomplete(Refusal):
    code = "cell-report-incomplete"
    en = "`{field}` is empty, but test report “{number}” is new for this model: give its laboratory and date of issue."
    zh = "`{field}`为空，而检验报告“{number}”在该型号下尚未登记：请填写检验机构和签发日期。"


class ReportDiffers(Refusal):
    kind = Kind.CONFLICT
    code = "cell-report-differs"
    en = "`{field}`: test report “{number}” is recorded with “{there}”; give the same or empty the cell."
    zh = "`{field}`：检验报告“{number}”登记为“{there}”；请填写一致的内容或留空。"


class ReportWithoutNumber(Refusal):
    code = "cell-report-without-number"
    en = "`{field}` is empty, but the row names a laboratory or a date of issue: give the test report's number."
    zh = "`{field}`为空，但该行填写了检验机构或签发日期：请填写检验报告编号。"
