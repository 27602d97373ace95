"""What is refused of evidence, each with its remedy."""

from codes.errors import Kind, Refusal


class WrongFile(Refusal):
    code = "evidence-kind"
    en = "`{field}`: this file is neither PDF, JPEG, PNG nor WebP by its content; save it as one of these."
    zh = "`{field}`：按内容判断，该文件不是 PDF、JPEG、PNG 或 WebP，请另存为其中一种格式后上传。"


class FileTooLarge(Refusal):
    code = "evidence-too-large"
    en = "`{field}`: the file is larger than {most_mb} MB; make it smaller or give it in parts."
    zh = "`{field}`：文件超过 {most_mb} MB，请压缩或分成几份上传。"


class HiddenArchive(Refusal):
    code = "evidence-hidden-archive"
    en = "`{field}`: this file is at the same time a ZIP archive; print or export it anew and give that."
    zh = "`{field}`：该文件同时是一个 ZIP 压缩包，请重新打印或导出为干净的文件后上传。"


class TooManyPixels(Refusal):
    code = "evidence-pixels"
    en = "`{field}`: the picture has {width} × {height} pixels; give one of at most {most_mp} megapixels."
    zh = "`{field}`：图片为 {width} × {height} 像素，请控制在 {most_mp} 百万像素以内。"


class Animated(Refusal):
    code = "evidence-animated"
    en = "`{field}`: the picture moves; give a still one."
    zh = "`{field}`：该图片为动图，请上传静态图片。"


class FileUnreadable(Refusal):
    code = "evidence-unreadable"
    en = "`{field}`: the file is damaged or has no page; open it yourself, export it anew and give that."
    zh = "`{field}`：文件已损坏或没有页面，请自行打开检查，重新导出后上传。"


class FileEncrypted(Refusal):
    code = "evidence-encrypted"
    en = "`{field}`: the PDF is protected by a password or by restrictions; save it without protection."
    zh = "`{field}`：该 PDF 设有密码或使用限制，请解除保护后上传。"


class TooManyPages(Refusal):
    code = "evidence-pages"
    en = "`{field}`: the PDF has {pages} pages; give the pages that matter, at most {most}."
    zh = "`{field}`：该 PDF 有 {pages} 页，请只保留相关页面，最多 {most} 页。"


class FileTooComplex(Refusal):
    code = "evidence-too-complex"
    en = "`{field}`: the file takes too much memory or time to open; print or export it anew and give that."
    zh = "`{field}`：打开该文件占用的内存或时间过多，请重新打印或导出后上传。"


class FileMissing(Refusal):
    code = "evidence-file-missing"
    en = "`{field}`: choose a file."
    zh = "`{field}`：请选择文件。"


class UnknownDocument(Refusal):
    kind = Kind.UNKNOWN
    code = "unknown-document"
    en = "There is no document with this number, or it was withdrawn."
    zh = "没有该编号的材料，或该材料已撤回。"


class UnknownEntry(Refusal):
    kind = Kind.UNKNOWN
    code = "unknown-evidence"
    en = "There is no entry with this number here."
    zh = "此处没有该编号的记录。"


class DocumentOfAnotherKind(Refusal):
    code = "evidence-of-another-kind"
    en = "`{field}`: there is no such document of yours of the kind “{kind_en}”; hand it in first or choose another."
    zh = "`{field}`：没有该份“{kind_zh}”材料，请先上传或另选一份。"


class DocumentInUse(Refusal):
    kind = Kind.CONFLICT
    code = "evidence-in-use"
    en = "{count} entries rest on this document: give them another one first, then withdraw it."
    zh = "有 {count} 条记录以该材料为依据，请先为其更换材料，再撤回。"


class DocumentWithdrawn(Refusal):
    kind = Kind.CONFLICT
    code = "evidence-withdrawn"
    en = "This document was withdrawn already; nothing was changed."
    zh = "该材料已撤回，未作更改。"


class EntryEnded(Refusal):
    kind = Kind.CONFLICT
    code = "evidence-ended"
    en = "This entry ended on {ended}; add a new one instead of changing it."
    zh = "该记录已于 {ended} 结束，请新增一条，不要更改原记录。"


class EnterpriseNeeded(Refusal):
    code = "enterprise-needed"
    en = "`{field}`: name the enterprise this is about; your account is not one of an enterprise."
    zh = "`{field}`：请指明企业；您的账号不属于企业。"


class PlaceNeeded(Refusal):
    code = "evidence-place-needed"
    en = "`{field}`: say where it can be seen, by an address on the web or in words."
    zh = "`{field}`：请填写可以看到的位置：网址或文字说明。"


class ProductNotYours(Refusal):
    code = "evidence-product"
    en = "`{field}`: this enterprise has no model with this number; choose one of its list."
    zh = "`{field}`：该企业没有此编号的型号，请从列表中选择。"


class LabelledAlready(Refusal):
    kind = Kind.CONFLICT
    code = "labelled-already"
    en = "`{field}`: an entry of this model is on record and has not ended; change that one."
    zh = "`{field}`：该型号已有未结束的贴标记录，请修改原记录。"


class DocumentsFull(Refusal):
    kind = Kind.CONFLICT
    code = "evidence-full"
    en = "This enterprise has {most} documents, the most that are kept; ask the platform for more room."
    zh = "该企业已有 {most} 份材料，达到上限；如需更多空间，请联系平台。"
