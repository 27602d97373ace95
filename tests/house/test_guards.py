"""Every handler is guarded or on the PUBLIC list; handlers stay thin and know no SQL."""

import inspect

import pytest
from litestar.handlers import HTTPRouteHandler

from app.edge.guards import PUBLIC
from tests.house.modules import modules, values

HANDLERS = {f"{handler.fn.__module__}.{handler.fn.__name__}": handler for _, handler in values(HTTPRouteHandler)}
LINES_MOST = 12
FRAMEWORK = ("api", "pages", "answers")
"""How the modules of a room end that know the framework; `answers` holds what several `pages` share."""


@pytest.mark.parametrize("name", HANDLERS)
def test_a_handler_is_guarded_or_public(name: str) -> None:
    guarded = any(getattr(guard, "scope", None) for guard in HANDLERS[name].guards or ())
    assert guarded != (name in PUBLIC), f"{name}: give it needs(…), or put it on PUBLIC in app/edge/guards.py"


def test_the_public_list_names_handlers_that_exist() -> None:
    assert set(HANDLERS) >= PUBLIC


@pytest.mark.parametrize("name", HANDLERS)
def test_a_handler_is_thin(name: str) -> None:
    source = inspect.getsource(HANDLERS[name].fn)
    body = source[source.index(") ->") :].splitlines()[1:]
    assert len(body) <= LINES_MOST


def test_only_api_and_pages_of_a_room_know_the_framework() -> None:
    for module in modules():
        _, _, rest = module.__name__.partition("app.")
        room, _, name = rest.partition(".")
        if name and room not in ("edge", "store") and not name.endswith(FRAMEWORK):
            imported = {getattr(value, "__module__", "") or "" for value in vars(module).values()}
            assert not any(one.partition(".")[0] == "litestar" for one in imported), module.__name__
