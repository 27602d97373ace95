"""Every module of the service and of the codes, imported; what they define."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import TypeVar

import app
import codes

T = TypeVar("T")
NOT_IMPORTED = {"app.__main__", "app.demo.photos.draw"}


def modules() -> list[ModuleType]:
    packages = ((package.__path__, package.__name__ + ".") for package in (app, codes))
    names = [one.name for path, prefix in packages for one in pkgutil.walk_packages(path, prefix)]
    return [importlib.import_module(name) for name in names if name not in NOT_IMPORTED]


def values(kind: type[T] | tuple[type[T], ...]) -> Iterator[tuple[str, T]]:
    """Module-level values of this kind, each once, by the module that made it first."""
    seen = set()
    for module in modules():
        for name, value in vars(module).items():
            if isinstance(value, kind) and id(value) not in seen:
                seen.add(id(value))
                yield f"{module.__name__}.{name}", value


def subclasses(kind: type[T]) -> Iterator[type[T]]:
    modules()
    for one in kind.__subclasses__():
        if one.__module__.partition(".")[0] in ("app", "codes"):
            yield one
            yield from subclasses(one)
