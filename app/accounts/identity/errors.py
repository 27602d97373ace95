"""What sign-in and one's own account refuse."""

from codes.errors import Kind, Refusal


class PasswordShort(Refusal):
    code = "password-short"
    en = "The password has {count} characters; give at least {least}. Several words in a row are easy to remember."
    zh = "密码只有 {count} 个字符，至少需要 {least} 个。几个词连在一起既好记又安全。"


class PasswordLong(Refusal):
    code = "password-long"
    en = "The password has {count} characters; give at most {most}."
    zh = "密码有 {count} 个字符，最多 {most} 个。"


class PasswordAmbiguous(Refusal):
    """Typed on another device it could be other code points, and would be wrong there."""

    code = "password-ambiguous"
    en = "The password has a character that other keyboards put together differently: use another one."
    zh = "密码中有在其他键盘上编码不同的组合字符，请换用别的字符。"


class PasswordKnown(Refusal):
    code = "password-known"
    en = "This password is one of those that are tried first: choose another, such as several unrelated words."
    zh = "该密码属于最常被尝试的密码，请更换，例如用几个互不相关的词。"


class PasswordPlain(Refusal):
    code = "password-plain"
    en = "Digits alone, or few different characters, are tried first: add letters or words."
    zh = "纯数字或重复字符的密码最容易被猜中，请加入字母或词语。"


class PasswordTelling(Refusal):
    code = "password-telling"
    en = "The password contains “{part}”, which others know of you or of this service: leave it out."
    zh = "密码中含有“{part}”，这是他人知道的您或本平台的信息，请去掉。"


class PasswordsDiffer(Refusal):
    code = "passwords-differ"
    en = "The two passwords differ: type the new password again in both fields."
    zh = "两次输入的密码不一致，请重新输入。"


class PasswordUnchanged(Refusal):
    code = "password-unchanged"
    en = "The new password is the present one: choose another."
    zh = "新密码与当前密码相同，请更换。"


class TooManyHashings(Refusal):
    """Each costs 19 MiB and a good part of a second of a core: a crowd waits outside."""

    kind = Kind.TOO_MANY
    code = "sign-in-crowded"
    en = "Too many people are signing in at this moment: try again in {retry_after} s."
    zh = "当前登录人数过多，请 {retry_after} 秒后重试。"


class WrongCredentials(Refusal):
    """The same for an unknown address and a wrong password."""

    kind = Kind.NOT_ALLOWED
    code = "wrong-credentials"
    en = "E-mail address or password is wrong. Try again, or ask for a new password below."
    zh = "邮箱或密码不正确。请重试，或通过下方链接重设密码。"


class TooManyTries(Refusal):
    kind = Kind.TOO_MANY
    code = "too-many-tries"
    en = "Too many wrong tries: wait {wait_en}, then try again. A right one will work then."
    zh = "错误次数过多，请等待{wait_zh}后再试，届时输入正确即可通过。"


class WrongPassword(Refusal):
    kind = Kind.NOT_ALLOWED
    code = "wrong-password"
    en = "The present password is wrong: type it again."
    zh = "当前密码不正确，请重新输入。"


class WrongCode(Refusal):
    kind = Kind.NOT_ALLOWED
    code = "wrong-code"
    en = "This code is wrong, has ended or was used already: wait for the next one and type its six digits."
    zh = "验证码不正确、已过期或已使用，请等待下一个验证码并输入六位数字。"


class WrongRecoveryCode(Refusal):
    kind = Kind.NOT_ALLOWED
    code = "wrong-recovery-code"
    en = "This recovery code is wrong or was used already: try another one of your list."
    zh = "该备用码不正确或已使用，请使用列表中的另一个。"


class SecondFactorObligatory(Refusal):
    kind = Kind.NOT_ALLOWED
    code = "second-factor-obligatory"
    en = "For your organisation sign-in codes are obligatory: set them up on another device instead of removing them."
    zh = "您所在单位必须使用动态验证码，不能停用；如需更换设备，请重新设置。"


class NoSecondFactor(Refusal):
    kind = Kind.CONFLICT
    code = "no-second-factor"
    en = "Sign-in codes are not set up for your account: set them up first."
    zh = "您的账号尚未设置动态验证码，请先设置。"


class CodeFirst(Refusal):
    """The second factor may be replaced only by who has it."""

    kind = Kind.NOT_ALLOWED
    code = "code-first"
    en = "Finish signing in with your present code first; without your device, use a recovery code."
    zh = "请先用当前的动态验证码完成登录；设备不在身边时，请使用备用码。"


class NotAMember(Refusal):
    kind = Kind.NOT_ALLOWED
    code = "not-a-member"
    en = "You do not belong to this organisation: choose one of the list."
    zh = "您不属于该单位，请从列表中选择。"


class LinkEnded(Refusal):
    kind = Kind.UNKNOWN
    code = "link-ended"
    en = "This link has ended or was used already: ask for a new one."
    zh = "该链接已失效或已使用，请重新申请。"


class NoSuchPerson(Refusal):
    kind = Kind.UNKNOWN
    code = "no-such-person"
    en = "Nobody here is called “{given}”; `zpm up` lists the demonstration's people."
    zh = "没有“{given}”这个人，演示人员名单见 `zpm up` 的输出。"


class NotInvented(Refusal):
    """Codes of real people are never told."""

    kind = Kind.NOT_ALLOWED
    code = "not-demonstration"
    en = "“{given}” is no person of the demonstration: only their own device tells their code."
    zh = "“{given}”不是演示人员，其验证码只能由本人设备给出。"


class SessionGone(Refusal):
    kind = Kind.UNKNOWN
    code = "no-such-session"
    en = "This session has ended already."
    zh = "该登录会话已经结束。"
