"""Who gets through to a page before anything else is asked. Every door is shut unless marked here.

`django.contrib.auth.decorators.login_not_required` marks a page that anybody may open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def without_second_factor(view: View) -> View:
    """Mark a page for people who have signed in and have still to prove a second factor.

    Nothing but signing out and the second factor itself is marked so.
    """
    view.second_factor_required = False  # type: ignore[attr-defined]
    return view


def without_role(view: View) -> View:
    """Mark a page of one's own account: it needs both factors, and no membership that holds."""
    view.role_required = False  # type: ignore[attr-defined]
    return view


def holds_secrets(view: View) -> View:
    """Mark a page whose form takes passwords or codes: what is typed there is never kept."""
    view.holds_secrets = True  # type: ignore[attr-defined]
    return view


def is_open_to_all(view: Callable[..., Any]) -> bool:
    """Whether anybody may open the page."""
    return not getattr(view, "login_required", True)


def needs_second_factor(view: Callable[..., Any]) -> bool:
    """Whether the page opens only to those who have proved a second factor."""
    return getattr(view, "second_factor_required", True)


def needs_role(view: Callable[..., Any]) -> bool:
    """Whether the page opens only to those who act under a membership."""
    return needs_second_factor(view) and getattr(view, "role_required", True)


def keeps_typed_text(view: Callable[..., Any]) -> bool:
    """Whether what was typed into the page may be kept as a draft."""
    return not getattr(view, "holds_secrets", False)
