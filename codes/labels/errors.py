"""What a label cannot be: too long, too wide, too many."""

from codes.errors import Kind, Refusal


class UriNotPrintable(Refusal):
    code = "label-uri"
    en = "A symbol carries a URI of printable ASCII without spaces; percent-encode the rest."
    zh = "二维码只能承载不含空格的 ASCII 网址，其余字符请用百分号编码。"


class SymbolTooLarge(Refusal):
    code = "label-symbol-too-large"
    en = "{length} characters at level {level} exceed version {limit}; shorten the host or lower the level."
    zh = "{length} 个字符在纠错等级 {level} 下超出版本 {limit}，请缩短域名或降低等级。"


class GtinNotPadded(Refusal):
    code = "label-gtin"
    en = "An export order names its GTIN with all 14 digits."
    zh = "导出要求中的商品条码须写满 14 位数字。"


class RangeRefused(Refusal):
    code = "label-range"
    en = "{field} must be from {least} to {most}."
    zh = "{field} 须在 {least} 至 {most} 之间。"


class UnknownFormat(Refusal):
    kind = Kind.UNKNOWN
    code = "label-format"
    en = "There is no export format {format}; choose from {known}."
    zh = "没有导出格式 {format}，请从 {known} 中选择。"


class UnknownLayout(Refusal):
    kind = Kind.UNKNOWN
    code = "label-layout"
    en = "There is no sheet layout {layout}; choose from {known}."
    zh = "没有版式 {layout}，请从 {known} 中选择。"


class TooManyLabels(Refusal):
    code = "label-too-many"
    en = "One {format} holds at most {limit} labels; export a range with first and count, or choose csv or txt."
    zh = "一个 {format} 最多 {limit} 个标签，请用 first 与 count 分段导出，或改用 csv、txt。"


class LabelTooSmall(Refusal):
    code = "label-too-small"
    en = "A symbol of {side} modules does not fit the layout {layout}; choose a larger one, the short form or level M."
    zh = "版式 {layout} 放不下 {side} 模块的二维码，请换较大的版式、短码或等级 M。"


class WordsDoNotFit(LabelTooSmall):
    code = "label-words-do-not-fit"
    en = "Serial and host do not fit the layout {layout} in legible type; choose a larger one or a shorter host."
    zh = "版式 {layout} 放不下可辨认的序列号和网址，请换较大的版式或较短的域名。"


class NoGlyph(Refusal):
    code = "label-no-glyph"
    en = "The label font cannot draw {signs}; print it elsewhere or export csv."
    zh = "标签字体没有字符 {signs}，请另行印刷或导出 csv。"


class UnknownEncoding(Refusal):
    kind = Kind.UNKNOWN
    code = "label-encoding"
    en = "There is no export encoding {encoding}; choose from {known}."
    zh = "没有导出编码 {encoding}，请从 {known} 中选择。"


class UnknownResolution(Refusal):
    kind = Kind.UNKNOWN
    code = "label-dpi"
    en = "Labels are made for {known} dots per inch, not for {dpi}."
    zh = "标签支持每英寸 {known} 点，不支持 {dpi}。"


class BleedOnSheet(Refusal):
    code = "label-bleed"
    en = "The layout {layout} is a ready-cut sheet, whose edge is not trimmed; leave out the bleed or choose a roll."
    zh = "版式 {layout} 是预切纸张，边缘不裁切，请不设出血或改选卷标版式。"


class ExportBroken(Exception):
    """A label that was read back is not what it must be. No refusal: nobody outside can have caused it."""
