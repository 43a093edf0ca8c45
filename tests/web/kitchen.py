"""A page that shows every component in every state. Only the tests serve it."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern, path

from safehub.foundation.govuk import charts, forms
from safehub.foundation.govuk.pages import page
from safehub.foundation.govuk.parts import Column, Fact, Link, Mark, Moment, Tab, Tag, Tile
from safehub.foundation.govuk.repeats import Entries
from safehub.foundation.govuk.shell import ActingAs, Banner, NavItem

AGENCIES = (
    "Police",
    "Local authority",
    "Health: acute trust",
    "Health visiting",
    "GP practices",
    "Schools",
    "Probation",
    "Housing",
    "Drug and alcohol service",
    "Refuge",
    "Ambulance",
    "Adult social care",
)
HEADS = [
    *("Police", "Council", "Hospital", "Health visiting", "GPs", "Schools", "Probation"),
    *("Housing", "Substance use", "Refuge", "Ambulance", "Adult care"),
]


class Everything(forms.Form):
    """Each kind of field."""

    name = forms.TextField("Name of the child", hint="As the family writes it")
    born = forms.DateField(
        "Date of birth", hint="For example, 27 3 2019", latest=dt.date(2026, 11, 24)
    )
    known = forms.RadiosField(
        "Is the child known to your agency?",
        [("yes", "Yes"), ("no", "No"), ("unsure", "Not known yet")],
        look=forms.Look(reveals={"yes": ("since", "how")}, size="m"),
    )
    since = forms.DateField("Known since")
    how = forms.LongTextField("How is the child known?", longest=300, look=forms.Look(counts=True))
    concerns = forms.CheckboxesField(
        "What are the concerns?",
        [("harm", "Physical harm"), ("neglect", "Neglect"), ("none", "No concerns")],
        hint="Choose all that apply",
        look=forms.Look(
            exclusive="none", item_hints={"neglect": "Food, warmth, supervision, care"}
        ),
    )
    voice = forms.LongTextField("What does the child say?", required=False)
    agency = forms.SelectField("Agency", [(name, name) for name in AGENCIES])
    adults = forms.WholeNumberField("Adults in the household", most=20)
    email = forms.EmailField("Your email address", required=False)
    paper = forms.FileField("Chronology", endings=(".docx", ".pdf"), required=False)
    password = forms.PasswordField("Your password")
    urgent = forms.RadiosField(
        "How urgent is it?",
        [("today", "Today"), ("week", "This week"), ("later", "Later")],
        look=forms.Look(inline=True, small=True),
    )
    agreed = forms.CheckboxField("I have checked these answers", required=True)
    sections = (forms.Section("Before you send", ("urgent", "agreed")),)


class Member(forms.Form):
    who = forms.TextField("Name")
    relation = forms.TextField("How related", required=False, look=forms.Look(width=20))


def navigation(request: HttpRequest) -> list[NavItem]:
    return [
        NavItem("My work", "kitchen-home", count=3),
        NavItem("Audits", "kitchen"),
        NavItem("People", "kitchen-form"),
        NavItem("Figures", "kitchen-figures"),
    ]


def acting_as(request: HttpRequest) -> ActingAs:
    return ActingAs(
        person="Cara Okonkwo-Fairweather",
        role="Audit coordinator",
        agency="Northmoor Council",
        switch_url="/switch",
        account_url="/account",
        sign_out_url="/out",
        idle_seconds=1200,
        stay_url="/stay",
    )


def banners(request: HttpRequest) -> list[Banner]:
    return [
        Banner("Email is delayed. Notices wait in a queue and none is lost.", "Delayed"),
        Banner("The virus scanner is down, so files cannot be added.", "Down", urgent=True),
    ]


def _moments() -> list[Moment]:
    return [
        Moment(
            "Return sent back",
            "24 November 2026 at 2:05pm",
            "Edie (board)",
            "Question 7 has no evidence. Please add the page of the record.",
        ),
        Moment("Return received", "20 November 2026 at 9:12am", "Ben (school)", href="/return"),
        Moment("Asked", "2 November 2026 at 8:00am"),
    ]


def _grid() -> list[tuple[object, list[Mark], str]]:
    tones = (
        Mark("Accepted", "done", "/r"),
        Mark("Returned", "done", "/r"),
        Mark("Draft", "draft", "/r"),
        Mark("Awaited", "waiting"),
        Mark("Sent back", "back", "/r"),
        Mark("Not known", "none"),
        Mark("Overdue", "late", "/r"),
    )
    return [
        (
            Link(f"Case {case:02d}", f"/case/{case}"),
            [tones[(case * 5 + place * 3 + case * place) % 7] for place in range(len(HEADS))],
            f"{(case * 7) % 13} of 12",
        )
        for case in range(1, 13)
    ]


def kitchen(request: HttpRequest, data: str) -> HttpResponse:
    full = data != "empty"
    return page(
        request,
        "kitchen/kitchen.html",
        title="Round 3: neglect" if full else "No round yet",
        crumbs=[("Home", "/"), ("Audits", "/kitchen/full")],
        wide=True,
        facts=[
            Fact("Reference", "NM-2026-03", [Link("Change", "/c", "reference")]),
            Fact("Theme", "Neglect of children under five"),
            Fact("Meeting", "", [Link("Set a day", "/d"), Link("Skip", "/s", "the meeting")]),
        ],
        tiles=[
            Tile("42", "returns awaited", "/awaited"),
            Tile("3", "overdue", "/late", "the oldest by 6 working days"),
            Tile("81 %", "of answers complete"),
        ],
        columns=[
            Column("Agency", sort_href="?sort=agency", sorted="ascending"),
            Column("State"),
            Column("Due", sort_href="?sort=due"),
            Column("Answers", numeric=True),
        ],
        rows=[
            (
                Link(name, "/agency"),
                Tag(
                    ("Returned", "Overdue", "Awaited")[place % 3],
                    ("green", "red", "grey")[place % 3],
                ),
                "24 November 2026",
                40 - place,
            )
            for place, name in enumerate(AGENCIES if full else ())
        ],
        foot=("All agencies", "", "", 414),
        heads=HEADS,
        grid_rows=_grid() if full else [],
        totals=["7 of 12"] * 12,
        moments=_moments() if full else [],
        tabs=[Tab("Overview", "/o", True), Tab("Returns", "/r", count=4), Tab("Trail", "/t")],
        newer="?before=3" if full else "",
        older="?after=9" if full else "",
        chosen=[("Police", "?"), ("Overdue", "?x")] if full else [],
        filter_form=Filter(),
    )


class Filter(forms.Form):
    words = forms.TextField("Name or reference", required=False)
    state = forms.CheckboxesField(
        "State",
        [("late", "Overdue"), ("back", "Sent back")],
        required=False,
        look=forms.Look(small=True),
    )


def form_page(request: HttpRequest, data: str) -> HttpResponse:
    bad = QueryDict(
        "born-day=31&born-month=feb&born-year=2020&known=yes&since-day=1&concerns=none"
        "&concerns=harm&members-0-who=&members-1-relation=aunt&email=nobody&adults=many",
        mutable=True,
    )
    bad["how"] = "x" * 320
    data_or_none = bad if data == "error" else None
    if request.method == "POST":
        data_or_none = request.POST.copy()
    form = Everything(data_or_none)
    entries = Entries(
        Member,
        label="Member of the household",
        prefix="members",
        data=data_or_none,
        initial=[{"who": "Ada"}, {"who": "Ben"}] if data == "full" else [],
    )
    form.is_quiet = entries.pressed
    return page(
        request,
        "kitchen/form.html",
        title="Tell us about the child",
        back="/",
        form=form,
        entries=entries,
    )


def figures(request: HttpRequest, data: str) -> HttpResponse:
    full = data != "empty"
    grades = ("Outstanding", "Good", "Requires improvement", "Inadequate")
    shown = [
        charts.bars(
            "Gaps found by theme",
            [charts.CountRow(f"Theme {n}: {name}", 14 - n) for n, name in enumerate(AGENCIES[:6])]
            if full
            else [],
            of="Gaps",
            note="Each gap opens the returns behind it.",
        ),
        charts.stacked(
            "Grades by agency",
            grades,
            [charts.GradeRow(name, (n, 9 - n, 3, n % 2)) for n, name in enumerate(AGENCIES[:7])]
            if full
            else [],
        ),
        charts.intervals(
            "Child's voice heard",
            [
                charts.ShareRow(name, 5 + n, 14, 0.2 + n / 20, 0.6 + n / 30)
                for n, name in enumerate(AGENCIES[:5])
            ]
            if full
            else [],
        ),
        charts.trend(
            "Contacts answered in one working day",
            [
                charts.Point(
                    f"Q{1 + n % 4} {2023 + n // 4}",
                    None if n == 4 else 61 + 3 * n,
                    f"{61 + 3 * n} %",
                )
                for n in range(10)
            ]
            if full
            else [],
            of="Share",
        ),
    ]
    return page(
        request,
        "kitchen/figures.html",
        title="Figures",
        shown=[chart.at("/figures.csv") for chart in shown],
    )


def problem(request: HttpRequest, data: str) -> HttpResponse:
    return page(
        request,
        "govuk/problem.html",
        title="Somebody else changed this meanwhile",
        status=409,
        lines=["Nothing of yours was lost, and nothing of theirs was overwritten."],
        next=("See both and choose", "/"),
        reference="7f3a-99b1",
    )


def stay(request: HttpRequest) -> HttpResponse:
    return HttpResponse("stayed")


urlpatterns: list[URLPattern] = [
    path("", lambda request: kitchen(request, "full"), name="kitchen-home"),
    path("stay", stay),
    path("kitchen/", lambda request: kitchen(request, "full"), name="kitchen"),
    path("kitchen/<data>", kitchen),
    path("form/", lambda request: form_page(request, "full"), name="kitchen-form"),
    path("form/<data>", form_page),
    path("figures/", lambda request: figures(request, "full"), name="kitchen-figures"),
    path("figures/<data>", figures),
    path("problem/<data>", problem),
]
