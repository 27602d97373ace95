"""The files of web/static."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app.edge.assets import ASSETS

YEAR_S = 365 * 24 * 3600


@get("/static/{digest:str}/{name:str}", sync_to_thread=False)
def show_asset(digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """An old digest gets the new file, not to be kept."""
    asset = ASSETS.find(name)
    if asset is None:
        raise NotFoundException
    kept = f"public, max-age={YEAR_S}, immutable" if digest == asset.digest else "no-store"
    return Response(asset.content, media_type=asset.media_type, headers={"Cache-Control": kept})
