import base64
import hashlib
import re

import asyncpg
import pytest
from litestar import Response, get

from tests.app.service import Api, OneConnection, speaking

pytestmark = pytest.mark.anyio


@get("/own")
async def own() -> Response[str]:
    return Response("x", headers={"Cache-Control": "max-age=60"})


async def test_every_answer_carries_them(api: Api) -> None:
    for url, status in (("/api/enterprises", 200), ("/api/none", 404), ("/none", 404), ("/api/products?limit=0", 400)):
        answer = await api.get(url)
        assert answer.status_code == status
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert answer.headers["strict-transport-security"].startswith("max-age=63072000")
        assert "server" not in answer.headers


async def test_strict_transport_only_where_the_address_is_https(db: asyncpg.Connection) -> None:
    async with speaking(OneConnection(db), (own,), public_url="http://127.0.0.1:8000") as api:
        answer = await api.get("/own")
        assert "strict-transport-security" not in answer.headers
        assert answer.headers.get_list("cache-control") == ["max-age=60"]


async def test_the_policy_names_the_pages_own_style_and_it_has_no_other(api: Api) -> None:
    page = await api.get("/none")
    styles = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    assert len(styles) == 1
    digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.headers["content-security-policy"]
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script", page.text)
