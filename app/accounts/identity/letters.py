"""Letters about one's account, in plain text, in the language the person reads."""

from datetime import datetime

from asyncpg import Connection
from msgspec import Struct

from app.accounts.identity import queries
from app.accounts.identity.shapes import Known
from codes.verdict.facts import CHINA


class Letter(Struct, frozen=True):
    """Subject and body in both languages; the body is a `str.format` template."""

    zh: tuple[str, str]
    en: tuple[str, str]


RESET = Letter(
    (
        "重设浙品码密码",
        "{name}，您好：\n\n有人申请重设该邮箱的浙品码登录密码。如果是您本人，请在 30 分钟内打开下面的链接"
        "设置新密码，链接只能使用一次：\n\n{link}\n\n"
        "重设后其他设备将退出登录，动态验证码仍需照常输入。如果不是您本人操作，请忽略本邮件，密码不会改变。\n",
    ),
    (
        "A new password for 浙品码",
        "Hello {name},\n\nsomebody asked for a new password for this address. If it was you, open this link within 30 "
        "minutes and choose one; the link works once:\n\n{link}\n\nYour other devices will be signed out, and your "
        "sign-in codes are asked as before. If it was not you, do nothing: the password stays as it is.\n",
    ),
)

CHANGES = {
    "password": ("登录密码已更改", "Your password was changed"),
    "totp-set": ("动态验证码已设置或更换", "Your sign-in codes were set up or replaced"),
    "totp-removed": ("动态验证码已停用", "Your sign-in codes were removed"),
    "totp-reset": (
        "账号管理人员已重置您的动态验证码，所有设备已退出登录",
        "whoever manages your organisation's people reset your sign-in codes, and all your devices were signed out",
    ),
    "recovery-used": ("已使用一个备用码登录", "A recovery code was used to sign in"),
    "recovery-new": ("备用码已重新生成", "Your recovery codes were replaced"),
}
"""What a person is told of, so that nobody does it in their place unseen."""

CHANGED = Letter(
    (
        "浙品码账号：{what_zh}",
        "{name}，您好：\n\n您的浙品码账号于 {when}（北京时间）发生变更：{what_zh}，来自 {address}。\n\n"
        "如果不是您本人操作，请立即重设密码（{reset}），并告知本单位的账号管理人员。\n",
    ),
    (
        "Your 浙品码 account: {what_en}",
        "Hello {name},\n\non {when} (UTC+8), from {address}: {what_en}.\n\nIf it was not you, choose a new password at "
        "once ({reset}) and tell whoever manages your organisation's people.\n",
    ),
)


async def send(db: Connection, person: Known, letter: Letter, **facts: object) -> None:
    """Queue the letter; a worker delivers it."""
    subject, body = letter.zh if person.language == "zh" else letter.en
    told = facts | {"name": person.name}
    await queries.queue_letter.run(db, person.email, person.language, subject.format(**told), body.format(**told))


async def tell_change(
    db: Connection, person: Known, change: str, now: datetime, address: str | None, public_url: str
) -> None:
    zh, en = CHANGES[change]
    when = f"{now.astimezone(CHINA):%Y-%m-%d %H:%M}"
    reset = f"{public_url}/signin/forgotten"
    await send(db, person, CHANGED, what_zh=zh, what_en=en, when=when, address=address or "?", reset=reset)
