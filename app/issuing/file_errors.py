"""What is refused of files of codes: reprints, manifests, printers' links."""

from codes.errors import Kind, Refusal


class NotAnOption(Refusal):
    code = "not-an-option"
    en = "`{field}`: “{given}” is not one of {known}."
    zh = "`{field}`：“{given}”不是可选值：{known}。"


class RollWithoutSize(Refusal):
    code = "roll-without-size"
    en = "`roll` names a part: say with `roll_size` how many labels a roll has."
    zh = "`roll` 指定第几卷：请用 `roll_size` 说明每卷标签数。"


class RollUnknown(Refusal):
    kind = Kind.UNKNOWN
    code = "roll-unknown"
    en = "There is no roll {roll}: with {roll_size} labels each there are {rolls}."
    zh = "没有第 {roll} 卷：每卷 {roll_size} 个标签，共 {rolls} 卷。"


class FileUnknown(Refusal):
    kind = Kind.UNKNOWN
    code = "file-unknown"
    en = "There is no file {file} of batch {batch}."
    zh = "批次 {batch} 没有文件 {file}。"


class ReprintNeedsReason(Refusal):
    kind = Kind.CONFLICT
    code = "reprint-needs-reason"
    en = (
        "These serials were exported whole on {on} by {by} already. Printing them again needs a reason "
        "(`reason`), which the bureau sees."
    )
    zh = "这些编号已于 {on} 由 {by} 完整导出。再次导出须填写原因（`reason`），监管部门可以看到。"


class ManifestNotYet(Refusal):
    kind = Kind.UNAVAILABLE
    code = "manifest-not-yet"
    en = "The manifest is being made ({done} of {total} labels); ask again shortly."
    zh = "清单正在生成（{total} 个标签已完成 {done} 个），请稍后再取。"


class RangeNotThere(Refusal):
    code = "range-not-there"
    en = "The file has {bytes} bytes; the range asked for lies behind its end."
    zh = "文件共 {bytes} 字节，所请求的范围超出文件末尾。"


class TooManyParts(Refusal):
    kind = Kind.TOO_MANY
    code = "too-many-parts"
    en = "Rolls of {roll} labels would make more than {most} files; take longer rolls or a part of the batch."
    zh = "每卷 {roll} 个标签将产生超过 {most} 个文件，请加大每卷数量或只导出一部分。"


class LinkTooLong(Refusal):
    code = "link-too-long"
    en = "A printer's link lasts 1 to {most} days."
    zh = "印刷厂链接的有效期为 1 至 {most} 天。"


class LinkUnknown(Refusal):
    """Also for a wrong token: whether a link ever was is nobody's business."""

    kind = Kind.UNKNOWN
    code = "print-link-unknown"
    en = "This link is not valid: ask whoever sent it for a new one."
    zh = "该链接无效，请向发送方索取新的链接。"


class LinkEnded(Refusal):
    kind = Kind.NOT_ALLOWED
    code = "print-link-ended"
    en = "This link expired or was revoked: ask whoever sent it for a new one."
    zh = "该链接已过期或被撤销，请向发送方索取新的链接。"


class NoSuchLink(Refusal):
    kind = Kind.UNKNOWN
    code = "printer-link-unknown"
    en = "Batch {batch} has no printer's link {link} that could be revoked."
    zh = "批次 {batch} 没有可撤销的印刷厂链接 {link}。"
