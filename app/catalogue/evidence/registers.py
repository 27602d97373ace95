"""The four registers the four 100 % are reckoned from: one description each, the same acts for all.

What differs is named here once; `actions` knows no register by name.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from msgspec import Struct

from app.catalogue.evidence import queries, rules
from app.catalogue.evidence.shapes import (
    DocumentKind,
    NewAdvertisement,
    NewLabelledProduct,
    NewPublication,
    NewSite,
)
from app.store.sql import Act, Query, Value
from codes.errors import Refusal


class Register(Struct, frozen=True, kw_only=True):
    """One register: its SQL, its check, the kind of document its entries rest on."""

    name: str
    new: type[Struct]
    document_kind: DocumentKind
    begins: str | None
    """The field with an entry's first day; it cannot end before."""
    ends_ahead: bool = False
    """May an end be planned?"""
    check: Callable[[Any, date], Iterator[Refusal]]
    listing: Query[Any]
    by_id: Query[Any]
    lock: Value
    insert: Value
    """Takes the enterprise and then the fields of `new` in their order."""
    change: Act
    end: Act


PUBLICATIONS = Register(
    name="publications",
    new=NewPublication,
    document_kind="commitment_publication",
    begins="published_on",
    check=rules.check_publication,
    listing=queries.publications,
    by_id=queries.publication_by_id,
    lock=queries.lock_publication,
    insert=queries.insert_publication,
    change=queries.change_publication,
    end=queries.end_publication,
)
LABELS = Register(
    name="labels",
    new=NewLabelledProduct,
    document_kind="label_photo",
    begins="labelled_since",
    check=rules.check_labelled_product,
    listing=queries.labelled_products,
    by_id=queries.labelled_product_by_id,
    lock=queries.lock_labelled_product,
    insert=queries.insert_labelled_product,
    change=queries.change_labelled_product,
    end=queries.end_labelled_product,
)
SITES = Register(
    name="sites",
    new=NewSite,
    document_kind="site_photo",
    begins=None,
    check=rules.check_site,
    listing=queries.sites,
    by_id=queries.site_by_id,
    lock=queries.lock_site,
    insert=queries.insert_site,
    change=queries.change_site,
    end=queries.end_site,
)
ADVERTISEMENTS = Register(
    name="advertisements",
    new=NewAdvertisement,
    document_kind="advertisement",
    begins="starts_on",
    ends_ahead=True,
    check=rules.check_advertisement,
    listing=queries.advertisements,
    by_id=queries.advertisement_by_id,
    lock=queries.lock_advertisement,
    insert=queries.insert_advertisement,
    change=queries.change_advertisement,
    end=queries.end_advertisement,
)
REGISTERS = {one.name: one for one in (PUBLICATIONS, LABELS, SITES, ADVERTISEMENTS)}
"""In the order of the notice: publicised, labelled, displayed, advertised."""
