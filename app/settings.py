"""All settings: one frozen Struct from the environment.

Every setting is declared once in `SETTINGS` with a stable id; `zpm check` names each wrong one by
that id, and a test holds docs/settings.md to this list.
"""

import os
import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct

from codes.serial import EpochState, KeyRing


class WrongSetting(Struct, frozen=True):
    """One wrong setting: its stable id, its variable, what is wrong and what to do."""

    id: str
    name: str
    problem: str

    def __str__(self) -> str:
        return f"{self.id} {self.name}: {self.problem}"


class SettingsRefused(Exception):
    """The environment is not usable; `wrong` lists every reason at once."""

    def __init__(self, wrong: list[WrongSetting]) -> None:
        super().__init__("\n".join(map(str, wrong)))
        self.wrong = wrong


class MailServer(Struct, frozen=True, kw_only=True):
    """Where mail is handed in, and how."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: bool = False
    """From the first byte on (smtps)."""
    starttls: bool = False


class Settings(Struct, frozen=True, kw_only=True):
    """What the service was told."""

    database_url: str
    redis_url: str
    root_key: bytes
    public_url: str = "http://127.0.0.1:8000"
    epochs: dict[int, EpochState]
    issuing_epoch: int = 1
    high_water_file: Path
    label_case: str = "upper"
    api_key_sha256: str | None = None
    wechat_folder: Path | None = None
    province_header: str | None = None
    demonstration: bool = False
    view_days: int = 90
    files: str = "files"
    s3_key: str | None = None
    s3_secret: str | None = None
    key_rate: float = 20.0
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    smtp: "MailServer | None" = None
    mail_from: str | None = None

    def __repr__(self) -> str:
        return f"Settings({self.public_url})"  # keys and passwords stay out of logs

    @property
    def host(self) -> str:
        """The host as printed on labels and named on every page, lower case, with its port."""
        return urlsplit(self.public_url).netloc.lower()

    @property
    def ring(self) -> KeyRing:
        return KeyRing(self.root_key, self.epochs)


class Setting(Struct, frozen=True):
    """How one variable is read: `read` turns its text into a value or raises ValueError."""

    id: str
    name: str
    field: str
    read: Callable[[str], Any]
    default: str | None
    help: str
    required: bool = False


def _url(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in schemes:
            raise ValueError(f"give a URL that starts with {' or '.join(s + '://' for s in schemes)}")
        if parts.port == 0:  # reading the port raises ValueError for what is no port
            raise ValueError("port 0 is no port")
        return text

    return read


# What stands on labels: a name, an IPv4 or a bracketed IPv6 address, perhaps a port; no user, no password.
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_HEADER = re.compile(r"[A-Za-z0-9-]+")


def _header(text: str) -> str:
    if not _HEADER.fullmatch(text):
        raise ValueError("give the name of a header, such as X-Province")
    return text


def _public_url(text: str) -> str:
    parts = urlsplit(_url("http", "https")(text))
    if parts.path.strip("/") or parts.query or parts.fragment or not _HOST.fullmatch(parts.netloc.lower()):
        raise ValueError("give scheme and host only, such as https://zpm.example")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _root_key(text: str) -> bytes:
    if not text.strip():
        raise ValueError("give 64 hexadecimal digits (32 bytes)")
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        raise ValueError("is not hexadecimal; give 64 hexadecimal digits (32 bytes)") from None
    if len(key) != 32:
        raise ValueError(f"has {len(key)} bytes; give 32 (64 hexadecimal digits)")
    return key


def _epochs(text: str) -> dict[int, EpochState]:
    states: dict[int, EpochState] = {}
    for part in text.split(","):
        number, _, state = part.strip().partition(":")
        try:
            epoch, known = int(number), EpochState(state or "issuing")
        except ValueError:
            raise ValueError("give a list such as 0:issuing,1:verify-only,2:issuing") from None
        if not 0 <= epoch <= 31 or epoch in states:
            raise ValueError("each epoch is a number from 0 to 31 and stands once")
        states[epoch] = known
    return states


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"give one of {', '.join(words)}")
        return text

    return read


def _flag(text: str) -> bool:
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}[text.lower()]


def _folder(text: str) -> Path:
    if not text or not Path(text).is_dir():
        raise ValueError("is not a folder that exists")
    return Path(text)


def _sha256(text: str) -> str:
    if len(text) != 64 or set(text.lower()) - set("0123456789abcdef"):
        raise ValueError("give the SHA-256 of the key as 64 hexadecimal digits")
    return text.lower()


def _mail_server(text: str) -> MailServer:
    parts = urlsplit(_url("smtp", "smtps")(text))
    tls, starttls = parts.scheme == "smtps", parts.query == "starttls"
    if not parts.hostname or parts.path.strip("/") or parts.query not in ("", "starttls"):
        raise ValueError("give a URL such as smtp://user:password@mail.example:587?starttls or smtps://mail.example")
    if parts.username and not (tls or starttls or parts.hostname in _LOOPBACK):
        raise ValueError("the password would travel unprotected; add ?starttls or begin with smtps://")
    user, password = (unquote(word) if word else None for word in (parts.username, parts.password))
    port = parts.port or (465 if tls else 587 if starttls else 25)
    return MailServer(host=parts.hostname, port=port, user=user, password=password, tls=tls, starttls=starttls)


_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# One address, with a name before it or alone; ASCII, since not every server knows more.
_SENDER = re.compile(r"(?:[^<>\r\n]{1,80} <)?[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,180}>?")


def _sender(text: str) -> str:
    if not _SENDER.fullmatch(text) or (" <" in text) != text.endswith(">"):
        raise ValueError("give an address such as zpm@mail.example or 浙品码 <zpm@mail.example>")
    return text


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 3650:
        raise ValueError("give a number of days from 1 to 3650")
    return int(text)


def _files(text: str) -> str:
    if text.startswith("s3://"):
        bucket, options = urlsplit(text).netloc, dict(parse_qsl(urlsplit(text).query))
        if not bucket or set(options) - {"endpoint", "region", "style"}:
            raise ValueError("give s3://BUCKET/PREFIX?endpoint=https://…&region=…")
    elif "://" in text or not text:
        raise ValueError("give a folder, or s3://BUCKET/PREFIX?endpoint=https://…&region=…")
    return text


def _credential(text: str) -> str:
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("give the text without spaces, as the storage's operator gave it")
    return text


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0.01 <= rate <= 1_000_000:
        raise ValueError("give requests a second, from 0.01 to 1000000")
    return rate


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError("give networks such as 10.0.0.0/8, 127.0.0.1") from None


def _epoch(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 31:
        raise ValueError("give an epoch from 1 to 31 (0 is for print proofs)")
    return int(text)


SETTINGS = (
    Setting("Z01", "DATABASE_URL", "database_url", _url("postgresql", "postgres"), None,
            "PostgreSQL 15 or newer: the primary, not through PgBouncer.", required=True),
    Setting("Z02", "REDIS_URL", "redis_url", _url("redis", "rediss", "unix"), None,
            "Valkey, or Redis 7 or newer, with maxmemory-policy noeviction.", required=True),
    Setting("Z03", "ZPM_ROOT_KEY_HEX", "root_key", _root_key, None,
            "Root key of all codes, 64 hexadecimal digits; or name a file with ZPM_ROOT_KEY_HEX_FILE.", required=True),
    Setting("Z04", "ZPM_PUBLIC_URL", "public_url", _public_url, "http://127.0.0.1:8000",
            "Scheme and host that stand on labels and pages."),
    Setting("Z05", "ZPM_EPOCHS", "epochs", _epochs, "0:issuing,1:issuing",
            "Known epochs and their states: issuing, verify-only or retired."),
    Setting("Z06", "ZPM_ISSUING_EPOCH", "issuing_epoch", _epoch, "1", "The epoch new batches are sealed under."),
    Setting("Z07", "ZPM_HIGH_WATER_FILE", "high_water_file", Path, "high-water",
            "Append-only file of the issuing host that holds the highest batch id ever issued."),
    Setting("Z08", "ZPM_LABEL_CASE", "label_case", _one_of("upper", "lower"), "upper",
            "Case of scheme and host in printed codes; upper makes smaller symbols."),
    Setting("Z09", "ZPM_API_KEY_SHA256", "api_key_sha256", _sha256, None,
            "SHA-256 of the key that opens the JSON API; without it the API answers nobody."),
    Setting("Z10", "ZPM_WECHAT_FOLDER", "wechat_folder", _folder, None,
            "Folder with WeChat's verification files, served as /{name}.txt and /01/{name}.txt."),
    Setting("Z11", "ZPM_PROVINCE_HEADER", "province_header", _header, None,
            "Request header in which a trusted proxy gives the shopper's province (six digits of GB/T 2260)."),
    Setting("Z12", "ZPM_DEMONSTRATION", "demonstration", _flag, "0", "Marks every page as a demonstration."),
    Setting("Z13", "ZPM_VIEW_DAYS", "view_days", _days, "90",
            "Days for which single view events are kept; an item's count and first view stay."),
    Setting("Z14", "ZPM_SMTP_URL", "smtp", _mail_server, None,
            "Server that takes our mail; without it mail stays queued (the demonstration prints it)."),
    Setting("Z15", "ZPM_MAIL_FROM", "mail_from", _sender, None, "The address our mail comes from."),
    Setting("Z16", "ZPM_FILES", "files", _files, "files",
            "Where evidence documents are kept: a folder, or s3://BUCKET/PREFIX?endpoint=…&region=…"),
    Setting("Z17", "ZPM_S3_KEY", "s3_key", _credential, None, "Access key of the S3 storage."),
    Setting("Z18", "ZPM_S3_SECRET", "s3_secret", _credential, None,
            "Secret of the S3 storage; better named by a file."),
    Setting("Z19", "ZPM_KEY_RATE", "key_rate", _rate, "20",
            "Requests a second an API key may send in the long run; ten seconds' worth at once."),
    Setting("Z20", "ZPM_PROXIES", "proxies", _networks, "",
            "Networks of our own proxies, comma-separated: from them X-Forwarded-For is believed."),
)  # fmt: skip


def _text(setting: Setting, environment: Mapping[str, str]) -> str | None:
    """The variable's own text, or the content of the file that `…_FILE` names."""
    if (file := environment.get(setting.name + "_FILE")) is not None:
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            raise ValueError(f"{setting.name}_FILE cannot be read: {error.strerror}") from None
    return environment.get(setting.name, setting.default)


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read every setting; raises `SettingsRefused` with all that is wrong."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    wrong: list[WrongSetting] = []
    for setting in SETTINGS:
        try:
            text = _text(setting, environment)
            if text is not None:
                values[setting.field] = setting.read(text)
            elif setting.required:
                raise ValueError("is not set")
        except KeyError:
            wrong.append(WrongSetting(setting.id, setting.name, "give 1 or 0"))
        except ValueError as error:
            wrong.append(WrongSetting(setting.id, setting.name, str(error)))
    if not wrong:
        wrong += _together(values)
    if wrong:
        raise SettingsRefused(wrong)
    return Settings(**values)


def _together(values: dict[str, Any]) -> list[WrongSetting]:
    """What is wrong only in the light of another setting."""
    epoch = values["issuing_epoch"]
    if values["epochs"].get(epoch) is not EpochState.ISSUING:
        return [WrongSetting("Z06", "ZPM_ISSUING_EPOCH", f"epoch {epoch} is not `issuing` in ZPM_EPOCHS")]
    if values.get("smtp") and not values.get("mail_from"):
        return [WrongSetting("Z15", "ZPM_MAIL_FROM", "is not set, and ZPM_SMTP_URL needs it: give our sender address")]
    return []
