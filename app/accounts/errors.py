"""What the accounts refuse, each with its remedy."""

from enum import Enum

from app.edge.principals import NoCredentials
from codes.errors import Kind, Refusal


class Kept(Enum):
    """The records of the accounts, in the words of a sentence (as `edge.refusals.Record`)."""

    ORGANISATION = "organisation", "单位"
    MEMBER = "member of this organisation", "本单位人员"
    INVITATION = "invitation", "邀请"
    KEY = "API key", "接口密钥"
    KIND = "kind of organisation", "单位类型"

    def __init__(self, en: str, zh: str) -> None:
        self.en = en
        self.zh = zh


class BadEmail(Refusal):
    code = "bad-email"
    en = "`{field}`: “{given}” is not an e-mail address; give one such as name@company.example."
    zh = "`{field}`：“{given}”不是电子邮箱地址；请填写如 name@company.example 的地址。"


class MissingField(Refusal):
    code = "missing-field"
    en = "`{field}` is missing: an organisation of this kind needs it."
    zh = "缺少 `{field}`：此类单位必须填写。"


class FromRegister(Refusal):
    code = "from-register"
    en = "`{field}`: leave it out; an enterprise's organisation takes it from the register of enterprises."
    zh = "`{field}`：请勿填写；企业单位的此项取自企业登记信息。"


class NotInRegister(Refusal):
    code = "not-in-register"
    en = "`{field}`: the register of {register_en} has no “{given}”; register it there first."
    zh = "`{field}`：{register_zh}登记中没有“{given}”，请先登记。"


class OrganisationClosed(Refusal):
    kind = Kind.CONFLICT
    code = "organisation-closed"
    en = "“{name}” is closed; the platform can open it again."
    zh = "“{name}”已停用，可由平台重新启用。"


class PlatformStays(Refusal):
    kind = Kind.CONFLICT
    code = "platform-stays"
    en = "The platform's own organisation cannot be closed: nobody could open it again."
    zh = "平台自身的单位不能停用，否则无人能够恢复。"


class NoRoles(Refusal):
    code = "no-roles"
    en = "`{field}`: choose at least one role; to end the membership, remove the person."
    zh = "`{field}`：请至少选择一个角色；如需终止其权限，请移除该人员。"


class RoleOfAnotherKind(Refusal):
    code = "role-of-another-kind"
    en = "`{field}`: there is no role “{given}” here; choose among {known}."
    zh = "`{field}`：本单位没有“{given}”这一角色；可选：{known}。"


class RoleBeyondKey(Refusal):
    kind = Kind.NOT_ALLOWED
    code = "role-beyond-key"
    en = "`{field}`: a key cannot give the role “{given}”, which may more than the key itself; sign in to give it."
    zh = "`{field}`：密钥不能授予“{given}”角色，其权限超出密钥自身；请登录后办理。"


class LastManager(Refusal):
    kind = Kind.CONFLICT
    code = "last-manager"
    en = "{name} is the last person who manages the people here; give the role “{role}” to another one first."
    zh = "{name}是本单位最后一名账号管理人员，请先将“{role}”角色授予他人。"


class OwnSecondFactor(Refusal):
    """Else a session left open would give its codes away without the password."""

    kind = Kind.NOT_ALLOWED
    code = "own-second-factor"
    en = "Your own sign-in codes are set up anew on the page “My account”, with your password."
    zh = "您本人的动态验证码请在“我的账号”页面凭密码重新设置。"


class SecondFactorOff(Refusal):
    kind = Kind.CONFLICT
    code = "second-factor-off"
    en = "{name} has no sign-in codes; there is nothing to reset."
    zh = "{name}尚未设置动态验证码，无需重置。"


class SecondFactorElsewhere(Refusal):
    """One organisation may not weaken what guards another."""

    kind = Kind.NOT_ALLOWED
    code = "second-factor-elsewhere"
    en = "{name} acts for another organisation too: only the platform can reset these sign-in codes; ask its operator."
    zh = "{name}还为其他单位办理事项，其动态验证码只能由平台重置，请联系平台运营方。"


class NoSuchAccount(Refusal):
    kind = Kind.UNKNOWN
    code = "no-such-account"
    en = "`{field}`: nobody has an account with {given}; compare it with the list of people."
    zh = "`{field}`：没有使用 {given} 的账号，请核对人员名单。"


class AlreadyMember(Refusal):
    kind = Kind.CONFLICT
    code = "already-member"
    en = "`{field}`: {given} belongs to this organisation already; change the roles in the list of people."
    zh = "`{field}`：{given} 已是本单位人员，请在人员列表中修改角色。"


class AlreadyInvited(Refusal):
    kind = Kind.CONFLICT
    code = "already-invited"
    en = "`{field}`: {given} has an invitation that is still open; send it again or withdraw it."
    zh = "`{field}`：{given} 有尚未接受的邀请，请重新发送或撤回该邀请。"


class InvitationSettled(Refusal):
    kind = Kind.CONFLICT
    code = "invitation-settled"
    en = "This invitation was accepted or withdrawn already; write a new one."
    zh = "该邀请已被接受或已撤回，请重新邀请。"


class TooManyInvitations(Refusal):
    kind = Kind.TOO_MANY
    code = "too-many-invitations"
    en = "{most} invitations are open or were withdrawn within a day: wait for answers, or until tomorrow."
    zh = "尚未接受及一天内撤回的邀请已达 {most} 份，请等待对方接受，或明天再邀请。"


class SentJustNow(Refusal):
    kind = Kind.TOO_MANY
    code = "invitation-sent-just-now"
    en = "This invitation was sent less than a minute ago; wait {retry_after} seconds."
    zh = "该邀请刚刚发送，请等待 {retry_after} 秒后再试。"


class InvitationOver(Refusal):
    """For whoever follows the link: one sentence, whatever the cause."""

    kind = Kind.UNKNOWN
    code = "invitation-over"
    en = "This invitation is not valid: it was used, withdrawn or is older than seven days. Ask for a new one."
    zh = "该邀请无效：已被使用、已撤回或已超过七天。请联系邀请人重新发送。"


class PersonExists(Refusal):
    kind = Kind.CONFLICT
    code = "person-exists"
    en = "There is a person with the e-mail {given} already; sign in, or ask for a new password at /signin/forgotten."
    zh = "邮箱 {given} 已有账号；请直接登录，或在 /signin/forgotten 重设密码。"


class KeyMalformed(NoCredentials):
    code = "key-malformed"
    en = "This is not a whole API key: its check characters are wrong. Copy it again from where you keep it."
    zh = "密钥不完整：校验字符不正确，请从保存处重新复制。"


class KeyUnknown(NoCredentials):
    code = "key-unknown"
    en = "There is no such API key; make a new one on the page “API keys”."
    zh = "没有该接口密钥，请在“接口密钥”页面新建。"


class KeyExpired(NoCredentials):
    code = "key-expired"
    en = "The API key {id} expired at {expired_at}; make a new one on the page “API keys”."
    zh = "接口密钥 {id} 已于 {expired_at} 到期，请在“接口密钥”页面新建。"


class KeyRevoked(NoCredentials):
    code = "key-revoked"
    en = "The API key {id} was revoked; make a new one on the page “API keys”."
    zh = "接口密钥 {id} 已撤销，请在“接口密钥”页面新建。"


class KeyOfClosed(NoCredentials):
    code = "key-of-closed-organisation"
    en = "The organisation of the API key {id} is closed; the platform can open it again."
    zh = "接口密钥 {id} 所属单位已停用，可由平台重新启用。"


class KeyElsewhere(Refusal):
    kind = Kind.NOT_ALLOWED
    code = "key-elsewhere"
    en = "The API key {id} may not be used from {address}; use it from one of its networks, or make one for this one."
    zh = "接口密钥 {id} 不允许从 {address} 使用；请在其允许的网络内使用，或为此网络新建密钥。"


class NoScopes(Refusal):
    code = "no-scopes"
    en = "`{field}`: choose at least one right."
    zh = "`{field}`：请至少选择一项权限。"


class ScopeBeyondYou(Refusal):
    kind = Kind.NOT_ALLOWED
    code = "scope-beyond-you"
    en = "`{field}`: a key cannot have the right “{given}”; you can give {known}."
    zh = "`{field}`：密钥不能具有“{given}”权限；您可以授予：{known}。"


class KeyDays(Refusal):
    code = "key-days"
    en = "`{field}`: give 1 to {most} days."
    zh = "`{field}`：请填写 1 至 {most} 天。"


class BadNetwork(Refusal):
    code = "bad-network"
    en = "`{field}`: “{given}” is not a network; give an address or a range such as 203.0.113.0/24 or 2001:db8::/32."
    zh = "`{field}`：“{given}”不是网络地址；请填写地址或网段，例如 203.0.113.0/24 或 2001:db8::/32。"


class TooManyKeys(Refusal):
    kind = Kind.TOO_MANY
    code = "too-many-keys"
    en = "{most} keys are valid already; revoke those that are no longer used."
    zh = "已有 {most} 个有效密钥，请先撤销不再使用的密钥。"


class BadDay(Refusal):
    code = "bad-day"
    en = "`{field}`: “{given}” is not a day; give one such as 2026-11-23."
    zh = "`{field}`：“{given}”不是日期；请填写如 2026-11-23 的日期。"


class PlatformOnly(Refusal):
    kind = Kind.NOT_ALLOWED
    code = "platform-only"
    en = "Only the platform can check the whole audit log, since it must read every row of it."
    zh = "只有平台可以校验整个审计日志，因为校验需要读取全部记录。"
