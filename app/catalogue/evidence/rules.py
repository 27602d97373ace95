"""What may stand among the evidence, and how the four 100 % are reckoned: pure."""

from collections.abc import Iterator
from datetime import date

from app.catalogue.evidence.errors import PlaceNeeded
from app.catalogue.evidence.shapes import (
    Counts,
    NewAdvertisement,
    NewLabelledProduct,
    NewPublication,
    NewSite,
    Rate,
    Rates,
)
from app.edge import fields
from codes.errors import Refusal

DOCUMENTS_MOST = 5_000
"""Of one enterprise: years of photographs of every site and every label."""


def check_title(title: str) -> Iterator[Refusal]:
    return fields.text("title", title, fields.NAME)


def check_site(new: NewSite, today: date) -> Iterator[Refusal]:
    yield from fields.texts(new, {"name": fields.NAME, "address": fields.NAME})
    yield from fields.not_future("mark_since", new.mark_since, today)


def check_advertisement(new: NewAdvertisement, today: date) -> Iterator[Refusal]:
    """It may be planned ahead: it counts from its first day on."""
    yield from fields.texts(new, {"title": fields.NAME, "place": fields.NAME})
    yield from fields.url("url", new.url)
    yield from _somewhere(new.place, new.url)
    yield from fields.not_before("ends_on", new.ends_on, "starts_on", new.starts_on)


def check_labelled_product(new: NewLabelledProduct, today: date) -> Iterator[Refusal]:
    yield from fields.not_future("labelled_since", new.labelled_since, today)


def check_publication(new: NewPublication, today: date) -> Iterator[Refusal]:
    yield from fields.texts(new, {"place": fields.NAME})
    yield from fields.url("url", new.url)
    yield from _somewhere(new.place, new.url)
    yield from fields.not_future("published_on", new.published_on, today)


def _somewhere(place: str | None, url: str | None) -> Iterator[Refusal]:
    if place is None and url is None:
        yield PlaceNeeded(field="place")


def reckon(counts: Counts) -> Rates:
    """The four, each of its own denominator; only what has evidence counts."""
    return Rates(
        counts.id,
        counts.name,
        counts.name_en,
        counts.region,
        [
            rate("commitment", counts.publicised_proven, counts.publicised_stated, counts.models),
            rate("labelling", counts.labelled_proven, counts.labelled_stated, counts.models),
            rate("display", counts.displayed_proven, counts.displayed_stated, counts.sites),
            rate("advertising", counts.carrying_proven, counts.carrying_stated, counts.advertisements),
        ],
    )


def rate(name: str, proven: int, stated: int, whole: int) -> Rate:
    return Rate(name, proven, whole, stated - proven, 100 * proven // whole if whole else None)
