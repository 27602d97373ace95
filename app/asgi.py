"""The whole service: the only module that knows every room.

It hands each room what it asks for, puts the scan paths in front of the framework, and opens and
closes what a worker holds.
"""

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from litestar import Litestar, get
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, YamlRenderPlugin

from app import describing_api
from app.accounts import api as accounts_api
from app.accounts import pages as accounts_pages
from app.accounts.identity import account_pages, signin_pages, totp_pages
from app.accounts.identity.sessions import Sessions
from app.accounts.keys.holders import ApiKeys
from app.accounts.mail.jobs import Postman
from app.catalogue import api as catalogue_api
from app.catalogue import queries as catalogue_queries
from app.catalogue.console import pages as catalogue_pages
from app.catalogue.evidence import api as evidence_api
from app.catalogue.evidence import jobs as evidence_jobs
from app.catalogue.evidence import pages as evidence_pages
from app.certification import api as certification_api
from app.certification import queries as certification_queries
from app.edge.assets_pages import show_asset
from app.edge.install import install, state_of
from app.edge.limits import Limits
from app.edge.principals import PlatformKey
from app.issuing import api as issuing_api
from app.issuing import queries as issuing_queries
from app.issuing.console import pages as issuing_pages
from app.recognition import api as recognition_api
from app.recognition import queries as recognition_queries
from app.scanning.behind import pages as public_pages
from app.scanning.behind.frame import Frame
from app.scanning.behind.records import Behind
from app.scanning.front import Front
from app.scanning.preview import Preview
from app.scanning.reports.filing import Reports
from app.scanning.service import WEB, Scanning
from app.settings import Settings, from_environment
from app.standards import api as standards_api
from app.standards import queries as standards_queries
from app.statistics import api as statistics_api
from app.statistics import jobs as statistics_jobs
from app.statistics import pages as statistics_pages
from app.store.files import Files

# What each room offers the scan's facts statement.
OFFERS = (catalogue_queries, recognition_queries, standards_queries, certification_queries, issuing_queries)

ROUTERS = (
    catalogue_api.router,
    evidence_api.router,
    standards_api.router,
    certification_api.router,
    recognition_api.router,
    issuing_api.router,
    statistics_api.router,
    *accounts_api.ROUTERS,
)
"""For programs, under /api."""

PAGES = (
    *public_pages.HANDLERS,
    *signin_pages.HANDLERS,
    *totp_pages.HANDLERS,
    *account_pages.HANDLERS,
    *accounts_pages.HANDLERS,
    *catalogue_pages.HANDLERS,
    *evidence_pages.HANDLERS,
    *issuing_pages.ROUTERS,
    *statistics_pages.HANDLERS,
)
"""For people: those behind the scan page, and the console."""

DESCRIPTION = OpenAPIConfig(
    title="浙品码",
    version=(Path(__file__).parents[1] / "VERSION").read_text().strip(),
    path="/api/openapi",
    use_handler_docstrings=True,
    render_plugins=[JsonRenderPlugin(), YamlRenderPlugin()],  # no pages with scripts of others
)
CLOSE_WAIT_S = 2


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
    return scanning.front(framework(settings, scanning))


def framework(settings: Settings, scanning: Scanning) -> Litestar:
    """Everything but the scan paths."""

    @asynccontextmanager
    async def opened(app: Litestar) -> AsyncIterator[None]:
        await scanning.open()
        app.state.update(_held(settings, scanning))
        describing_api.complete(app.openapi_schema)
        async with _working(settings, scanning, app.state.files):
            # Nothing made so far is garbage: collections look only at what requests make
            # (measured: p99 of a scan 11.6 → 3.3 ms).
            gc.collect()
            gc.freeze()
            gc.set_threshold(100_000, 50, 100)
            yield
        await scanning.close()

    state = {"settings": settings, "scanning": scanning, "frame": Frame(scanning.pages, WEB), **state_of(settings)}
    installed = install(settings) | {"openapi_config": DESCRIPTION}
    return Litestar(
        [show_health, show_asset, issuing_api.public_router, *PAGES, *ROUTERS],
        lifespan=[opened],
        state=State(state),
        **installed,
    )


def _held(settings: Settings, scanning: Scanning) -> dict[str, object]:
    """What handlers find in the state once the pool is open."""
    pool = scanning.pool
    return {
        "pool": pool,
        "facts": scanning.facts,
        "behind": Behind(pool, scanning.clock, scanning.wire, OFFERS),
        "reports": Reports(pool, scanning.ring, settings.host),
        "preview": Preview(scanning.pages, OFFERS),
        "sessions": Sessions(pool),
        "api_keys": ApiKeys(pool, PlatformKey(settings.api_key_sha256)),
        "limits": Limits(scanning.wire, settings.key_rate),
        "files": Files.at(settings.files, settings.s3_key, settings.s3_secret),
    }


@asynccontextmanager
async def _working(settings: Settings, scanning: Scanning, files: Files) -> AsyncIterator[None]:
    """What a worker does beside answering: mail, counting of scans, clearing away of files."""
    stop = asyncio.Event()
    postman = Postman(scanning.pool, settings)
    await postman.open()
    tasks = [
        asyncio.create_task(statistics_jobs.run(scanning.pool, stop)),
        asyncio.create_task(evidence_jobs.keep_sweeping(scanning.pool, files)),
    ]
    try:
        yield
    finally:
        stop.set()
        await postman.close()
        await asyncio.wait(tasks, timeout=CLOSE_WAIT_S)
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
