"""What stands round a page, its parts, and the headers that it goes out with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from safehub.foundation.govuk.built import asset
from safehub.foundation.govuk.macros import template_macro
from safehub.foundation.govuk.pages import page
from safehub.foundation.govuk.parts import Badge, Column, Fact, Link, Mark, Moment, Tag, Tile
from safehub.foundation.govuk.shell import ActingAs, Banner, NavItem
from safehub.foundation.govuk.wording import day, lowered, moment, plural


def view(request: HttpRequest, **_: object) -> HttpResponse:
    return page(request, "govuk/problem.html", title="Here", lines=["A line"])


urlpatterns = [
    path("", view, name="home"),
    path("audits/", view, name="audits"),
    path("audits/3/", view, name="audit"),
]

HERE = __name__


def navigation(request: HttpRequest) -> list[NavItem]:
    return [NavItem("Home", "home"), NavItem("Audits", "audits", count=2, counted="to read")]


def acting_as(request: HttpRequest) -> ActingAs:
    return ActingAs("Cara <b>", "Lead", "Council", "/as", "/me", "/out", 1200, "/stay")


def banners(request: HttpRequest) -> list[Banner]:
    return [Banner("Mail is late", "Delayed")]


@pytest.fixture
def shelled() -> Iterator[None]:
    with override_settings(
        ROOT_URLCONF=HERE,
        SAFEHUB_NAVIGATION=f"{HERE}.navigation",
        SAFEHUB_ACTING_AS=f"{HERE}.acting_as",
        SAFEHUB_BANNERS=f"{HERE}.banners",
    ):
        yield


def shown(address: str) -> str:
    return view(RequestFactory().get(address)).content.decode()


@pytest.mark.usefixtures("shelled")
def test_page_shows_where_one_is() -> None:
    html = shown("/audits/")
    assert html.count('aria-current="page"') == 1
    assert 'href="/audits/" aria-current="page"' in html
    within = shown("/audits/3/")
    assert 'href="/audits/" aria-current="true"' in within
    assert 'href="/" aria-current' not in within
    assert 'href="/" aria-current="page"' in shown("/")


@pytest.mark.usefixtures("shelled")
def test_page_shows_who_one_acts_as_and_what_is_late() -> None:
    html = shown("/")
    assert "Cara &lt;b&gt;" in html
    assert "Lead, Council" in html
    assert '<form method="post" action="/out">' in html
    assert 'data-idle-seconds="1200"' in html
    assert "You are signed out after 20 minutes without doing anything" in html
    assert "Mail is late" in html
    assert "2<span class=" in html


def test_page_for_nobody_has_no_place_for_who() -> None:
    with override_settings(SAFEHUB_NAVIGATION="", SAFEHUB_ACTING_AS="", SAFEHUB_BANNERS=""):
        html = shown("/")
    assert "sh-who" not in html
    assert "data-idle" not in html
    assert "<nav" not in html
    assert "ring 999" in html
    assert "Skip to main content" in html


def test_foot_of_the_page_says_what_the_board_wants_said() -> None:
    with override_settings(SAFEHUB_EMERGENCY="Ring 01604 <b>", SAFEHUB_HELP="Ask Edie"):
        html = shown("/")
    assert "Ring 01604 &lt;b&gt;" in html
    assert "Ask Edie" in html
    assert "ring 999" not in html


def test_page_has_nothing_inline_and_nothing_of_the_crown() -> None:
    html = shown("/")
    assert " style=" not in html
    assert "<style" not in html
    assert "onclick" not in html
    for script in html.split("<script")[1:]:
        assert script.split(">", 1)[1].startswith("</script>")
    for word in ("crown", "Crown", "GOV.UK", "govuk-logo", "licence"):
        assert word not in html


@pytest.fixture
def served() -> Iterator[Client]:
    with override_settings(
        ROOT_URLCONF=HERE,
        SECURE_SSL_REDIRECT=False,
        SAFEHUB_NAVIGATION="",
        SAFEHUB_ACTING_AS="",
        SAFEHUB_BANNERS="",
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "safehub.foundation.govuk.headers.PageHeaders",
            "csp.middleware.CSPMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
        ],
    ):
        yield Client()


def test_page_is_kept_nowhere_and_reaches_nothing(served: Client) -> None:
    headers = served.get("/").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in headers["Permissions-Policy"]
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_built_file_is_kept_for_ever(served: Client) -> None:
    answer = served.get(asset("safehub.css"))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert "no-store" not in answer.headers["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"/* Safehub")  # type: ignore[attr-defined]
    answer.close()


def test_part_is_escaped_wherever_it_is_put() -> None:
    odd = "<i>"
    parts = [
        Link(odd, odd, odd),
        Tag(odd, "red"),
        Badge(1, odd),
        Mark(odd, "late", odd),
        Mark(odd),
    ]
    columns = [Column(odd, numeric=True, sort_href=odd, sorted="ascending")] * 5
    html = template_macro("govuk/tables.html", "table")(columns, [parts], odd, foot=[odd] * 5)
    html += template_macro("govuk/tables.html", "grid")(odd, [odd], [(odd, parts, odd)], odd, [odd])
    lists = "govuk/lists.html"
    html += template_macro(lists, "summary")([Fact(odd, odd, [Link(odd, odd)])], card=odd)
    html += template_macro(lists, "tiles")([Tile(odd, odd, odd, odd), Tile(odd, odd)])
    html += template_macro(lists, "timeline")([Moment(odd, odd, odd, odd, odd)])
    html += template_macro(lists, "pages")(odd, odd, odd, odd, odd)
    html += template_macro("govuk/case.html", "identity_bar")(odd, [(odd, odd)], parts, parts[:1])
    assert "<i>" not in html
    assert html.count("&lt;i&gt;") > 50


def test_table_says_how_it_is_sorted() -> None:
    columns = [
        Column("Name", sort_href="?a", sorted="descending"),
        Column("Due", sort_href="?b", sorted="none"),
        Column("n", numeric=True),
    ]
    html = template_macro("govuk/tables.html", "table")(columns, [("a", "b", 1)], "T")
    assert html.count("aria-sort") == 1
    assert 'aria-sort="descending"' in html
    assert '<td class="govuk-table__cell govuk-table__cell--numeric">1</td>' in html
    assert '<th scope="row" class="govuk-table__header">a</th>' in html


def test_empty_table_says_so_in_words() -> None:
    table = template_macro("govuk/tables.html", "table")
    assert "No returns yet" in table([Column("a")], [], "T", empty="No returns yet")
    assert "<table" not in table([Column("a")], [], "T")


def test_nought_is_a_value_and_nothing_is_not_known() -> None:
    html = template_macro("govuk/lists.html", "summary")([Fact("a", 0), Fact("b", None)])
    assert ">0</dd>" in html
    assert ">Not known yet</dd>" in html
    assert Badge(0).__html__() == ""


def test_wording_of_days_moments_and_counts() -> None:
    assert day(dt.date(2026, 3, 5)) == "5 March 2026"
    assert day(None) == moment(None) == ""
    # Half past eleven at night in UTC is the next day in a British summer.
    late = dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)
    assert day(late) == "1 July 2026"
    assert moment(late) == "1 July 2026 at 12:30am"
    assert moment(dt.datetime(2026, 1, 1, 12, 5, tzinfo=dt.UTC)) == "1 January 2026 at 12:05pm"
    assert plural(1, "return") == "1 return"
    assert plural(1200, "agency", "agencies") == "1,200 agencies"
    assert lowered("Date of birth") == "date of birth"
    assert lowered("NHS number") == "NHS number"
