"""The table of permissions is what the apps declare, and the command keeps it so."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from safehub.cli import main
from safehub.foundation.access.permissions import permissions_page
from safehub.foundation.access.queries import policy

PAGE = Path(__file__).parents[2] / "docs" / "generated" / "permissions.md"


def safehub(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def test_page_in_the_documents_is_what_is_declared() -> None:
    """Golden: a difference is read by a person, then `safehub access permissions` writes it."""
    assert PAGE.read_text(encoding="utf-8") == permissions_page(policy())


def test_page_names_every_kind_action_and_class() -> None:
    page, rules = permissions_page(policy()), policy()
    assert [code for code in [*rules.kinds, *rules.actions] if f"`{code}`" not in page] == []
    for kind in rules.kinds.values():
        part = page.split(f"`{kind.code}`, opened by")[1].split("\n## ")[0]
        assert [one for one in kind.classes if f"`{one}`" not in part] == []


def test_permissions_check_fails_where_the_page_is_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "docs" / "generated" / "permissions.md"
    page.parent.mkdir(parents=True)
    page.write_text("# Permissions\n", encoding="utf-8")
    old = safehub("access", "permissions", "--check")
    assert (old.exit_code, "run safehub access permissions" in old.stderr) == (1, True)
    assert page.read_text(encoding="utf-8") == "# Permissions\n"
    assert safehub("access", "permissions").exit_code == 0
    assert page.read_bytes() == PAGE.read_bytes()
    assert safehub("access", "permissions", "--check").exit_code == 0


def test_permissions_outside_the_source_tree_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = safehub("access", "permissions")
    assert (refused.exit_code, "run it in the source tree" in refused.stderr) == (1, True)
