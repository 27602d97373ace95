"""What the documents say is what the program has."""

import re
from pathlib import Path

from app.__main__ import COMMANDS
from app.settings import SETTINGS

ROOT = Path(__file__).parents[2]


def test_every_setting_is_documented_with_its_id_and_default() -> None:
    rows = re.findall(r"^\| (Z\d\d) \| `([A-Z_0-9]+)` \| (.*?) \|", (ROOT / "docs/settings.md").read_text(), re.M)
    assert [(setting.id, setting.name) for setting in SETTINGS] == [(id_, name) for id_, name, _ in rows]
    for setting, (_, _, default) in zip(SETTINGS, rows, strict=True):
        expected = "(required)" if setting.required else f"`{setting.default}`" if setting.default else "(none)"
        assert default == expected, setting.name


def test_ids_of_settings_are_stable_and_unique() -> None:
    assert [setting.id for setting in SETTINGS] == [f"Z{n:02}" for n in range(1, len(SETTINGS) + 1)]


def test_the_readme_names_every_command_and_every_room() -> None:
    readme = (ROOT / "README.md").read_text()
    for command in COMMANDS:
        assert f"zpm {command}" in readme, command
    rooms = [path.name for path in (ROOT / "app").iterdir() if (path / "__init__.py").exists()]
    for room in rooms:
        assert f"{room}/" in readme, room


def test_links_inside_the_documents_lead_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_no_registry_and_no_path_of_a_machine_is_named() -> None:
    # Written in halves, so that this file does not name them either.
    hosts = re.compile("|".join(("py" + r"pi\.org", "python" + "hosted", "registry.np" + "mjs", "deb.deb" + "ian")))
    for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml", "Makefile", ".ci/run"):
        text = (ROOT / name).read_text()
        assert not hosts.search(text), name
        assert "index-url" not in text.replace("no-emit-index-url", ""), name
