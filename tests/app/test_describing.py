"""The description of the API is whole: every operation, body, refusal and file, and every example is one."""

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from app.asgi import OFFERS, framework
from app.describing_api import EXAMPLES, KEY, complete
from app.edge.errors import Problem
from app.issuing import queries as issuing_queries
from app.scanning.service import Scanning
from codes.labels import FORMATS
from tests.app.scanning.conftest import settings_of

Described = dict[str, Any]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    settings = settings_of("postgresql://nowhere", "redis://nowhere", tmp_path_factory.mktemp("described"))
    return framework(settings, Scanning(settings, OFFERS, issuing_queries))


@pytest.fixture(scope="module")
def description(app: Litestar) -> Described:
    complete(app.openapi_schema)
    return app.openapi_schema.to_schema()


def operations(description: Described) -> Iterator[tuple[str, str, Described]]:
    for path, item in description["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def handlers(app: Litestar) -> dict[str, HTTPRouteHandler]:
    """Those for programs, by the name of the function."""
    return {
        handler.fn.__name__: handler
        for route in app.routes if isinstance(route, HTTPRoute) and route.path.startswith(("/api/", "/.well-known/"))
        for handler in route.route_handlers if handler.fn.__module__.startswith("app.")
    }  # fmt: skip


def referred(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(ref := value.get("$ref"), str):
            yield ref.removeprefix("#/components/schemas/")
        for inner in value.values():
            yield from referred(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from referred(inner)


def test_every_handler_for_programs_is_described_under_its_name_and_no_page_is(
    app: Litestar, description: Described
) -> None:
    named = [operation["operationId"] for _, _, operation in operations(description)]
    assert sorted(named) == sorted(handlers(app))
    assert len(set(named)) == len(named) > 100
    assert all(path.startswith(("/api/", "/.well-known/")) for path in description["paths"])


def test_every_operation_says_what_it_does_and_who_may(description: Described) -> None:
    assert description["components"]["securitySchemes"][KEY]["scheme"] == "bearer"
    assert "Idempotency-Key" in description["info"]["description"]
    for method, path, operation in operations(description):
        assert operation["summary"][0].isupper(), path
        assert "_" not in operation["summary"], path
        assert operation["security"] == ([{KEY: []}] if path.startswith("/api/") else []), path
        assert len([status for status in operation["responses"] if status < "300"]) >= 1, (method, path)


def test_every_refusal_has_the_one_shape(description: Described) -> None:
    for method, path, operation in operations(description):
        refusals = {status: one for status, one in operation["responses"].items() if status >= "400"}
        least = {"400", "404", "409", "503"} | ({"401", "403", "429"} if path.startswith("/api/") else set())
        least |= {"413", "415"} if "requestBody" in operation else set()
        assert least <= set(refusals), path
        for status, one in refusals.items():
            shape = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            assert one.get("content") == (None if method == "head" else shape), (path, status)
            assert ("Retry-After" in one.get("headers", {})) == (status in ("429", "503")), (path, status)
    schema = description["components"]["schemas"]["Problem"]
    assert set(schema["properties"]) == set(Problem.__struct_fields__)
    assert schema["required"] == ["type", "title", "status", "code", "detail"]


def test_every_body_has_an_example_or_is_a_file(description: Described) -> None:
    files = set()
    for _, path, operation in operations(description):
        for media_type, media in operation.get("requestBody", {"content": {}})["content"].items():
            if media_type == "application/json":
                assert media["examples"]["usual"]["value"], path
            else:
                assert media["schema"] == {"type": "string", "format": "binary"}, path
                files.add(operation["operationId"])
    assert files == {"set_photo", "hand_in_document", "order_lots", "activate_list"}


def test_every_example_fits_its_shape_and_every_shape_of_a_body_has_one(app: Litestar, description: Described) -> None:
    bodies = {
        name: handler.parsed_data_field.annotation
        for name, handler in handlers(app).items()
        if handler.parsed_data_field is not None
    }
    used = set()
    for _, _, operation in operations(description):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content:
            (name,) = referred(content["schema"])
            used.add(name)
            msgspec.json.decode(json.dumps(EXAMPLES[name]), type=bodies[operation["operationId"]], strict=True)
            assert description["components"]["schemas"][name]["additionalProperties"] is False, name
    assert used | {"Problem"} == set(EXAMPLES)
    assert msgspec.convert(EXAMPLES["Problem"], Problem).code == "idempotency-key-taken"


def test_examples_are_marked_as_demonstration() -> None:
    told = json.dumps(EXAMPLES, ensure_ascii=False)
    for name, example in EXAMPLES.items():
        for field in ("name", "title", "reason", "text", "note", "number"):
            if isinstance(example.get(field), str) and name != "Problem":
                assert "演示" in example[field], (name, field)
    assert "example.com" in told
    assert "demo.invalid" in told
    assert '"uscc": "913' in told
    assert all("DEM" in one["uscc"] for one in EXAMPLES.values() if "uscc" in one)


def test_answers_that_are_files_say_of_what_type(app: Litestar, description: Described) -> None:
    described = {operation["operationId"]: operation["responses"] for _, _, operation in operations(description)}
    for name, handler in handlers(app).items():
        plain = handler.parsed_fn_signature.return_type.annotation
        good = [one for status, one in described[name].items() if status < "300"]
        told = {media_type for one in good for media_type in one.get("content", {})}
        raw = "Response[" in str(plain) or "Stream" in str(plain)
        assert ("application/json" not in told) == (raw and name != "hand_in_document") or not told, name
    labels = set(described["export_batch"]["200"]["content"])
    assert labels == {form.media_type.partition(";")[0] for form in FORMATS.values()}
    assert {"200", "206", "416"} <= set(described["download_file"])
    assert "content" not in described["weigh_export"]["200"]
    assert set(described["hand_in_document"]) >= {"200", "201"}


def test_headers_that_are_asked_for_are_described(description: Described) -> None:
    needed = {}
    for _, _, operation in operations(description):
        for one in operation.get("parameters", ()):
            assert "null" not in json.dumps(one["schema"]), (operation["operationId"], one["name"])
            if one["in"] == "header":
                needed[operation["operationId"], one["name"]] = one["required"]
    assert needed == {
        ("issue_batch", "Idempotency-Key"): True,
        ("order_lots", "Idempotency-Key"): True,
        ("export_batch", "Range"): False,
        ("export_batch", "If-Range"): False,
        ("download_file", "Range"): False,
        ("download_file", "If-Range"): False,
    }


def test_no_shape_is_missing_or_left_over_and_fields_keep_their_words(description: Described) -> None:
    shapes = description["components"]["schemas"]
    assert set(referred(description)) == set(shapes)
    assert not [name for name in shapes if "." in name]
    assert shapes["NewBatch"]["additionalProperties"] is False
    assert "null for a format" in shapes["FileTold"]["properties"]["length"]["description"]
    assert shapes["Wanted"]["properties"]["format"]["enum"] == list(FORMATS)
    assert description["paths"]["/api/orders"]["post"]["description"].startswith("Many lots by one CSV")


def test_completing_it_twice_changes_nothing(app: Litestar, description: Described) -> None:
    complete(app.openapi_schema)
    assert app.openapi_schema.to_schema() == description


def test_the_examples_stand_beside_the_module() -> None:
    folder = Path(inspect.getfile(complete)).parent
    assert json.loads((folder / "api_examples.json").read_text("utf-8")) == EXAMPLES
