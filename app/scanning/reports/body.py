"""The body of a report, read as it comes: short texts, and one photo up to a byte beyond its limit.

The framework's own reader would spool photos to disk, leave them open where a body is cut off, and
keep the last 1,024 urlencoded bodies in memory. Here the rest of a photo that is too large is read
and dropped, so that what was typed beside it is not lost.
"""

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

from multipart import MultipartError, MultipartSegment, PushMultipartParser

from app.edge.forms import end_in_one
from app.scanning.reports.photo import PHOTO_MOST

BODY_MOST = 25 * 2**20
"""Everything together: more than any telephone's photo."""
TEXTS_MOST = 64 * 1024
"""All typed texts together; the form takes less, and then says so beside the field."""
FIELDS_MOST = 20
PHOTO = "photo"


class Unreadable(Exception):
    """What arrived is no form; `name` is the wording's, `status` the answer's."""

    def __init__(self, name: str, status: int) -> None:
        super().__init__(name)
        self.name = name
        self.status = status


async def multipart(stream: AsyncIterator[bytes], boundary: str) -> tuple[dict[str, str], bytes | None]:
    """Texts by name, and the photo if one was chosen."""
    texts: dict[str, bytearray] = {}
    photo = bytearray()
    into: bytearray | None = None
    try:
        with PushMultipartParser(boundary, max_segment_count=FIELDS_MOST, strict=True) as parser:
            async for chunk in end_in_one(stream):
                for event in parser.parse(chunk):
                    if isinstance(event, MultipartSegment):
                        into = _place(event, texts, photo)
                    elif event and into is not None:
                        into += event[: PHOTO_MOST + 1 - len(into)]
                if sum(map(len, texts.values())) > TEXTS_MOST:
                    raise Unreadable("large", 413)
        return {name: text.decode() for name, text in texts.items()}, bytes(photo) or None
    except (MultipartError, UnicodeDecodeError):
        raise Unreadable("unreadable", 400) from None


def _place(segment: MultipartSegment, texts: dict[str, bytearray], photo: bytearray) -> bytearray | None:
    """Where a part's content goes; a file that is not the photo goes nowhere."""
    if segment.filename:
        return photo if segment.name == PHOTO else None
    return texts.setdefault(segment.name or "", bytearray())


async def urlencoded(stream: AsyncIterator[bytes]) -> dict[str, str]:
    body = bytearray()
    async for chunk in stream:
        body += chunk
        if len(body) > TEXTS_MOST:
            raise Unreadable("large", 413)
    try:
        return dict(parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=FIELDS_MOST))
    except ValueError:
        raise Unreadable("unreadable", 400) from None
