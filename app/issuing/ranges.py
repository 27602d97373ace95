"""Sets of indexes as sorted, separate, untouching ranges; both ends of a range are inclusive."""

from collections.abc import Iterable

from app.issuing.shapes import Span


def union(spans: Iterable[Span]) -> list[Span]:
    """The same indexes, merged where ranges overlap or touch."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.first <= merged[-1].last + 1:
            if span.last > merged[-1].last:
                merged[-1] = Span(merged[-1].first, span.last)
        else:
            merged.append(span)
    return merged


def minus(wanted: list[Span], taken: Iterable[Span]) -> list[Span]:
    """The indexes of `wanted` that no range of `taken` has; both sorted and without overlaps."""
    rest: list[Span] = []
    blocks = list(taken)
    at = 0
    for span in wanted:
        first = span.first
        while at < len(blocks) and blocks[at].last < first:
            at += 1
        look = at
        while look < len(blocks) and blocks[look].first <= span.last:
            if blocks[look].first > first:
                rest.append(Span(first, blocks[look].first - 1))
            first = max(first, blocks[look].last + 1)
            look += 1
        if first <= span.last:
            rest.append(Span(first, span.last))
    return rest


def overlap(spans: Iterable[Span], others: list[Span]) -> list[bool]:
    """Of each span, whether any of `others` has an index of it; both sorted and without overlaps."""
    found, at = [], 0
    for span in spans:
        while at < len(others) and others[at].last < span.first:
            at += 1
        found.append(at < len(others) and others[at].first <= span.last)
    return found


def size(spans: Iterable[Span]) -> int:
    return sum(span.last - span.first + 1 for span in spans)
