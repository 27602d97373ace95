"""Issuing's pages: batches, files, items, codes of products, recalls, reprints, printers' links."""

from litestar import Router

from app.issuing.asks_api import ASKS
from app.issuing.console import batch_pages, file_pages, item_pages, print_pages, product_pages, reprint_pages

ROUTERS = [
    Router(
        "/",
        dependencies=ASKS,
        route_handlers=[
            *batch_pages.HANDLERS, *item_pages.HANDLERS, *file_pages.HANDLERS, *product_pages.HANDLERS,
            *reprint_pages.HANDLERS, *print_pages.HANDLERS,
        ],
        include_in_schema=False,
    )
]  # fmt: skip
