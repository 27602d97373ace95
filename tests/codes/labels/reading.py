"""What a scanner and an eye would make of our files: independent readers and a small SVG rasteriser."""

import io
import re

import numpy as np
import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw

CROCKFORD = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", np.uint8)
GTIN = "06901234567892"


def fake_seal(epoch, batch, start, count, variant):
    """Serials that look like ours and depend on every argument, without a key."""
    places = np.arange(start, start + count, dtype=np.uint64)[:, None] * np.uint64(20) + np.arange(20, dtype=np.uint64)
    mixed = (places + np.uint64(batch * 7919 + variant)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ mixed >> np.uint64(29)) * np.uint64(0xBF58476D1CE4E5B9)
    serials = CROCKFORD[((mixed ^ mixed >> np.uint64(32)) % np.uint64(32)).astype(np.intp)]
    serials[:, 0] = CROCKFORD[epoch]
    return serials


def fake_serials(order):
    block = fake_seal(order.epoch, order.batch, order.first, order.count, order.variant)
    return [bytes(row).decode() for row in block]


def collect(stream):
    """The bytes of an export, having checked that its count only grows and that no chunk is empty."""
    chunks = list(stream)
    counts = [done for done, _ in chunks]
    assert counts == sorted(counts)
    assert all(chunk for _, chunk in chunks)
    return b"".join(chunk for _, chunk in chunks)


def scan(image):
    """Texts zxing finds, with their level, in reading order."""
    found = zxingcpp.read_barcodes(image)
    found.sort(key=lambda code: (round(code.position.top_left.y / 40), code.position.top_left.x))
    return [(code.text, code.ec_level) for code in found]


def scan_one(image):
    ((text, _),) = scan(image)
    return text


def png(data):
    return Image.open(io.BytesIO(data)).convert("L")


def pdf_pages(data, dpi=300):
    """(image, text) of each page."""
    with pypdfium2.PdfDocument(data) as document:
        return [
            (page.render(scale=dpi / 72).to_pil().convert("L"), page.get_textpage().get_text_range())
            for page in document
        ]


def rasterise(svg, pixels):
    """The dark paths of one of our documents, `pixels` a unit; text is left out."""
    text = svg.decode()
    width, height = (float(side) for side in re.search(r'viewBox="0 0 (\S+) (\S+)"', text).groups())
    image = Image.new("L", (round(width * pixels), round(height * pixels)), 255)
    pen = ImageDraw.Draw(image)
    moves = {0: (0.0, 0.0, 1.0)}
    depth = 0
    for tag in re.finditer(r"<(/?)(g|path)\b([^>]*)>", text):
        closing, name, attributes = tag.groups()
        if closing:
            depth -= 1
            continue
        x, y, scale = moves[depth]
        if shift := re.search(r"translate\((\S+) ([^)]+)\)", attributes):
            x, y = x + float(shift[1]) * scale, y + float(shift[2]) * scale
        if grown := re.search(r"scale\(([^)]+)\)", attributes):
            scale *= float(grown[1])
        if name == "g":
            depth += 1
            moves[depth] = (x, y, scale)
        elif 'fill="#fff"' not in attributes:
            for outline in _outlines(re.search(r' d="([^"]*)"', attributes)[1]):
                corners = [((x + px * scale) * pixels, (y + py * scale) * pixels) for px, py in outline]
                (left, top), (right, bottom) = np.min(corners, axis=0), np.max(corners, axis=0)
                if len(corners) == 4 and len({px for px, _ in corners}) == 2:
                    pen.rectangle((round(left), round(top), round(right) - 1, round(bottom) - 1), fill=0)
                else:
                    pen.polygon(corners, fill=0)
    return image


def _outlines(data):
    """Corner points of each subpath of M m L H V Q h v a z; curves become their chords."""
    outline, x, y = [], 0.0, 0.0
    for command, body in re.findall(r"([MmLHVQhvaz])([^MmLHVQhvazZ]*)", data.replace("Z", "z")):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", body)]
        if command in "Mm":
            outline = []
        if command == "z":
            yield outline
            x, y = outline[0]
            continue
        for at in range(0, len(numbers), {"M": 2, "m": 2, "L": 2, "Q": 4, "a": 7}.get(command, 1)):
            if command == "m":
                x, y = x + numbers[at], y + numbers[at + 1]
            elif command in "ML":
                x, y = numbers[at : at + 2]
            elif command == "Q":
                x, y = numbers[at + 2 : at + 4]
            elif command == "a":
                x, y = x + numbers[at + 5], y + numbers[at + 6]
            elif command in "Hh":
                x = numbers[at] + (x if command == "h" else 0)
            else:
                y = numbers[at] + (y if command == "v" else 0)
            if (x, y) not in outline:
                outline.append((x, y))


def zpl_labels(data):
    """(image, texts) of each label, by a small reader of the commands we use; the image holds graphics only."""
    labels = []
    for label in re.findall(r"\^XA(.*?)\^XZ", data.decode("ascii"), re.DOTALL):
        wide, high = (int(re.search(rf"\^{name}(\d+)", label)[1]) for name in ("PW", "LL"))
        image = np.full((high, wide), 255, np.uint8)
        for x, y, total, across, packed in re.findall(r"\^FO(\d+),(\d+)\^GFA,(\d+),\d+,(\d+),([^^]*)\^FS", label):
            dots = np.unpackbits(np.frombuffer(unpacked_graphic(packed, int(across)), np.uint8))
            assert dots.size == 8 * int(total)
            dots = dots.reshape(-1, 8 * int(across))
            part = image[int(y) : int(y) + dots.shape[0], int(x) : int(x) + dots.shape[1]]
            part[dots[:, : part.shape[1]] == 1] = 0
        texts = re.findall(r"\^FT(\d+),(\d+)\^A0N,(\d+),(\d+)\^FD([^^]*)\^FS", label)
        labels.append((Image.fromarray(image), [(int(x), int(y), int(h), text) for x, y, h, _, text in texts]))
    return labels


def unpacked_graphic(packed, across):
    """Zebra's packing of hexadecimal rows, as the programming guide tells it."""
    rows, row, count = [], "", 0
    for sign in packed:
        if "G" <= sign <= "Y":
            count += ord(sign) - ord("F")
        elif "g" <= sign <= "z":
            count += 20 * (ord(sign) - ord("f"))
        elif sign == ":":
            rows.append(rows[-1])
        elif sign in ",!":
            rows.append(row + ("0" if sign == "," else "F") * (2 * across - len(row)))
            row = ""
        else:
            row, count = row + sign * max(1, count), 0
        if len(row) == 2 * across:
            rows.append(row)
            row = ""
    assert not row
    return bytes.fromhex("".join(rows))
