"""The language of an answer: `?lang` first, then Accept-Language, else Chinese."""

from collections.abc import Iterator

LANGUAGES = ("zh", "en")
READ = 20
"""Entries of Accept-Language that are read; browsers send at most a handful."""


def choose(query: str | None, accept: str | None) -> str:
    """`zh` or `en`."""
    if query in LANGUAGES:
        return query
    best, weight = "zh", 0.0
    for language, q in _offers(accept or ""):
        if q > weight:
            best, weight = language, q
    return best


def _offers(accept: str) -> Iterator[tuple[str, float]]:
    """Our languages among the offers with their weights; `*` stands for Chinese, the default."""
    for offer in accept.lower().split(",", READ)[:READ]:
        tag, *parameters = (part.strip() for part in offer.split(";"))
        primary = "zh" if tag == "*" else tag.partition("-")[0]
        if primary in LANGUAGES:
            yield primary, _weight(parameters)


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                q = float(value)
            except ValueError:
                return 0.0
            return q if 0.0 <= q <= 1.0 else 0.0
    return 1.0
