"""Where somebody comes from: the connection's own word, except behind proxies of ours."""

from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import pytest

from app.edge.guards import address_of


def _asked(client: str | None, forwarded: str | None, *proxies: str) -> Any:
    settings = SimpleNamespace(proxies=tuple(map(ip_network, proxies)))
    return SimpleNamespace(
        scope={"client": (client, 1) if client else None},
        headers={"x-forwarded-for": forwarded} if forwarded is not None else {},
        app=SimpleNamespace(state=SimpleNamespace(settings=settings)),
    )


@pytest.mark.parametrize(
    ("client", "forwarded", "proxies", "is_"),
    [
        ("192.0.2.1", "10.9.9.9", (), "192.0.2.1"),
        ("192.0.2.1", "10.9.9.9", ("127.0.0.1/32",), "192.0.2.1"),
        ("127.0.0.1", "203.0.113.5", ("127.0.0.1/32",), "203.0.113.5"),
        ("127.0.0.1", "6.6.6.6, 203.0.113.5, 10.0.0.2", ("127.0.0.1/32", "10.0.0.0/8"), "203.0.113.5"),
        ("127.0.0.1", None, ("127.0.0.1/32",), "127.0.0.1"),
        ("127.0.0.1", "not an address", ("127.0.0.1/32",), "127.0.0.1"),
        ("127.0.0.1", " , ", ("127.0.0.1/32",), "127.0.0.1"),
        ("::1", "2001:db8::7", ("::1/128",), "2001:db8::7"),
        (None, "203.0.113.5", ("127.0.0.1/32",), None),
    ],
)
def test_only_our_proxies_are_believed(
    client: str | None, forwarded: str | None, proxies: tuple[str, ...], is_: str | None
) -> None:
    assert address_of(_asked(client, forwarded, *proxies)) == is_
