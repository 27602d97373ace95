"""What issuing refuses, each with its reason in both languages."""

from codes.errors import Kind, Refusal


class GtinUnknown(Refusal):
    kind = Kind.UNKNOWN
    code = "gtin-unknown"
    en = "No product is registered under GTIN {gtin}."
    zh = "没有登记商品条码（GTIN）为 {gtin} 的产品。"


class BatchUnknown(Refusal):
    kind = Kind.UNKNOWN
    code = "batch-unknown"
    en = "There is no batch {batch}."
    zh = "没有批次 {batch}。"


class RecallUnknown(Refusal):
    kind = Kind.UNKNOWN
    code = "recall-unknown"
    en = "There is no open recall {recall}."
    zh = "没有尚未结束的召回 {recall}。"


class AssignmentUnknown(Refusal):
    kind = Kind.UNKNOWN
    code = "assignment-unknown"
    en = "GTIN {gtin} has no {level} code in use."
    zh = "商品条码（GTIN）{gtin} 没有在用的该级浙品码（{level}）。"


class EnterpriseHasNoCodes(Refusal):
    kind = Kind.UNKNOWN
    code = "enterprise-no-codes"
    en = "No published product of enterprise {uscc} has a product code in use."
    zh = "企业 {uscc} 没有已发布且在用产品级浙品码的产品。"


# Facts that must hold before codes are given. `field` is the GTIN, whose facts they are.


class FactMissing(Refusal):
    kind = Kind.CONFLICT


class NotPublished(FactMissing):
    code = "product-not-published"
    en = "The product of GTIN {gtin} is not published."
    zh = "商品条码（GTIN）{gtin} 的产品尚未发布。"


class NotRecognised(FactMissing):
    code = "not-recognised"
    en = "No recognition of the product of GTIN {gtin} is on record."
    zh = "没有商品条码（GTIN）{gtin} 的产品的“浙江制造”品牌认定记录。"


class RecognitionRevoked(FactMissing):
    code = "recognition-revoked"
    en = "The enterprise's recognition was revoked on {on}."
    zh = "该企业的“浙江制造”品牌认定已于 {on} 被撤销。"


class AuthorisationWithdrawn(FactMissing):
    code = "authorisation-withdrawn"
    en = "The product's authorisation to use the mark was withdrawn on {on}."
    zh = "这款产品的“品字标”授权已于 {on} 收回。"


class CertificateExpired(FactMissing):
    code = "certificate-expired"
    en = "The product's certificate expired on {on}."
    zh = "产品的认证证书已于 {on} 到期。"


class CertificateSuspended(FactMissing):
    code = "certificate-suspended"
    en = "The product's certificate is suspended since {on}."
    zh = "产品的认证证书自 {on} 起暂停。"


class CertificateWithdrawn(FactMissing):
    code = "certificate-withdrawn"
    en = "The product's certificate was withdrawn on {on}."
    zh = "产品的认证证书已于 {on} 被撤销。"


class CertificateCancelled(FactMissing):
    code = "certificate-cancelled"
    en = "The product's certificate was cancelled on {on}."
    zh = "产品的认证证书已于 {on} 注销。"


class StandardAbolished(FactMissing):
    code = "standard-abolished"
    en = "Standard {number} was abolished on {on}."
    zh = "标准 {number} 已于 {on} 废止。"


class StandardNotRecognised(FactMissing):
    code = "standard-recognition-cancelled"
    en = "Standard {number} lost its recognition as a Zhejiang Made standard on {on}."
    zh = "标准 {number} 已于 {on} 被取消“浙江制造”标准认定。"


class CodeEnded(FactMissing):
    code = "code-ended"
    en = "The item code of GTIN {gtin} was ended; assign it again first."
    zh = "商品条码（GTIN）{gtin} 的单件级浙品码已停用，请先重新赋码。"


# Orders.


class NotANumber(Refusal):
    code = "not-a-number"
    en = "“{given}” is not a number: write it in the digits 0–9."
    zh = "“{given}”不是数字：请用半角数字 0–9 填写。"


class NotADate(Refusal):
    code = "not-a-date"
    en = "“{given}” is not a date: write it as 2026-09-12."
    zh = "“{given}”不是日期：请写成 2026-09-12 的形式。"


class BoundLaterRefused(Refusal):
    code = "bound-later"
    en = "Dates bound at activation cannot be given with the order: leave them out, and order under “at the line”."
    zh = "日期在激活时绑定的申请不能同时填写日期：请留空，并选择“产线激活”。"


class MadeTooLate(Refusal):
    code = "made-on-too-late"
    en = "The made-on date lies after {latest}; check the year."
    zh = "生产日期晚于 {latest}，请核对年份。"


class ExpiresBeforeMade(Refusal):
    code = "expires-before-made"
    en = "It would expire on {expires_on}, before it was made on {made_on}."
    zh = "到期日 {expires_on} 早于生产日期 {made_on}。"


class KeyRefused(Refusal):
    code = "idempotency-key"
    en = "Give an idempotency key of 1 to {most} printable ASCII characters: the same key never issues twice."
    zh = "请提供 1 至 {most} 个可见 ASCII 字符的幂等键：同一个键不会重复签发。"


class KeyTaken(Refusal):
    kind = Kind.CONFLICT
    code = "idempotency-key-taken"
    en = "This idempotency key stands for another order (batch {batch}); use a new key for a new order."
    zh = "该幂等键已用于另一份申请（批次 {batch}），新的申请请使用新的键。"


class DatabaseBehind(Refusal):
    kind = Kind.UNAVAILABLE
    code = "database-behind"
    en = (
        "Nothing is issued: the high-water file knows batch {recorded} under epoch {epoch}, the database would give "
        "{next}. A restored or failed-over system must switch to a fresh epoch first: in ZPM_EPOCHS set "
        "{epoch}:verify-only and add a number never used before as issuing, name it in ZPM_ISSUING_EPOCH, restart."
    )
    zh = (
        "未签发：高水位文件记录密钥期 {epoch} 已用到批次 {recorded}，而数据库将给出 {next}。"
        "系统恢复或切换之后须先启用新的密钥期：在 ZPM_EPOCHS 中把 {epoch} 改为 verify-only，"
        "另加一个从未使用过的期号并设为 issuing，写入 ZPM_ISSUING_EPOCH 后重启。"
    )


class HighWaterDamaged(Refusal):
    kind = Kind.UNAVAILABLE
    code = "high-water-damaged"
    en = (
        "Nothing is issued: the file named by ZPM_HIGH_WATER_FILE is damaged or not a high-water file. Correct the "
        "setting; or keep a copy of the file, then switch to a fresh epoch with a new one."
    )
    zh = (
        "未签发：ZPM_HIGH_WATER_FILE 所指文件已损坏或不是高水位文件。请更正该设置；"
        "或保留该文件的副本，然后以新文件启用新的密钥期。"
    )


class HighWaterUnusable(Refusal):
    kind = Kind.UNAVAILABLE
    code = "high-water-unusable"
    en = "Nothing is issued: the file named by ZPM_HIGH_WATER_FILE cannot be used ({problem})."
    zh = "未签发：ZPM_HIGH_WATER_FILE 所指文件无法使用（{problem}）。"


# Items of a batch.


class NothingNamed(Refusal):
    code = "nothing-named"
    en = "Name what is meant: ranges of indexes, serials, or the whole batch."
    zh = "请指明对象：序号范围、编号或整批。"


class WholeAndParts(Refusal):
    code = "whole-and-parts"
    en = "Name either the whole batch or parts of it, not both."
    zh = "整批与部分只能选其一。"


class RangeRefused(Refusal):
    code = "range-refused"
    en = "{first}–{last} is not a range of this batch: its indexes run from 0 to {most}."
    zh = "{first}–{last} 不是本批次的有效范围：序号为 0 至 {most}。"


class SerialRefused(Refusal):
    code = "serial-refused"
    en = "“{given}” is not a serial of batch {batch}."
    zh = "“{given}”不是批次 {batch} 的编号。"


class SerialOfPacking(Refusal):
    code = "serial-of-packing"
    en = "“{given}” stands on a case or a pallet, not on an item: name the items by their own serials or by range."
    zh = "“{given}”是箱或托盘的编号，不是单件编号：请用单件自己的编号或序号范围指明。"


class SerialUnknown(Refusal):
    kind = Kind.UNKNOWN
    code = "serial-unknown"
    en = "“{given}” is not a serial of ours."
    zh = "“{given}”不是本平台签发的编号。"


class TooManyRanges(Refusal):
    kind = Kind.TOO_MANY
    code = "too-many-ranges"
    en = "At most {most} ranges and serials are taken at a time; send the rest in a second request."
    zh = "一次最多处理 {most} 个范围和编号，其余请另行提交。"


class BatchScattered(Refusal):
    kind = Kind.TOO_MANY
    code = "batch-scattered"
    en = "The batch would fall into more than {most} separate ranges; name larger ranges."
    zh = "该批次将被分成超过 {most} 个不相连的范围，请使用更大的范围。"


class ActiveWhenIssued(Refusal):
    kind = Kind.CONFLICT
    code = "active-when-issued"
    en = "The codes of batch {batch} are in use since they were issued; there is nothing to activate."
    zh = "批次 {batch} 的码自签发起即启用，无需激活。"


class BindingMissing(Refusal):
    code = "binding-missing"
    en = "Batch {batch} was ordered without its real lot and dates: give the lot with the activation."
    zh = "批次 {batch} 下单时未定批号和日期：激活时请填写批号。"


class BindingRefused(Refusal):
    kind = Kind.CONFLICT
    code = "binding-refused"
    en = "Lot and dates of batch {batch} were fixed with its order; activate without them."
    zh = "批次 {batch} 的批号和日期在下单时已确定，激活时请勿填写。"


class BoundOtherwise(Refusal):
    kind = Kind.CONFLICT
    code = "bound-otherwise"
    en = "{first}–{last} are bound to lot {lot} already; take that activation back first, or leave them out."
    zh = "{first}–{last} 已绑定批号 {lot}；请先撤回该次激活，或将其排除。"


class NoSuchActivation(Refusal):
    kind = Kind.UNKNOWN
    code = "activation-unknown"
    en = "Batch {batch} has no activation {act} that could be taken back."
    zh = "批次 {batch} 没有可撤回的激活记录 {act}。"


class ActivationTooOld(Refusal):
    kind = Kind.CONFLICT
    code = "activation-too-old"
    en = "An activation can be taken back for {hours} hours; this one is older and stays."
    zh = "激活只能在 {hours} 小时内撤回，该次激活已超过期限。"


class ActivationNotNewest(Refusal):
    kind = Kind.CONFLICT
    code = "activation-not-newest"
    en = "More was activated afterwards; take the newest activation back first."
    zh = "其后又有激活，请先撤回最近一次激活。"


class NoSuchVoid(Refusal):
    kind = Kind.UNKNOWN
    code = "void-unknown"
    en = "Nothing of batch {batch} was made void at that moment."
    zh = "批次 {batch} 在该时刻没有作废记录。"


class VoidTooOld(Refusal):
    kind = Kind.CONFLICT
    code = "void-too-old"
    en = "A void can be taken back for {hours} hours; this one is older and stays."
    zh = "作废只能在 {hours} 小时内撤回，该作废已超过期限。"


class VoidNotNewest(Refusal):
    kind = Kind.CONFLICT
    code = "void-not-newest"
    en = "More was made void afterwards ({newest}); take that back first."
    zh = "其后又有作废（{newest}），请先撤回后一次作废。"


# Recalls and statements.


class RecallScopeMixed(Refusal):
    code = "recall-scope"
    en = "A recall names either lots or a range of made-on dates, not both; a range needs both ends, the earlier first."
    zh = "召回只能按批号或按生产日期范围之一；日期范围须有起止，且起不晚于止。"


class ClosedBeforeOpened(Refusal):
    code = "closed-before-opened"
    en = "The recall was opened on {opened_on}; it cannot be closed before."
    zh = "召回于 {opened_on} 开始，结束日期不能更早。"


class StatementRefused(Refusal):
    code = "statement-refused"
    en = "This is not a statement signed by one of the keys given."
    zh = "这不是由所给密钥签名的声明。"
