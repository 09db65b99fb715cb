"""The habits of public code: what a stranger, a catalogue and a lawyer look for."""

import re
import tomllib

from tests.house.sources import ROOT


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_files_a_stranger_looks_for_are_there_and_short() -> None:
    for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"):
        assert 10 < len(text(name).splitlines()) < 70, name


def test_licence_version_and_name_agree_everywhere() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert project["name"] == "inkoopportaal-inburgering"
    assert project["license"] == "EUPL-1.2"
    assert re.search(r"^  license: EUPL-1\.2$", text("publiccode.yml"), re.MULTILINE)
    assert re.search(rf'^softwareVersion: "{project["version"]}"$', text("publiccode.yml"), re.MULTILINE)
    assert "SPDX-License-Identifier: EUPL-1.2" in text("LICENSE")


def test_every_picture_and_page_the_readme_points_at_exists() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", text("README.md"))
    assert len(targets) >= 4
    assert not [target for target in targets if not (ROOT / target).exists()]


def test_the_readme_names_both_commands() -> None:
    for command in ("python3 portaal.py demo", "python3 portaal.py test"):
        assert command in text("README.md")
