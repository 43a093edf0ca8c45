"""What is built for the browser: nothing of theirs that may not be worn elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from safehub.foundation.errors import Misconfigured
from safehub.foundation.govuk import assets, built
from safehub.foundation.govuk.assets import COLOURS, MANIFEST, build, own_sources, own_style
from safehub.foundation.govuk.built import BUILT, SHARE, asset

NODE_MODULES = SHARE / "node_modules"

needs_packages = pytest.mark.skipif(
    not (NODE_MODULES / "govuk-frontend").exists(),
    reason="GOV.UK Frontend is not there: ./safehub fetches it",
)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "static"
    build(NODE_MODULES, folder)
    return folder


def text_of(out: Path, name: str) -> str:
    manifest: dict[str, str] = json.loads((out / MANIFEST).read_text("utf-8"))
    return (out / manifest[name]).read_text("utf-8")


@needs_packages
def test_style_sheet_has_no_font_arms_or_colour_of_theirs(out: Path) -> None:
    css = text_of(out, "govuk-frontend.css")
    assert "font-face" not in css
    assert "GDS" not in css
    assert "url(" not in css
    assert "font-family:Arial" in css
    for colour in COLOURS:
        assert not re.search(rf"{colour}(?![0-9a-f])", css)


@needs_packages
def test_built_files_reach_for_nothing_elsewhere(out: Path) -> None:
    for file in out.iterdir():
        if file.suffix in {".css", ".svg"}:
            found = re.findall(r"https?://[^\s\"')]+", file.read_text("utf-8"))
            assert set(found) <= {"http://www.w3.org/2000/svg"}
        assert "sourceMappingURL" not in file.read_text("utf-8")


@needs_packages
def test_names_carry_the_hash_of_the_content_and_scripts_import_by_it(out: Path) -> None:
    manifest = json.loads((out / MANIFEST).read_text("utf-8"))
    assert {"safehub.css", "safehub.js", "htmx.js", "safehub-icon.svg"} <= manifest.keys()
    for name in manifest.values():
        assert re.fullmatch(r".+\.[0-9a-f]{12}\.(css|js|svg)", name)
    assert f'"./{manifest["govuk-frontend.js"]}"' in text_of(out, "safehub.js")


@needs_packages
def test_build_twice_gives_the_same_and_leaves_nothing_of_before(out: Path, tmp_path: Path) -> None:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "old.css").write_text("x", "utf-8")
    first = build(NODE_MODULES, folder)
    assert build(NODE_MODULES, folder) == first
    assert {file.name for file in folder.iterdir()} == {*first.values(), MANIFEST}
    assert {file.name for file in folder.iterdir()} == {file.name for file in out.iterdir()}
    assert [file.name for file in tmp_path.iterdir()] == ["static"]


@needs_packages
def test_what_is_served_is_built_from_what_is_here(out: Path) -> None:
    assert {file.name for file in BUILT.iterdir()} == {file.name for file in out.iterdir()}
    assert asset("safehub.css").startswith("/static/safehub.")


def test_other_version_of_theirs_is_refused(tmp_path: Path) -> None:
    package = tmp_path / "govuk-frontend"
    package.mkdir()
    (package / "package.json").write_text('{"version": "6.4.0"}', "utf-8")
    with pytest.raises(ValueError, match=r"is 6\.4\.0, and must be 6\.3\.0"):
        build(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "left", ["a{font-family:GDS Transport}", "a{src:url(/assets/x.png)}", "b{x:govuk-crest}"]
)
def test_style_sheet_of_which_something_is_left_is_refused(left: str) -> None:
    with pytest.raises(ValueError, match="still holds"):
        own_style(left)


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    for app in ("a", "b"):
        (tmp_path / app / "static").mkdir(parents=True)
        (tmp_path / app / "static" / "x.css").write_text("", "utf-8")
    with pytest.raises(ValueError, match=r"same name: x\.css"):
        own_sources(tmp_path)


def test_own_sources_reach_nowhere_and_keep_nothing_in_the_browser() -> None:
    for source in own_sources():
        text = source.read_text("utf-8")
        assert set(re.findall(r"https?://[^\s\"']+", text)) <= {"http://www.w3.org/2000/svg"}
        assert "innerHTML" not in text
        assert "localStorage" not in text
        assert "sessionStorage" not in text


def test_asset_that_is_not_built_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(built, "BUILT", tmp_path)
    built._manifest.cache_clear()
    try:
        with pytest.raises(Misconfigured, match=r"start Safehub once with \./safehub"):
            asset("safehub.css")
        (tmp_path / MANIFEST).write_text("{}", "utf-8")
        with pytest.raises(Misconfigured, match=r"no built file safehub\.css"):
            asset("safehub.css")
    finally:
        built._manifest.cache_clear()


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * one for one in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("#ffffff", "#08434a", 7),  # the header
        ("#dcebea", "#08434a", 7),  # the role in it
        ("#ffffff", assets.COLOURS["#0f7a52"], 4.5),  # a button
        (assets.COLOURS["#1a65a6"], "#ffffff", 4.5),  # a link
        (assets.COLOURS["#1a65a6"], "#eff5f4", 4.5),  # a link on a tile
        (assets.COLOURS["#ca3535"], "#ffffff", 4.5),  # a mistake
        ("#0b0c0c", assets.COLOURS["#fd0"], 7),  # what has the focus
        ("#ffffff", "#6b4a00", 4.5),  # the tag of a banner
        ("#ffffff", "#b3261e", 4.5),  # a badge, and a state that is late
        ("#484949", "#eff5f4", 4.5),  # a quiet word on a tile
        ("#0b0c0c", "#fff0c9", 7),
        ("#0b0c0c", "#d3ece3", 7),
        ("#0b0c0c", "#e6dcf2", 7),
        ("#0b0c0c", "#eceff1", 7),
    ],
)
def test_colours_can_be_read(ink: str, ground: str, least: float) -> None:
    assert contrast(ink, ground) >= least
