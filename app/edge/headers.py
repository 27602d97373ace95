"""Security headers on every answer of the framework's; a handler's own word counts first."""

from collections.abc import Awaitable, Callable

from litestar.types import Message, Scope

BeforeSend = Callable[[Message, Scope], Awaitable[None]]

# No inline script and no eval anywhere; the style sheet of a page is inline and named by its digest.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
YEAR_S = 365 * 24 * 3600


def security_headers(public_url: str, styles: tuple[str, ...] = ()) -> dict[str, str]:
    """The headers by name; `styles` are SHA-256 digests of inline style sheets in base64."""
    headers = {
        "content-security-policy": POLICY.format(styles="".join(f" 'sha256-{one}'" for one in styles)),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "strict-origin-when-cross-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }
    if public_url.startswith("https://"):
        headers["strict-transport-security"] = f"max-age={2 * YEAR_S}; includeSubDomains"
    return headers


def add_headers(headers: dict[str, str]) -> BeforeSend:
    """A hook for `before_send`: it also sees answers to exceptions, which `after_request` does not."""
    ours = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]

    async def add(message: Message, _scope: Scope) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(one for one in ours if one[0] not in there)]

    return add
