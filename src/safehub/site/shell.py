"""What stands round every page: the navigation and the banners of what is down or delayed."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from safehub.foundation.access.decision import may
from safehub.foundation.access.queries import has_role_for
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.govuk.shell import Banner, NavItem, Urgent
from safehub.foundation.outbox.queries import mail_state

_ITEMS = (
    NavItem("Home", "home"),
    NavItem("Audits", "audit:audits"),
    NavItem("Programme", "programme:programme", "plan.see"),
    NavItem("Board", "board", "board.see"),
    NavItem("Your actions", "own_actions", "action.update"),
    NavItem("Commissions", "commissions:commissions", "commission.see"),
    NavItem("Tools", "tools:tools", "tool.see_draft"),
    NavItem("Is this person known?", "register:search", "individual.search"),
    NavItem("People", "accounts:people"),
    NavItem("Could not be sent", "letters", "outbox.see"),
    NavItem("Alerts", "alerts", "alert.see"),
    NavItem("Broken glass", "glass", "glass.review"),
    NavItem("Conflicts", "conflicts", "conflict.decide"),
)


def navigation(request: HttpRequest) -> list[NavItem]:
    """The places that the viewer's role has to do with. No query."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None:
        return []
    return [item for item in _ITEMS if not item.action or has_role_for(viewer.role, item.action)]


def banners(request: HttpRequest) -> list[Banner]:
    """What is delayed, for those who can do something about it. One query for them."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None or not may(viewer, "outbox.see"):
        return []
    said = mail_state().banner
    return [Banner(said, tag="Delayed")] if said else []


def urgent(request: HttpRequest) -> Urgent | None:
    """On every page of an audit: that a child is at immediate risk, for who may tell. No query.

    An audit looks back, and whoever reads may see a child in danger now (Working Together to
    Safeguard Children, chapter 3).
    """
    viewer: Viewer | None = getattr(request, "viewer", None)
    match = request.resolver_match
    if viewer is None or match is None or match.namespace != "audit":
        return None
    reference, case = match.kwargs.get("reference"), match.kwargs.get("number")
    if not reference or match.url_name == "raise_risk":
        return None
    if not has_role_for(viewer.role, "risk.raise"):
        return None
    # A report has a number too; a case's is of the sample, and a text.
    chosen = f"?case={case}" if isinstance(case, str) else ""
    address = reverse("audit:raise_risk", args=[reference])
    return Urgent("A child is at immediate risk: tell them now", f"{address}{chosen}")
