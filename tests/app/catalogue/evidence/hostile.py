"""Files made to break, deceive or attack whoever opens them; and honest ones."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image, PngImagePlugin

SCRIPT = "app.alert('zpm-canary')"
CANARY = b"zpm-canary"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **more: object) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(buffer, kind, **more)
    return buffer.getvalue()


def photograph() -> bytes:
    """On its side, with the place where it was taken, a comment, and a film behind its end."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "zpm-canary"
    exif.get_ifd(0x8825)[2] = (30.0, 17.0, 0.0)
    return picture(exif=exif, comment=b"zpm-canary") + b"film zpm-canary" * 100


@contextmanager
def writing(pages: int = 1, **saving: object) -> Iterator[tuple[pikepdf.Pdf, io.BytesIO]]:
    buffer = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(100, 100))
        yield pdf, buffer
        pdf.save(buffer, **saving)


def paper(pages: int = 1) -> bytes:
    with writing(pages) as (pdf, buffer):
        pdf.docinfo["/Author"] = "zpm-canary"
    return buffer.getvalue()


def armed() -> bytes:
    """Every way of starting something that we know of, on one page."""
    with writing() as (pdf, buffer):
        page = pdf.pages[0].obj
        act = Dictionary(S=Name.JavaScript, JS=SCRIPT, Next=Dictionary(S=Name.Launch, F="/bin/zpm-canary"))
        file = Dictionary(Type=Name.Filespec, F="zpm-canary.exe", EF=Dictionary(F=Stream(pdf, CANARY)))
        pdf.Root.OpenAction = act
        pdf.Root.AA = Dictionary(WC=act)
        pdf.Root.Names = Dictionary(
            JavaScript=Dictionary(Names=Array(["x", act])),
            EmbeddedFiles=Dictionary(Names=Array(["zpm-canary.exe", file])),
        )
        pdf.Root.AF = Array([file])
        pdf.Root.Collection = Dictionary(View=Name.D)
        field = Dictionary(FT=Name.Tx, T="t", AA=Dictionary(K=act))
        pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]), XFA=Stream(pdf, CANARY))
        page.AA = Dictionary(O=pdf.make_indirect(act))
        kinds = {"Link": {"A": act}, "Widget": {"AA": Dictionary(U=act)}, "FileAttachment": {"FS": file}}
        kinds |= {"RichMedia": {"RichMediaContent": Dictionary(X=file)}, "Screen": {"A": act}}
        notes = Array(
            pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name("/" + kind), Rect=[0, 0, 9, 9], **more))
            for kind, more in kinds.items()
        )
        notes.append(Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="https://a.example")))
        page.Annots = notes
        pdf.Root.AcroForm.Fields.append(notes[1])
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        page.Resources = Dictionary(Font=Dictionary(AA=font, JS=font))
        page.Contents = Stream(pdf, b"BT /AA 12 Tf (hello) Tj ET")
    return buffer.getvalue()


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("run.js", SCRIPT)
    return buffer.getvalue()


def zip_inside() -> bytes:
    """A PDF whose own end is the archive's comment."""
    with writing(compress_streams=False) as (pdf, buffer):
        pdf.Root.Hidden = pdf.make_indirect(Stream(pdf, zipped()))
    content = buffer.getvalue()
    end = content.rindex(b"PK\x05\x06")
    return content[: end + 20] + struct.pack("<H", len(content) - end - 22) + content[end + 22 :]


def packed_zeros(megabytes: int) -> bytes:
    """As zlib packs so many zeros; the same part again and again, so that it is made at once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    part = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    check = (megabytes * 2**20 % 65521) << 16 | 1
    return b"\x78\xda" + part * megabytes + b"\x03\x00" + check.to_bytes(4)


def packed_pdf(megabytes: int = 400, times: int = 1) -> bytes:
    """400 MB in 400 KB, or in 2 KB when packed again."""
    content = packed_zeros(megabytes)
    for _ in range(times - 1):
        content = zlib.compress(content, 9)
    with writing(compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none) as (pdf, buffer):
        stream = Stream(pdf, content)
        stream.stream_dict = Dictionary(Filter=Array([Name.FlateDecode] * times))
        pdf.pages[0].obj.Contents = stream
    return buffer.getvalue()


def object_bomb() -> bytes:
    """A stream of objects that unfolds to 3 GB before a single one of them is read."""
    content = packed_zeros(3000)
    body = b"%PDF-1.5\n"
    first = len(body)
    body += b"1 0 obj<</Type/ObjStm/N 2/First 8/Filter/FlateDecode/Length %d>>stream\n" % len(content)
    body += content + b"\nendstream endobj\n"
    place = len(body)
    rows = [(0, 0), (1, first), (2, 1), (2, 1), (1, place)]  # how it is kept, where or in what
    table = b"".join(bytes([kind]) + where.to_bytes(4) + bytes([0]) for kind, where in rows)
    body += b"4 0 obj<</Type/XRef/Size 5/W[1 4 1]/Root 2 0 R/Length %d>>stream\n" % len(table)
    return body + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % place


def page_tree(depth: int = 30) -> bytes:
    """Each node names the one below it twice: 2^30 pages in a few lines."""
    node = b"%d 0 obj<</Type/Pages/Count 1073741824/Kids[%d 0 R %d 0 R]>>endobj\n"
    lines = [b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"]
    lines += [node % (n, n + 1, n + 1) for n in range(2, depth + 2)]
    lines.append(b"%d 0 obj<</Type/Page/MediaBox[0 0 9 9]>>endobj" % (depth + 2))
    return b"%PDF-1.4\n" + b"".join(lines) + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def giant_picture_in_pdf() -> bytes:
    with writing() as (pdf, buffer):
        image = Stream(pdf, b"\0" * 50)
        image.stream_dict = Dictionary(
            Type=Name.XObject, Subtype=Name.Image, Width=100_000, Height=100_000, BitsPerComponent=1,
            ColorSpace=Name.DeviceGray, Filter=Name.CCITTFaxDecode,
        )  # fmt: skip
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=image))
    return buffer.getvalue()


def locked(**how: object) -> bytes:
    with writing(encryption=pikepdf.Encryption(**{"owner": "x", "user": ""} | how)) as (_pdf, buffer):
        pass
    return buffer.getvalue()


def png(width: int, height: int, *chunks: tuple[bytes, bytes], pixels: bytes = b"") -> bytes:
    """A PNG that says this of itself."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    every = [(b"IHDR", head), *chunks, (b"IDAT", zlib.compress(pixels)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in every
    )


def text_bomb() -> bytes:
    """A picture of one pixel whose description unfolds to 200 MB."""
    return png(1, 1, (b"zTXt", b"x\0\0" + zlib.compress(bytes(200 * 2**20), 9)), pixels=b"\0\0\0\0")


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def commented_png() -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_itxt("script", SCRIPT)
    return picture("PNG", pnginfo=told)


def script_in_jpeg() -> bytes:
    """The length of the first segment reads as the start of a comment in JavaScript."""
    plain = picture()
    comment = b"*/=1;" + SCRIPT.encode() + b"/*"
    return plain[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + plain[2:]


HTML = b"<!doctype html><script>" + SCRIPT.encode() + b"</script>"
# name → how the file is made and the code of its refusal
REFUSED = {
    "empty": (lambda: b"", "evidence-kind"),
    "text": (lambda: "检验报告".encode(), "evidence-kind"),
    "html": (lambda: HTML, "evidence-kind"),
    "svg with script": (lambda: b"<svg><script>" + SCRIPT.encode() + b"</script></svg>", "evidence-kind"),
    "gif with script": (lambda: b"GIF89a/*" + picture("GIF")[8:] + b"*/=1;" + SCRIPT.encode(), "evidence-kind"),
    "windows program": (lambda: b"MZ\x90\0" + bytes(200), "evidence-kind"),
    "zip": (lambda: zipped(), "evidence-kind"),
    "tiff": (lambda: picture("TIFF"), "evidence-kind"),
    "html before pdf": (lambda: HTML + paper(), "evidence-kind"),
    "pdf and zip behind it": (lambda: paper() + zipped(), "evidence-hidden-archive"),
    "pdf around a zip": (lambda: zip_inside(), "evidence-hidden-archive"),
    "jpeg and zip behind it": (lambda: picture() + zipped(), "evidence-hidden-archive"),
    "head of a pdf alone": (lambda: b"%PDF-1.7\n" + HTML, "evidence-unreadable"),
    "pdf without a page": (lambda: paper(0), "evidence-unreadable"),
    "tree of pages": (lambda: page_tree(), "evidence-unreadable"),
    "too many pages": (lambda: paper(301), "evidence-pages"),
    "locked": (lambda: locked(user="y"), "evidence-encrypted"),
    "restricted": (lambda: locked(allow=pikepdf.Permissions(extract=False)), "evidence-encrypted"),
    "packed stream": (lambda: packed_pdf(), "evidence-too-complex"),
    "stream packed thrice": (lambda: packed_pdf(400, 3), "evidence-too-complex"),
    "packed objects": (lambda: object_bomb(), "evidence-unreadable"),
    "giant picture in a pdf": (lambda: giant_picture_in_pdf(), "evidence-too-complex"),
    "jpeg cut off": (lambda: picture(size=(600, 600))[:2000], "evidence-unreadable"),
    "png that promises a gigapixel": (lambda: png(32_000, 32_000), "evidence-pixels"),
    "png that promises the most": (lambda: png(2**31 - 1, 2**31 - 1), "evidence-pixels"),
    "png just above the limit": (lambda: png(8001, 5000), "evidence-pixels"),
    "png without its pixels": (lambda: png(5000, 5000), "evidence-unreadable"),
    "png with a text that unfolds": (lambda: text_bomb(), "evidence-unreadable"),
    "moving png": (lambda: moving("PNG"), "evidence-animated"),
    "moving webp": (lambda: moving("WEBP"), "evidence-animated"),
    "webp cut off": (lambda: picture("WEBP")[:40], "evidence-unreadable"),
    "riff that is none": (lambda: b"RIFF\x10\0\0\0WEBPVP8X" + bytes(8), "evidence-unreadable"),
    "large picture": (lambda: picture() + bytes(15 * 2**20), "evidence-too-large"),
    "large pdf": (lambda: paper() + bytes(20 * 2**20), "evidence-too-large"),
}  # fmt: skip
