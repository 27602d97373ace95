"""A file somebody handed in, made anew: nothing in it runs, nothing hides in it, nothing unfolds without end.

This is a program of its own, started by `confinement` with little memory and time, because it reads
files that may be made to break their reader. So it knows nothing of the service: only the standard
library, Pillow and pikepdf. It reads the file from stdin and writes one line of JSON, and after
`{"media_type": …}` the file as it is kept; `{"unfit": …}` names what is wrong.
"""

import io
import json
import re
import resource
import sys
import zipfile
import zlib
from typing import Any

import pikepdf
from PIL import Image, ImageOps

IMAGE_MOST = 15 * 2**20
PDF_MOST = 20 * 2**20
PIXELS_MOST = 40_000_000
LONGEST_SIDE = 4096
"""A4 at 300 dpi is 3508: print on a label or a certificate stays legible."""
QUALITY = 88
PAGES_MOST = 300
OBJECTS_MOST = 200_000
UNPACKED_MOST = 300 * 2**20
"""All streams of a PDF together; a scan of 300 pages in black and white takes less."""
PAGE_PIXELS_MOST = 200_000_000
"""One picture inside a PDF, as it says itself: A3 at 1200 dpi has 279 million, A4 at 1200 dpi 139."""
MEMORY = 1 << 30
CPU_S = 15

Image.MAX_IMAGE_PIXELS = None  # Pillow's cap warns only, and higher; ours refuses, and before decoding

# Acts a PDF may start, beyond going to a page of its own or showing a link.
ACTS = frozenset((
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToR", "/GoToE", "/GoToDp", "/Movie",
    "/Sound", "/RichMediaExecute",
))  # fmt: skip
# Notes on a page that carry files or players.
CARRIERS = frozenset(("/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"))
# Gone wherever they stand: what starts by itself, scripts, files inside, forms of another kind, metadata.
GONE = (
    "/AA", "/JS", "/OpenAction", "/EF", "/AF", "/XFA", "/RichMediaContent", "/3DD", "/Metadata", "/PieceInfo",
)  # fmt: skip
# What a stream would fetch from elsewhere.
FETCHED = ("/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI")
ROOT_GONE = (*GONE, "/Collection", "/URI", "/Perms", "/Legal", "/DSS", "/Requirements")
NAMES_GONE = ("/JavaScript", "/EmbeddedFiles", "/Renditions", "/AlternatePresentations")
_FLATE = frozenset(("/FlateDecode", "/Fl"))
_PACKED = frozenset(("/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"))


class Unfit(Exception):
    """The file is not kept; `name` says why, `facts` complete the sentence."""

    def __init__(self, name: str, **facts: str | int) -> None:
        super().__init__(name)
        self.told = {"unfit": name, **facts}


def clean(content: bytes) -> tuple[dict[str, Any], bytes]:
    """What the file is, by its first bytes alone, and the file as it is kept."""
    pdf = content.startswith(b"%PDF-")
    image = re.match(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP", content, re.DOTALL)
    if not pdf and not image:
        raise Unfit("kind")
    if len(content) > (most := PDF_MOST if pdf else IMAGE_MOST):
        raise Unfit("large", most_mb=most // 2**20)
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise Unfit("archive")
    return clean_pdf(content) if pdf else clean_image(content)


def clean_image(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Drawn anew, upright, on white; a photograph stays a JPEG, a drawing a PNG."""
    image = _read_image(content)
    facts = {"width": image.width, "height": image.height}
    if image.format == "PNG":
        buffer = io.BytesIO()
        _bare(image).save(buffer, "PNG")
        if buffer.tell() <= IMAGE_MOST:
            return {"media_type": "image/png", **facts}, buffer.getvalue()
    buffer = io.BytesIO()
    _bare(image).convert("RGB").save(buffer, "JPEG", quality=QUALITY)
    return {"media_type": "image/jpeg", **facts}, buffer.getvalue()


def _read_image(content: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as image:
            if image.width * image.height > PIXELS_MOST:
                raise Unfit("pixels", width=image.width, height=image.height, most_mp=PIXELS_MOST // 1_000_000)
            if image.format in ("PNG", "WEBP") and getattr(image, "n_frames", 1) > 1:
                raise Unfit("animated")
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            drawn = _plain(image)
            drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
            drawn = _on_white(drawn)
            drawn.getexif().update(image.getexif())
            upright = ImageOps.exif_transpose(drawn)
            upright.format = image.format
            return upright
    except (Unfit, MemoryError):
        raise
    except Exception:  # decoders raise OSError, SyntaxError, ValueError, struct.error, zlib.error, …
        raise Unfit("damaged") from None


def _plain(image: Image.Image) -> Image.Image:
    """In a mode that can be drawn smaller: black and white, grey, colours, or colours with transparency."""
    if image.mode in ("LA", "PA", "P", "RGBa", "La") or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode.startswith("I"):  # sixteen bits of grey
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image if image.mode in ("1", "L", "RGB", "RGBA") else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """What was transparent stands on white: nothing is seen only by some."""
    if image.mode != "RGBA":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def _bare(image: Image.Image) -> Image.Image:
    """The pixels alone: writers would copy comments and profiles from what was read."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def clean_pdf(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Written anew from what its pages need, without anything that starts by itself."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise Unfit("encrypted")
            pages = _check_pdf(pdf)
            _disarm(pdf)
            buffer = io.BytesIO()
            pdf.save(
                buffer, linearize=True, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
            )  # fmt: skip
    except pikepdf.PasswordError:
        raise Unfit("encrypted") from None
    except (Unfit, MemoryError):
        raise
    except Exception:  # pikepdf raises PdfError, ValueError, TypeError, RuntimeError, KeyError, …
        raise Unfit("damaged") from None
    return {"media_type": "application/pdf", "pages": pages}, buffer.getvalue()


def _check_pdf(pdf: pikepdf.Pdf) -> int:
    if len(pdf.objects) > OBJECTS_MOST:
        raise Unfit("complex")
    pages = len(pdf.pages)
    if pages == 0:
        raise Unfit("damaged")
    if pages > PAGES_MOST:
        raise Unfit("pages", pages=pages, most=PAGES_MOST)
    left = UNPACKED_MOST
    for one in pdf.objects:
        if isinstance(one, pikepdf.Stream):
            left -= _unpacked(one, left)
            if left < 0 or _pixels(one) > PAGE_PIXELS_MOST:
                raise Unfit("unpacked")
    return pages


def _unpacked(stream: pikepdf.Stream, most: int) -> int:
    """Bytes a reader would hold for it, up to a little more than `most`."""
    named = stream.get("/Filter", pikepdf.Array())
    filters = [str(one) for one in ([named] if isinstance(named, pikepdf.Name) else named)]
    content, held = stream.read_raw_bytes(), 0
    for name in filters:
        if name in _PACKED:
            return held + len(stream.read_bytes(pikepdf.StreamDecodeLevel.generalized))
        if name not in _FLATE:
            break
        try:
            content = zlib.decompressobj().decompress(content, most - held + 1)
        except zlib.error:
            break  # a reader fails here, too
        held += len(content)
        if held > most:
            break
    return held


def _pixels(stream: pikepdf.Stream) -> int:
    size = [stream.get(name, 0) for name in ("/Width", "/Height")]
    return int(size[0]) * int(size[1]) if all(isinstance(one, int) for one in size) else 0


def _disarm(pdf: pikepdf.Pdf) -> None:
    for one in pdf.objects:
        waiting = [one]
        while waiting:
            thing = waiting.pop()
            if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
                _disarm_one(thing)
                waiting += [value for _, value in thing.items() if _is_inside(value)]
            elif isinstance(thing, pikepdf.Array):
                waiting += [value for value in thing if _is_inside(value)]
    _drop(pdf.Root, ROOT_GONE)
    for name, gone in (("/Names", NAMES_GONE), ("/AcroForm", ("/XFA", "/SigFlags", "/CO"))):
        if isinstance(under := pdf.Root.get(name), pikepdf.Dictionary):
            _drop(under, gone)
        elif name in pdf.Root:
            del pdf.Root[name]
    _drop(pdf.trailer, ("/Info",))


def _is_inside(value: Any) -> bool:
    """A part of the object that holds it, to be looked at with it; objects of their own come by themselves."""
    holds = isinstance(value, (pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array))
    return holds and not value.is_indirect


def _disarm_one(thing: Any) -> None:
    if isinstance(act := thing.get("/S"), pikepdf.Name) and str(act) in ACTS:
        for key in list(thing.keys()):
            del thing[key]
        return
    # A font or a picture may be called /AA or /JS as well: names in a list of resources are free.
    _drop(thing, [name for name in GONE if name in thing and not _is_resource(thing[name])])
    if isinstance(thing, pikepdf.Stream):
        _drop(thing, FETCHED)
    if thing.get("/FT") == pikepdf.Name.Sig:  # no signature holds over a file that was written anew
        _drop(thing, ("/V",))
    if isinstance(notes := thing.get("/Annots"), pikepdf.Array):
        thing["/Annots"] = pikepdf.Array([note for note in notes if not _carries(note)])


def _is_resource(value: Any) -> bool:
    kind = value.get("/Type") if isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)) else None
    return isinstance(kind, pikepdf.Name) and str(kind) in ("/Font", "/XObject", "/ExtGState", "/Pattern")


def _carries(note: Any) -> bool:
    return isinstance(note, pikepdf.Dictionary) and str(note.get("/Subtype")) in CARRIERS


def _drop(thing: Any, names: Any) -> None:
    for name in names:
        if name in thing:
            del thing[name]


def confine() -> None:
    """From here on little memory and time, no file written, few opened."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        resource.setrlimit(what, (most, most))


def main() -> None:
    confine()
    content = b""
    try:
        told, content = clean(sys.stdin.buffer.read())
    except Unfit as unfit:
        told = unfit.told
    except (MemoryError, RecursionError):
        told = {"unfit": "complex"}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
