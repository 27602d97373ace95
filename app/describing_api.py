"""The description of the JSON API, completed: our one shape of a refusal, how to sign in, an example of every body.

The framework describes what handlers take and give by their types. It would promise its own shape of a 400, says
nothing of the other refusals nor of bodies that are files, and lists the pages for people too.
"""

import json
import re
from pathlib import Path
from typing import Any

from litestar.openapi.spec import (
    Components,
    Example,
    OpenAPI,
    OpenAPIHeader,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Parameter,
    Reference,
    RequestBody,
    Schema,
    SecurityScheme,
)
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType

from app.catalogue.evidence.shapes import SUFFIX
from app.describing_shapes_api import REF, complete_shape, named, of_problems
from codes.labels import FORMATS, LAYOUTS
from codes.labels.orders import DPIS, ENCODINGS

ABOUT = """\
For programs of enterprises, bureaus and bodies. Send a key of your organisation as `Authorization: Bearer zpm_…`.
Bodies are JSON unless said otherwise, times UTC, days without a time days of China (UTC+8).

Every refusal has one shape, `application/problem+json`: `code` is stable, `detail` is a sentence in the language of
`Accept-Language` (`zh` or `en`), `field` names what to mend, and `errors` lists each of several refused inputs. A
refused request has changed nothing. Orders carry an `Idempotency-Key`: sent again, the same key never issues twice.
A key may send 20 requests a second in the long run and 200 at once unless the operator set another rate; beyond that
the answer is 429 with `Retry-After`.

面向企业、监管部门和机构的程序接口。请求须携带本单位密钥；被拒绝的请求不产生任何更改，`code` 为稳定代码，`detail` 按
`Accept-Language` 给出中文或英文说明。
"""
KEY = "key"
METHODS = ("get", "put", "post", "delete", "patch", "head")
EXAMPLES: dict[str, Any] = json.loads((Path(__file__).parent / "api_examples.json").read_text("utf-8"))
"""By the name of the shape in the description; a test reads each into its shape and sends it."""

PROBLEMS = {
    "400": "The request was not understood; `field` or `errors` name what to mend.",
    "401": "No valid key.",
    "403": "The key has not this right, or the record is another organisation's.",
    "404": "There is no such record, or none that this key may see.",
    "409": "It does not go with what is on record; `code` says why.",
    "413": "The body is too large.",
    "415": "The body is of another type.",
    "429": "Too many requests with this key, or too much in one request; see `code` and Retry-After.",
    "503": "Not possible for the moment; nothing was changed; see Retry-After.",
}
OF_BODIES = frozenset({"413", "415"})
OF_KEYS = frozenset({"401", "403", "429"})

TAKEN = {
    "set_photo": (("image/jpeg", "image/png", "image/webp"), "The picture's file itself."),
    "hand_in_document": (tuple(SUFFIX), "The document's file itself."),
    "order_lots": (("text/csv",), "One lot a line under a heading; see /api/orders/template.csv."),
    "activate_list": (("text/plain", "text/csv"), "One serial or one scanned address a line."),
}
"""Bodies that are files, by operation."""

LABELS = tuple(sorted({form.media_type.partition(";")[0] for form in FORMATS.values()}))
GIVEN = {
    "download_artwork": ("application/zip",),
    "download_document": tuple(SUFFIX),
    "download_file": LABELS,
    "download_photo": ("image/webp",),
    "download_report": ("text/csv",),
    "download_template": ("text/csv",),
    "export_acts": ("text/csv",),
    "export_batch": LABELS,
    "export_manifest": ("application/jose",),
    "show_manifest": ("application/jose",),
    "show_statement": ("application/jose",),
}
"""Answers that are files, by operation."""

PIECES = frozenset({"download_file", "export_batch", "weigh_export"})
"""Downloads that go on where they broke off."""

OPTIONS: dict[str, dict[str, tuple[Any, ...]]] = {
    "form": {"enum": ("item", "short")},
    "format": {"enum": tuple(FORMATS)},
    "encoding": {"enum": ENCODINGS},
    "dpi": {"enum": DPIS},
    "layout": {"examples": tuple(LAYOUTS)},
}
"""What an export's query and the body that names a file may say."""


def complete(description: OpenAPI) -> None:
    """Complete it in place, once: an application may be opened again."""
    if description.info.description == ABOUT:
        return
    description.info.description = ABOUT
    paths = description.paths or {}
    description.paths = {path: item for path, item in paths.items() if path.startswith(("/api/", "/.well-known/"))}
    components = description.components
    assert isinstance(components, Components)
    components.security_schemes = {
        KEY: SecurityScheme(
            type="http", scheme="bearer", description="A key of your organisation, made in the console."
        )
    }
    for path, item in description.paths.items():
        for method in METHODS:
            if (operation := getattr(item, method)) is not None:
                _complete_operation(operation, method, public=path.startswith("/.well-known/"))
    components.schemas = {named(name): shape for name, shape in components.schemas.items()} | of_problems()
    for name, shape in components.schemas.items():
        complete_shape(name, shape, EXAMPLES.get(name))
        if name == "Wanted":
            _offer_all(shape.properties or {})


def _complete_operation(operation: Operation, method: str, *, public: bool) -> None:
    words = re.findall(r"[A-Z][a-z0-9]*", operation.summary or "")
    operation.operation_id, operation.summary = "_".join(words).lower(), " ".join(words).capitalize()
    operation.security = [] if public else [{KEY: []}]
    _complete_parameters(operation)
    _complete_body(operation)
    _complete_answers(operation)
    responses = operation.responses or {}
    for status in set(PROBLEMS) - (OF_KEYS if public else set()) - (set() if operation.request_body else OF_BODIES):
        responses[status] = _refusal(status, empty=method == "head")
    operation.responses = dict(sorted(responses.items()))


def _complete_parameters(operation: Operation) -> None:
    """What is left out of an address is not null; what the framework would make optional and we refuse is required."""
    given = [one for one in operation.parameters or () if isinstance(one, Parameter)]
    for one in given:
        assert isinstance(one.schema, Schema)
        one.schema = _without_null(one.schema)
        if one.name == "Idempotency-Key":
            one.required, one.schema = True, Schema(type=OpenAPIType.STRING, pattern="^[!-~]{1,200}$")
    if {"format", "dpi"} <= {one.name for one in given}:
        _offer_all({one.name: one.schema for one in given if one.schema is not None})
    if operation.operation_id in PIECES - {"weigh_export"}:
        text = Schema(type=OpenAPIType.STRING)
        given += [
            Parameter("Range", "header", schema=text, description="bytes=N-: from byte N on, for formats with ranges."),
            Parameter("If-Range", "header", schema=text, description="The ETag of what you have; another: the whole."),
        ]
    operation.parameters = list(given) or None


def _offer_all(schemas: dict[str, Schema | Reference]) -> None:
    for name, options in OPTIONS.items():
        for word, values in options.items():
            setattr(schemas[name], word, list(values))


def _without_null(schema: Schema) -> Schema:
    if isinstance(schema.type, list):
        (schema.type,) = (one for one in schema.type if one is not OpenAPIType.NULL)
        schema.enum = [one for one in schema.enum or () if one is not None] or None
    kept = [one for one in schema.one_of or () if isinstance(one, Schema) and one.type is not OpenAPIType.NULL]
    if len(kept) == 1:
        schema.one_of, schema.type, schema.format = None, kept[0].type, kept[0].format
    return schema


def _complete_body(operation: Operation) -> None:
    if operation.operation_id in TAKEN:
        media_types, told = TAKEN[operation.operation_id]
        operation.request_body = RequestBody(_files(media_types), description=told, required=True)
    elif isinstance(operation.request_body, RequestBody):
        for media in operation.request_body.content.values():
            assert isinstance(media.schema, Reference)
            media.examples = {"usual": Example(value=EXAMPLES[media.schema.ref.removeprefix(REF)])}


def _complete_answers(operation: Operation) -> None:
    responses = operation.responses or {}
    for answer in [one for status, one in responses.items() if status.startswith("2")]:
        assert isinstance(answer, OpenAPIResponse)
        for media in (answer.content or {}).values():
            if isinstance(media.schema, Reference):
                media.schema = Reference(REF + named(media.schema.ref.removeprefix(REF)))
        if operation.operation_id in GIVEN:
            answer.content = _files(GIVEN[operation.operation_id])
    if operation.operation_id == "show_keys":
        keys = Schema(type=OpenAPIType.OBJECT, required=["keys"], properties={"keys": Schema(type=OpenAPIType.ARRAY)})
        responses["200"] = OpenAPIResponse("Public keys (JWKS).", content={"application/jwk-set+json": _media(keys)})
    if operation.operation_id == "hand_in_document":
        responses["200"] = OpenAPIResponse("The document was on record already.", content=responses["201"].content)
    if operation.operation_id in PIECES:
        _in_pieces(responses, whole=responses["200"], empty=operation.operation_id == "weigh_export")


def _in_pieces(responses: dict[str, Any], whole: OpenAPIResponse, *, empty: bool) -> None:
    whole.headers = {
        "ETag": _header("Names the file: the same order gives the same bytes."),
        "Accept-Ranges": _header("`bytes`, or `none` where the length is known only when the file has been made."),
        "Content-Disposition": _header("With the file's name."),
    }
    if empty:
        whole.content = None
        return
    span = {"Content-Range": _header("bytes FIRST-LAST/LENGTH")}
    responses["206"] = OpenAPIResponse("The piece asked for.", headers={**whole.headers, **span}, content=whole.content)
    responses["416"] = _refusal("416", "The file ends before the range; Content-Range tells its length.")


def _files(media_types: tuple[str, ...]) -> dict[str, OpenAPIMediaType]:
    return {one: _media(Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)) for one in media_types}


def _media(schema: Schema | Reference) -> OpenAPIMediaType:
    return OpenAPIMediaType(schema=schema)


def _header(told: str, kind: OpenAPIType = OpenAPIType.STRING) -> OpenAPIHeader:
    return OpenAPIHeader(schema=Schema(type=kind), description=told)


def _refusal(status: str, told: str = "", *, empty: bool = False) -> OpenAPIResponse:
    headers: dict[str, OpenAPIHeader | Reference] = {}
    if status in ("429", "503"):
        headers["Retry-After"] = _header("Seconds to wait.", OpenAPIType.INTEGER)
    if status == "401":
        headers["WWW-Authenticate"] = _header("How to sign in.")
    content = None if empty else {"application/problem+json": _media(Reference(REF + "Problem"))}
    return OpenAPIResponse(told or PROBLEMS[status], content=content, headers=headers or None)
