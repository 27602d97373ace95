"""The whole service: the only module that knows every room.

It hands each room what it asks for, puts the scan paths in front of the framework, and opens and
closes what a worker holds.
"""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, get
from litestar.datastructures import State

from app.catalogue import queries as catalogue_queries
from app.certification import queries as certification_queries
from app.issuing import queries as issuing_queries
from app.recognition import queries as recognition_queries
from app.scanning.front import Front
from app.scanning.service import Scanning
from app.settings import Settings, from_environment
from app.standards import queries as standards_queries

# What each room offers the scan's facts statement.
OFFERS = (catalogue_queries, recognition_queries, standards_queries, certification_queries, issuing_queries)


@get("/healthz", sync_to_thread=False)
def show_health(state: State) -> dict[str, Any]:
    """200 once a worker serves; the members say what it can rely on at this moment."""
    scanning: Scanning = state.scanning
    return {"status": "serving", "database": scanning.clock.fresh, "cache": scanning.wire.up}


def create(settings: Settings | None = None) -> Front:
    """The ASGI application of one worker."""
    settings = settings or from_environment()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    scanning = Scanning(settings, OFFERS, issuing_queries)

    @asynccontextmanager
    async def opened(app: Litestar) -> AsyncIterator[None]:
        await scanning.open()
        app.state.update({"pool": scanning.pool, "facts": scanning.facts})
        # Nothing made so far is garbage: collections look only at what requests make
        # (measured: p99 of a scan 11.6 → 3.3 ms).
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000, 50, 100)
        yield
        await scanning.close()

    behind = Litestar(
        [show_health],
        lifespan=[opened],
        state=State({"settings": settings, "scanning": scanning, "pages": scanning.pages}),
    )
    return scanning.front(behind)
