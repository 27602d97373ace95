"""What recognition refuses."""

from codes.errors import Kind, Refusal


class NothingCovered(Refusal):
    code = "nothing-covered"
    en = "`{field}` is empty: a recognition names at least one model."
    zh = "`{field}`为空：认定至少应包含一个型号。"


class CoveredTwice(Refusal):
    code = "covered-twice"
    en = "`{field}`: this model stands in the list twice; name it once."
    zh = "`{field}`：该型号重复填写，请保留一个。"


class NotOfEnterprise(Refusal):
    code = "not-of-enterprise"
    en = "`{field}`: this {record.en} belongs to another enterprise than the one to be recognised."
    zh = "`{field}`：该{record.zh}不属于被认定的企业。"


class RouteNeeds(Refusal):
    code = "route-needs"
    en = "`{field}` is missing: the route “{route}” needs it."
    zh = "缺少 `{field}`：“{route}”路径必须填写此项。"


class CertificateForAnother(Refusal):
    code = "certificate-for-another-standard"
    en = "`{field}`: this certificate was issued for another standard than the model is recognised against."
    zh = "`{field}`：该证书所依据的标准与该型号认定所依据的标准不一致。"


class CertificateNotValid(Refusal):
    code = "certificate-not-valid"
    en = "`{field}`: this certificate was not valid on {day} (valid from {first} to {last}, state “{state}”)."
    zh = "`{field}`：该证书在 {day} 无效（有效期 {first} 至 {last}，状态“{state}”）。"


class StandardNotInForce(Refusal):
    code = "standard-not-in-force"
    en = "`{field}`: this standard is in the state “{state}”; recognise against one that is in force."
    zh = "`{field}`：该标准的状态为“{state}”，请依据现行有效的标准认定。"


class Banned(Refusal):
    kind = Kind.CONFLICT
    code = "revoked-enterprise"
    en = (
        "This enterprise's recognition was revoked on {effective_on}; it may not be recognised again before {until} "
        "and before the revocation is ended."
    )
    zh = "该企业的认定已于 {effective_on} 被撤销；{until} 前且在撤销决定终止前不得再次认定。"


class NothingToTakeBack(Refusal):
    kind = Kind.CONFLICT
    code = "nothing-to-take-back"
    en = "`{field}`: no recognition of this {record.en} is on record, so none can be taken back."
    zh = "`{field}`：该{record.zh}没有认定记录，无可撤销或收回的认定。"


class SanctionInForce(Refusal):
    kind = Kind.CONFLICT
    code = "sanction-in-force"
    en = "The same decision is in force already, since {effective_on} (number {id}); end that one first."
    zh = "相同的决定自 {effective_on} 起已在执行（编号 {id}），请先终止原决定。"


class SanctionEnded(Refusal):
    kind = Kind.CONFLICT
    code = "sanction-ended"
    en = "This decision ended on {ended_on} already; nothing was changed."
    zh = "该决定已于 {ended_on} 终止，未作更改。"
