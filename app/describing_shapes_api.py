"""The shapes of the description: what the Structs behind them say beyond the types of their fields."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
from litestar.openapi.spec import Reference, Schema
from litestar.openapi.spec.enums import OpenAPIType

from app.edge.errors import Problem

REF = "#/components/schemas/"


def of_problems() -> dict[str, Schema]:
    """Problem and Complaint, from the Structs that are sent."""
    _, shapes = msgspec.json.schema_components([Problem], ref_template=REF + "{name}")
    return {name: _as_spec(shape) for name, shape in shapes.items()}


def _as_spec(shape: dict[str, Any]) -> Schema:
    """A JSON schema in the framework's words, as far as these two shapes need."""
    of = shape.get("items")
    others = shape.get("additionalProperties")
    return Schema(
        type=OpenAPIType(shape["type"]) if "type" in shape else None,
        title=shape.get("title"),
        required=shape.get("required"),
        properties={name: _property(one) for name, one in shape.get("properties", {}).items()} or None,
        one_of=[_property(one) for one in shape.get("anyOf", ())] or None,
        items=_property(of) if isinstance(of, dict) else None,
        additional_properties=_property(others) if isinstance(others, dict) else None,
    )


def _property(one: dict[str, Any]) -> Schema | Reference:
    return Reference(one["$ref"]) if "$ref" in one else _as_spec(one)


def named(component: str) -> str:
    """`Listing_app.catalogue.shapes.Product_` is a ProductListing."""
    generic, _, of = component.partition("_app.")
    return of.rpartition(".")[2].rstrip("_") + generic if of else component


def complete_shape(name: str, shape: Schema, example: Any = None) -> None:
    """What the Struct says beyond its types: its own words, and whether it takes unknown fields."""
    if (made_from := _struct(name, frozenset(shape.properties or ()))) is None:
        return
    if made_from.__struct_config__.forbid_unknown_fields:
        shape.additional_properties = False
    shape.description = shape.description or inspect.getdoc(made_from) or None
    if example is not None:
        shape.examples = [example]
    told = _words_of(made_from)
    for field, schema in (shape.properties or {}).items():
        if isinstance(schema, Schema):
            schema.description = schema.description or told.get(field)


def _struct(component: str, fields: frozenset[str]) -> type[msgspec.Struct] | None:
    """The Struct behind a component, whose name has the module before it where two are of one name."""
    for one in _structs():
        named = f"_{one.__module__}.{one.__name__}".replace(".", "_")
        if named.endswith(f"_{component}") and fields == frozenset(one.__struct_fields__):
            return one
    return None


@lru_cache(maxsize=1)
def _structs() -> tuple[type[msgspec.Struct], ...]:
    def below(one: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
        for sub in one.__subclasses__():
            yield sub
            yield from below(sub)

    return tuple(
        one for one in below(msgspec.Struct) if re.match(r"app\..*(shapes|paging|history|errors)$", one.__module__)
    )


def _words_of(struct: type[msgspec.Struct]) -> dict[str, str]:
    """The sentences under the fields in the source, which is where they are kept true."""
    words: dict[str, str] = {}
    for owner in reversed([one for one in struct.__mro__ if one.__module__.startswith("app.")]):
        (body,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
        assert isinstance(body, ast.ClassDef)
        for field, told in zip(body.body, body.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(told, ast.Expr):
                words[field.target.id] = " ".join(str(ast.literal_eval(told.value)).split())
    return words
