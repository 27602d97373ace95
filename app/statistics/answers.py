"""What the pages of this room share: their address with what was chosen, and downloads."""

from typing import Any

from litestar import Request, Response

from app.statistics.asking import Address

KEPT = ("lang", "view")
"""How the reader sees pages, carried from one to the next."""


def address_of(request: Request[Any, Any, Any], *chosen: str, path: str | None = None) -> Address:
    """The address of this page with what of it was chosen."""
    told = {name: value for name, value in request.query_params.items() if name in (*chosen, *KEPT)}
    return Address(path or request.scope["path"], told)


def labels(request: Request[Any, Any, Any], language: str, *within: str, **names: str) -> dict[str, str]:
    """What the page calls its fields: the words of these names."""
    words = request.app.state.sheets.words[language]["statistics"]
    for part in within:
        words = words[part]
    return {field: str(words[name]) for field, name in names.items()}


def download(name: str, content: bytes) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/csv; charset=utf-8; header=present", headers=headers)
