"""What is refused of a table as a whole; `cell_errors` has what is refused of one cell.

The facts are texts and numbers only: most of these are raised in the reading process and said here.
"""

from codes.errors import Kind, Refusal


class TableTooLarge(Refusal):
    code = "table-too-large"
    en = "The file has {size} MB; give one of at most {most} MB, in several parts if need be."
    zh = "文件大小为 {size} MB，上限为 {most} MB；必要时请分成多个文件。"


class NotATable(Refusal):
    code = "table-unknown-format"
    en = "This file is neither XLSX nor CSV: save it as “Excel workbook (.xlsx)” or “CSV UTF-8” and send that."
    zh = "该文件既不是 XLSX 也不是 CSV：请另存为“Excel 工作簿（.xlsx）”或“CSV UTF-8”后重新上传。"


class OldSpreadsheet(Refusal):
    """An OLE file: XLS, or an XLSX with a password."""

    code = "table-old-or-locked"
    en = "This workbook is of the old format .xls or has a password: save it as .xlsx without a password."
    zh = "该工作簿为旧版 .xls 格式或设有密码：请去除密码并另存为 .xlsx。"


class OtherSpreadsheet(Refusal):
    """A ZIP that holds no workbook of Office Open XML."""

    code = "table-no-workbook"
    en = "There is no Excel workbook in this file: save the table as .xlsx or as CSV and send that."
    zh = "文件中没有 Excel 工作簿：请将表格另存为 .xlsx 或 CSV 后重新上传。"


class BrokenTable(Refusal):
    code = "table-damaged"
    en = "The file is damaged and cannot be read to its end: open it, save it anew and send that."
    zh = "文件已损坏，无法完整读取：请打开后重新保存再上传。"


class UnclosedQuote(Refusal):
    code = "table-unclosed-quote"
    en = "Row {row} of the CSV opens a quotation mark or continues after one without a separator: correct that row."
    zh = "CSV 第 {row} 行的引号没有成对，或引号之后缺少分隔符：请更正该行。"


class UnsafeArchive(Refusal):
    """The ZIP around a workbook is made unlike any a spreadsheet program writes."""

    code = "table-unsafe-archive"
    en = "The workbook was not opened: {reason_en}. Save it anew with a spreadsheet program."
    zh = "未打开该工作簿：{reason_zh}。请用电子表格软件重新保存。"


class UnsafeXml(Refusal):
    code = "table-unsafe-xml"
    en = (
        "The workbook was not opened: it declares entities or a document type. Save it anew with a spreadsheet program."
    )
    zh = "未打开该工作簿：其中声明了实体或文档类型。请用电子表格软件重新保存。"


class LinksElsewhere(Refusal):
    code = "table-external-links"
    en = "The workbook takes data from other files: break its links (Data, Edit links), paste values and save it again."
    zh = "该工作簿引用了其他文件的数据：请断开链接（数据—编辑链接），粘贴为数值后重新保存。"


class TableTooHeavy(Refusal):
    code = "table-too-heavy"
    en = "Reading this file takes too much time or memory: copy its cells as values into the template and send that."
    zh = "读取该文件耗费的时间或内存过多：请将单元格以数值形式粘贴到模板中再上传。"


class TableEmpty(Refusal):
    code = "table-empty"
    en = "The table has no rows beneath its headings: fill in at least one; the template shows the headings."
    zh = "表头之下没有数据行：请至少填写一行，表头可参照模板。"


class TooManyRows(Refusal):
    code = "table-too-many-rows"
    en = "The table has about {count} rows; at most {most} are taken at a time: divide it into several files."
    zh = "表格约有 {count} 行，每次最多导入 {most} 行：请拆分为多个文件。"


class TooManyColumns(Refusal):
    code = "table-too-many-columns"
    en = "Row {row} reaches to column {count}; at most {most} columns are read: delete what the template does not have."
    zh = "第 {row} 行用到第 {count} 列，最多读取 {most} 列：请删除模板中没有的列。"


class TooMuchText(Refusal):
    code = "table-too-much-text"
    en = "The cells hold more than {most} characters together: divide the table into several files."
    zh = "所有单元格合计超过 {most} 个字符：请拆分为多个文件。"


class TooManyFlaws(Refusal):
    code = "table-too-many-formulas"
    en = "More than {most} cells have formulas or error values: copy the whole sheet and paste it as values."
    zh = "超过 {most} 个单元格为公式或错误值：请复制整张表并粘贴为数值。"


class NoHeadings(Refusal):
    code = "table-no-headings"
    en = "Row {row} has none of the template's headings: put them into the first row, above the data."
    zh = "第 {row} 行没有模板中的任何表头：请将表头放在第一行、数据之上。"


class UnknownHeading(Refusal):
    code = "table-unknown-heading"
    en = "`{field}`: there is no column “{given}”; {near_en}or delete the column."
    zh = "`{field}`：没有“{given}”这一列；请{near_zh}或删除该列。"


class HeadingTwice(Refusal):
    code = "table-heading-twice"
    en = "`{field}`: the heading “{given}” stands in column {first} already: keep one of the two."
    zh = "`{field}`：表头“{given}”已出现在 {first} 列：请只保留一列。"


class HeadingMissing(Refusal):
    code = "table-heading-missing"
    en = "The column “{given_en}” is missing; add it, the template has it."
    zh = "缺少“{given_zh}”列，请参照模板补充。"


class TableNotReady(Refusal):
    """Nothing is written while one cell is bad."""

    code = "table-not-ready"
    en = "{count} cells are to be corrected first, beginning with row {row}; nothing was changed."
    zh = "请先更正 {count} 处内容（从第 {row} 行起），未作任何更改。"


class TableOvertaken(Refusal):
    """A model or GTIN was somebody else's when it was to be written; the dry run says which."""

    kind = Kind.CONFLICT
    code = "table-overtaken"
    en = "One of the table's models or GTINs is registered already; nothing was changed. Check the table again."
    zh = "表中的某个型号或商品条码已被登记，未作任何更改；请重新核对该表。"
