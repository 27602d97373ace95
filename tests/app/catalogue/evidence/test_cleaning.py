import io

import pikepdf
import pytest
from PIL import Image

from app.catalogue.evidence import cleaning, confinement
from app.catalogue.evidence.confinement import cleaned, run_apart
from codes.errors import Refusal
from tests.app.catalogue.evidence import hostile


@pytest.mark.parametrize("name", hostile.REFUSED)
async def test_a_hostile_file_is_refused(name: str) -> None:
    make, code = hostile.REFUSED[name]
    with pytest.raises(Refusal) as refused:
        await cleaned(make())
    assert (refused.value.code, refused.value.field) == (code, "file")
    assert refused.value.say("zh") != refused.value.say("en")


async def test_a_photograph_comes_out_upright_and_bare() -> None:
    kept = await cleaned(hostile.photograph())
    assert (kept.media_type, kept.width, kept.height, kept.pages) == ("image/jpeg", 40, 60, None)
    assert hostile.CANARY not in kept.content
    with Image.open(io.BytesIO(kept.content)) as image:
        assert (image.size, dict(image.getexif())) == ((40, 60), {})
        assert "comment" not in image.info


@pytest.mark.parametrize("made", [hostile.commented_png, hostile.script_in_jpeg], ids=lambda made: made.__name__)
async def test_what_hides_in_a_picture_is_gone(made) -> None:
    content = made()
    assert hostile.CANARY in content
    kept = await cleaned(content)
    assert hostile.CANARY not in kept.content


@pytest.mark.parametrize(
    ("content", "media_type", "mode"),
    [
        (hostile.picture("PNG", mode="1"), "image/png", "1"),
        (hostile.picture("PNG", mode="P"), "image/png", "RGB"),
        (hostile.picture("PNG", mode="LA"), "image/png", "RGB"),
        (hostile.picture("PNG", mode="RGBA"), "image/png", "RGB"),
        (hostile.picture("PNG", mode="I;16"), "image/png", "L"),
        (hostile.picture("JPEG", mode="L"), "image/jpeg", "RGB"),
        (hostile.picture("JPEG", mode="CMYK"), "image/jpeg", "RGB"),
        (hostile.picture("WEBP"), "image/jpeg", "RGB"),
    ],
    ids=lambda one: one if isinstance(one, str) else None,
)
async def test_every_honest_picture_is_kept(content: bytes, media_type: str, mode: str) -> None:
    kept = await cleaned(content)
    assert kept.media_type == media_type
    with Image.open(io.BytesIO(kept.content)) as image:
        assert (image.size, image.mode) == ((60, 40), mode)


async def test_a_large_picture_is_drawn_smaller() -> None:
    kept = await cleaned(hostile.picture(size=(8000, 5000)))
    assert (kept.width, kept.height) == (4096, 2560)
    assert len(kept.content) < cleaning.IMAGE_MOST


async def test_an_armed_pdf_is_disarmed() -> None:
    content = hostile.armed()
    kept = await cleaned(content)
    assert (kept.media_type, kept.pages, kept.width) == ("application/pdf", 1, None)
    with pikepdf.open(io.BytesIO(kept.content)) as pdf:
        shown = pdf.pages[0].obj
        assert pdf.is_linearized
        assert set(shown.Resources.Font.keys()) == {"/AA", "/JS"}
        assert shown.Contents.read_bytes() == b"BT /AA 12 Tf (hello) Tj ET"
        assert [str(note.Subtype) for note in shown.Annots] == ["/Link", "/Widget", "/Link"]
        assert shown.Annots[-1].A.URI == "https://a.example"
        everything = b"".join(one.unparse(resolved=True) for one in pdf.objects)
        streams = b"".join(one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream))
    for word in (hostile.CANARY, b"/JavaScript", b"/Launch", b"/OpenAction", b"/EmbeddedFile", b"/XFA", b"/EF"):
        assert word not in everything + streams


async def test_the_same_file_comes_out_the_same() -> None:
    for content in (hostile.paper(3), hostile.photograph(), hostile.picture("PNG")):
        first, second = await cleaned(content), await cleaned(content)
        assert first == second
        again = await cleaned(first.content)
        assert again.media_type == first.media_type
    assert hostile.CANARY not in (await cleaned(hostile.paper())).content


def test_a_program_that_never_ends_is_ended(tmp_path) -> None:
    program = tmp_path / "never.py"
    program.write_text("import sys, time\nsys.stdin.buffer.read(1)\ntime.sleep(600)\n")
    assert run_apart(bytes(2**20), str(program), wall_s=0.5) == (b'{"unfit":"complex"}', b"")


def test_a_program_that_says_too_much_is_not_heard(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "KEPT_MOST", 1000)
    program = tmp_path / "flood.py"
    program.write_text("import sys\nsys.stdin.buffer.read()\nwhile True: sys.stdout.buffer.write(bytes(9999))\n")
    with pytest.raises(RuntimeError):  # it ends with a broken pipe of its own
        run_apart(b"x", str(program))


def test_a_mistake_of_ours_is_no_refusal(tmp_path) -> None:
    program = tmp_path / "broken.py"
    program.write_text("import no_such_library\n")
    with pytest.raises(RuntimeError):
        run_apart(b"x", str(program))


def test_the_program_knows_no_secret(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZPM_ROOT_KEY_HEX", "secret")
    program = tmp_path / "curious.py"
    program.write_text("import os, sys\nsys.stdin.buffer.read()\nsys.stdout.write(repr(sorted(os.environ)))\n")
    head, _ = run_apart(b"x", str(program))
    assert b"ZPM" not in head
