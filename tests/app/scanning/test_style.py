"""The one style sheet: contrast in both schemes, the hash the policy names, nothing fetched."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

from codes.verdict import State
from tests.app.scanning.scenes import SCENES
from tests.app.scanning.test_page import PAGES

CSS = (Path(__file__).parents[3] / "web/templates/_layout/page.css").read_text("utf-8")
TEXT_LEAST = 4.5
SHAPE_LEAST = 3.0
"""Icons, ticks and rails of WCAG 1.4.11; the rail itself only repeats what the words say."""
TONES = ("valid", "caution", "stop", "no_record")
PAIRS = [
    *((text, ground) for text in ("ink", "soft", "accent") for ground in ("paper", "card")),
    *((tone, f"{ground}-ground") for tone in TONES for ground in TONES),
    *((text, f"{tone}-ground") for text in ("ink", "soft", "accent") for tone in TONES),
    ("soft", "glaze"),
]


def tokens(block):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT = tokens(CSS.split("@media")[0])
DARK = LIGHT | tokens(CSS.split("@media screen and (prefers-color-scheme: dark)")[1].split("}")[0])


def luminance(colour):
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_text_can_be_read(scheme, pair):
    assert contrast(scheme[pair[0]], scheme[pair[1]]) >= TEXT_LEAST


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_buttons_and_bars_can_be_told(scheme):
    for tone in TONES:  # a full button is the tone with its ground as text
        assert contrast(scheme[tone], scheme[f"{tone}-ground"]) >= TEXT_LEAST
    for shape in ("accent", "ink", "soft"):
        assert contrast(scheme[shape], scheme["card"]) >= SHAPE_LEAST


def test_both_schemes_set_the_same_tokens():
    assert tokens(CSS.split("@media screen and (prefers-color-scheme: dark)")[1].split("}")[0]).keys() == LIGHT.keys()


def test_the_policy_s_hash_is_that_of_the_style():
    page = SCENES[State.VALID_FIRST].page(PAGES)
    style = re.search(r"<style>(.*?)</style>", page.html, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert page.segments.style_sha256 == PAGES.style_sha256 == digest


def test_nothing_is_fetched_and_nothing_moves():
    for word in ("url(", "@import", "@font-face", "animation", "transition", "shadow", "user-scalable"):
        assert word not in CSS


def test_sizes_follow_the_reader():
    assert "html { font-size: 106.25%; }" in CSS  # 17 px where the browser's own is 16
    assert "html.large { font-size: 150%; }" in CSS  # 24 px, 18 pt
    assert not re.search(r"font-size: [\d.]+px", CSS)
    assert 1.353 * 17 >= 23 - 0.01  # the status line
