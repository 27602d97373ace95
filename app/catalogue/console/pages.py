"""All pages of the console that are about the catalogue."""

from app.catalogue.console import (
    after_pages,
    confirmation_pages,
    coverage_pages,
    home_pages,
    import_pages,
    product_pages,
    profile_pages,
    review_pages,
    statement_pages,
)

HANDLERS = [
    *home_pages.HANDLERS,
    *profile_pages.HANDLERS,
    *product_pages.HANDLERS,
    *statement_pages.HANDLERS,
    *after_pages.HANDLERS,
    *review_pages.HANDLERS,
    *confirmation_pages.HANDLERS,
    *coverage_pages.HANDLERS,
    *import_pages.HANDLERS,
]
