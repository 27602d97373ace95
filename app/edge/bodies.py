"""JSON bodies: decoded once, straight into the Struct the handler asks for, strictly.

The framework would decode to dicts and convert loosely ("true" becomes true), and would answer
invalid UTF-8 or deep nesting with 500. Here each of these is a refusal that names the place.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec
from litestar import Request
from msgspec import Struct

from app.edge.refusals import shown
from codes.errors import Refusal

MOST = 256 * 1024
"""Bytes of an ordinary body: 500 models to recognise take 75 kB. Pictures have a limit of their own."""


class WrongContentType(Refusal):
    code = "wrong-content-type"
    en = "Send the body as application/json, not as “{given}”."
    zh = "请以 application/json 发送内容，而不是“{given}”。"


class NoBody(Refusal):
    code = "no-body"
    en = "The body is missing: send the record as JSON."
    zh = "缺少请求内容：请以 JSON 提交记录。"


class NotUtf8(Refusal):
    code = "not-utf-8"
    en = "The body is not text in UTF-8: save or send it in UTF-8."
    zh = "请求内容不是 UTF-8 编码：请以 UTF-8 保存并发送。"


class NotJson(Refusal):
    code = "not-json"
    en = "The body is not JSON ({reason}): check quotes, commas and brackets."
    zh = "请求内容不是 JSON（{reason}）：请检查引号、逗号和括号。"


class TooDeep(Refusal):
    code = "json-too-deep"
    en = "The body is nested too deeply: no record of ours has more than four levels."
    zh = "请求内容嵌套过深：本平台的记录最多四层。"


class WrongShape(Refusal):
    """The JSON does not fit the record; `reason` and `reason_zh` say how."""

    code = "wrong-shape"
    en = "{place}{reason}."
    zh = "{place_zh}{reason_zh}。"


class EdgeRequest(Request[Any, Any, Any]):
    """The framework's request with our way of reading JSON."""

    async def json(self) -> Any:
        """The body as the Struct the handler asks for."""
        kind = (self.headers.get("content-type") or "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise WrongContentType(given=shown(kind))
        data_field = self.route_handler.parsed_data_field
        return decode(await self.body(), data_field.annotation if data_field else Any)


def decode(body: bytes, shape: Any) -> Any:
    """The record in these bytes; raises a Refusal that names what is wrong with them."""
    try:
        return _decoder(shape)(body)
    except UnicodeDecodeError:
        raise NotUtf8 from None
    except RecursionError:
        raise TooDeep from None
    except msgspec.ValidationError as error:
        raise _wrong_shape(str(error)) from None
    except msgspec.DecodeError as error:
        raise NotUtf8 if "utf-8" in str(error).lower() else NotJson(reason=shown(str(error))) from None


@lru_cache(maxsize=256)
def _decoder(shape: Any) -> Callable[[bytes], Any]:
    return msgspec.json.Decoder(shape).decode


# msgspec's sentences (a test holds them to the installed version) with ours in both languages.
_SENTENCES = (
    (
        re.compile(r"Object missing required field `(?P<name>.*)`", re.DOTALL),
        "the field `{name}` is missing",
        "缺少字段 `{name}`",
    ),
    (
        re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL),
        "there is no field `{name}` here",
        "没有字段 `{name}`",
    ),
    (
        re.compile(r"Expected `(?P<wanted>[^`]+)`, got `(?P<given>[^`]+)`"),
        "expected {wanted}, got {given}",
        "应为 {wanted}，收到的是 {given}",
    ),
    (re.compile(r"Expected `int` (?P<limit>[<>]= -?[0-9]+)"), "give a whole number {limit}", "请填写整数，且 {limit}"),
    (
        re.compile(r"Invalid enum value (?P<name>.*)", re.DOTALL),
        "{name} is not one of the values allowed here",
        "不允许使用 {name}",
    ),
    (re.compile(r"Invalid UUID"), "this is not a record number (UUID)", "不是有效的记录编号（UUID）"),
    (
        re.compile(r"Invalid RFC3339 encoded date"),
        "this is not a date such as 2026-11-22",
        "不是有效日期（如 2026-11-22）",
    ),
)
_PLACE = re.compile(r" - at `(?:key in )?\$(?P<path>.*)`$", re.DOTALL)


class Misfit(Struct, frozen=True):
    """How something does not fit, in both languages, and the field's name where the sentence has it."""

    en: str
    zh: str
    name: str | None = None


def misfit(said: str) -> Misfit:
    """msgspec's sentence in ours; one we do not know is quoted."""
    for pattern, en, zh in _SENTENCES:
        if match := pattern.fullmatch(said):
            facts = {name: shown(text) for name, text in match.groupdict().items()}
            name = facts.get("name") if "field" in said else None
            return Misfit(en.format(**facts), zh.format(**facts), name)
    return Misfit(shown(said), f"格式不符合要求（{shown(said)}）")


def _wrong_shape(said: str) -> WrongShape:
    match = _PLACE.search(said)
    path = shown(match["path"].removeprefix(".")) if match else ""
    how = misfit(said[: match.start()] if match else said)
    field = ".".join(filter(None, (path, how.name))) or None
    place, place_zh = (f"`{path}`: ", f"`{path}`：") if path else ("", "")
    return WrongShape(field=field, place=place, place_zh=place_zh, reason=how.en, reason_zh=how.zh)
