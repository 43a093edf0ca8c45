"""The frame and the sample of an audit on pages, from the upload to a replacement."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.allocating import allocate_all
from factories.framed import MAPPING, Framed, frame_csv
from safehub.audit.programmes.plans import Method, Plan
from safehub.audit.returns.models import Return, WorkingReturn
from safehub.audit.sampling.commands import FAMILY_REASON, draw_sample
from safehub.audit.sampling.drawing import commands
from safehub.audit.sampling.drawing.queries import case_numbered, identity_in, identity_of
from safehub.audit.sampling.models import Case, Draw, Frame, FrameReferral
from safehub.audit.sampling.queries import sample_of
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, NotAllowed, NotPossible, Refused
from safehub.foundation.trail.models import TrailEvent
from unit.returns.answering import Answerer

PLAN = Plan("referral", Method.RANDOM, seed=7, size=4, reserve=1)


@pytest.fixture
def made(db: None, settings: Settings, tmp_path: Path) -> Framed:
    settings.UPLOADS = tmp_path / "uploads"
    return Framed()


def at(made: Framed, name: str, *args: object) -> str:
    return reverse(f"audit:{name}", args=[made.audit.reference, *args])


def ranked(seed: int, names: list[str]) -> list[str]:
    """By the hash of seed and id, worked out a second time."""
    return sorted(names, key=lambda one: hashlib.sha256(f"{seed}|{one}".encode()).hexdigest())


def test_from_the_upload_to_a_replacement_on_pages(made: Framed) -> None:
    edie = Answerer(made.office.client())
    edie.open(at(made, "sample"))
    assert "No frame has been uploaded yet" in edie.page
    edie.open(at(made, "frame"))
    edie.send(file=SimpleUploadedFile("cases.csv", frame_csv()))
    assert "Which columns say who a child is?" in edie.page
    edie.send(**MAPPING)
    assert "Name: child; Born: dob; Address: home; Family: household" in edie.page
    edie.open(at(made, "exclude"))
    edie.send(referral_id="R03", reason="Under review elsewhere.")
    assert "Under review elsewhere." in edie.page
    edie.open(at(made, "draw"))
    edie.send(method="random", size="4", reserve="1", seed="7", column="")
    names = ranked(7, [f"R{n:02}" for n in range(1, 13) if n != 3])
    drawn = Case.objects.filter(number__isnull=False).order_by("number")
    assert [one.referral.referral_id for one in drawn] == names[:4]
    assert "The sample is drawn." in edie.page
    edie.open(at(made, "withdraw_case", "02"))
    edie.send(reason="The record is sealed.")
    assert "Case 02 is withdrawn, and case 05 takes its place." in edie.page
    assert "Withdrawn, replaced by case 05" in edie.page
    assert Case.objects.get(number="05").referral.referral_id == names[4]
    edie.open(at(made, "withdraw_case", "03"))
    edie.send(reason="Entered twice.")
    assert "The reserve holds none" in edie.page
    events = set(TrailEvent.objects.filter(outcome="allowed").values_list("event", flat=True))
    assert {"frame.kept", "frame.mapped", "frame.excluded", "sample.drawn", "case.withdrawn"} <= (
        events
    )


def test_a_census_return_is_a_frame_too(made: Framed) -> None:
    source = Path(__file__).parents[2] / "data" / "cin"
    data = next(iter(sorted(source.glob("*.xml")))).read_bytes()
    made.audit.period_from = made.audit.period_from.replace(year=2000)
    made.audit.period_to = made.audit.period_to.replace(year=2030)
    made.audit.save()
    frame = commands.send_frame(audit=made.audit, name="CIN.XML", data=data, by=made.edie)
    assert frame.file_name == "frame.xml"
    assert frame.referrals.exists()


def test_a_frame_with_mistakes_is_refused_whole_with_where_they_are(made: Framed) -> None:
    wrong = frame_csv().replace(b"R02,C02,2026-05-02", b"R01,,1999-05-02")
    edie = Answerer(made.office.client())
    edie.open(at(made, "frame"))
    edie.send(file=SimpleUploadedFile("frame.csv", wrong))
    assert edie.status == 422
    for words in ("row 3, column referral_id", "each referral once", "row 3, column referred_on"):
        assert words in edie.page
    assert not Frame.objects.exists()
    with pytest.raises(Refused) as refused:
        commands.send_frame(
            audit=made.audit, name="f.csv", data=frame_csv(60).replace(b"2026", b"2020"),
            by=made.edie,
        )  # fmt: skip
    assert len(refused.value.mistakes) == commands.MOST_TOLD + 1


def test_another_frame_takes_the_place_until_something_is_drawn(made: Framed) -> None:
    made.kept()
    again = commands.send_frame(audit=made.audit, name="frame.csv", data=frame_csv(9), by=made.edie)
    assert (Frame.objects.count(), again.referrals.count()) == (1, 9)
    assert TrailEvent.objects.filter(event="frame.replaced").count() == 1
    draw_sample(audit=made.audit, plan=PLAN, by=made.edie)
    for act in (
        lambda: commands.send_frame(
            audit=made.audit, name="frame.csv", data=frame_csv(), by=made.edie
        ),
        lambda: commands.exclude_referral(
            audit=made.audit, referral_id="R01", reason="Late.", by=made.edie
        ),
    ):
        with pytest.raises(NotPossible, match="A sample has been drawn"):
            act()


def test_columns_are_of_the_frame_and_each_once(made: Framed) -> None:
    with pytest.raises(NotPossible, match="no frame yet"):
        commands.map_columns(audit=made.audit, mapping=MAPPING, by=made.edie)
    made.kept()
    with pytest.raises(NotPossible, match="no such column"):
        commands.map_columns(audit=made.audit, mapping={"name": "gone"}, by=made.edie)
    with pytest.raises(NotPossible, match="stands twice"):
        commands.map_columns(
            audit=made.audit, mapping={"name": "area", "born": "area"}, by=made.edie
        )


def test_what_was_kept_out_may_be_put_back(made: Framed) -> None:
    audit = made.kept()
    out = commands.exclude_referral(audit=audit, referral_id=" R03 ", reason="No.", by=made.edie)
    for referral, said in (("R03", "kept out already"), ("R99", "no referral of that id")):
        with pytest.raises(NotPossible, match=said):
            commands.exclude_referral(audit=audit, referral_id=referral, reason="x", by=made.edie)
    with pytest.raises(NotPossible, match="Say why"):
        commands.exclude_referral(audit=audit, referral_id="R04", reason=" ", by=made.edie)
    edie = Answerer(made.office.client())
    edie.open(at(made, "put_back", out.pk))
    edie.send()
    assert not FrameReferral.objects.filter(exclusion_position__isnull=False).exists()
    with pytest.raises(NotPossible, match="already"):
        commands.put_back(referral=out, by=made.edie)


@pytest.mark.parametrize("seed", range(12))
def test_one_child_of_each_family_is_drawn_by_rank(made: Framed, seed: int) -> None:
    made.kept()
    plan = Plan("referral", Method.RANDOM, seed=seed, size=6)
    draw = draw_sample(audit=made.audit, plan=plan, is_one_per_family=True, by=made.edie)
    order = ranked(seed, [f"R{n:02}" for n in range(1, 13)])
    wanted: dict[int, str] = {}
    for name in order:
        wanted.setdefault((int(name[1:]) + 1) // 2, name)
    cases = Case.objects.filter(draw=draw, number__isnull=False).order_by("number")
    assert [one.referral.referral_id for one in cases] == [
        name for name in order if name in wanted.values()
    ]
    out = FrameReferral.objects.filter(is_passed_over=True)
    assert {one.exclusion_reason for one in out} == {FAMILY_REASON}
    assert out.count() == 6
    # Drawn again without it, nobody is kept out any more.
    again = draw_sample(audit=made.audit, plan=plan, by=made.edie)
    assert again.number == 2
    assert not FrameReferral.objects.filter(exclusion_position__isnull=False).exists()


def test_nothing_is_drawn_by_what_says_who_a_child_is(made: Framed) -> None:
    """Strata are published with their values."""
    audit = made.kept()
    by_home = Plan("referral", Method.RANDOM, seed=7, size=2, column="home")
    with pytest.raises(NotPossible, match="says who a child is"):
        draw_sample(audit=audit, plan=by_home, by=made.edie)
    page = made.client(made.fay).get(at(made, "draw")).content.decode()
    assert '<option value="area"' in page
    assert not any(f'<option value="{column}"' in page for column in MAPPING.values())
    by_area = Plan("referral", Method.RANDOM, seed=7, size=2, column="area")
    draw_sample(audit=audit, plan=by_area, by=made.edie)
    with pytest.raises(NotPossible, match="says who a child is"):
        commands.map_columns(audit=audit, mapping={"address": "area"}, by=made.edie)


def test_one_of_each_family_wants_the_column_of_the_family(made: Framed) -> None:
    made.kept()
    commands.map_columns(audit=made.audit, mapping={"name": "child"}, by=made.edie)
    with pytest.raises(NotPossible, match="which column of the frame is the family"):
        draw_sample(audit=made.audit, plan=PLAN, is_one_per_family=True, by=made.edie)
    assert not Draw.objects.exists()


@pytest.mark.parametrize("hangs", ["sent in", "begun"])
def test_every_draw_is_shown_with_its_seed_and_none_is_made_over_returns(
    made: Framed, hangs: str
) -> None:
    made.drawn()
    edie = Answerer(made.office.client())
    for seed in ("11", "12", "12"):
        edie.open(at(made, "draw"))
        edie.send(seed=seed, column="area")
    assert [one.seed for one in Draw.objects.order_by("number")][1:] == ["11", "12"]
    for words in (">11<", ">12<", "Not used", "The sample", "by area"):
        assert words in edie.page
    case = Case.objects.filter(draw__number=3, number="01").get()
    police = made.audit.participants.get(code="police")
    if hangs == "sent in":
        Return.objects.create(case=case, participant=police, position=1)
    else:
        now = timezone.now()
        tool = made.audit.tool_version
        WorkingReturn.objects.create(
            case=case, participant=police, tool_version=tool, started_at=now, updated_at=now
        )
    edie.open(at(made, "draw"))
    edie.send(seed="13")
    assert edie.status == 422
    assert "would cut off what they wrote" in edie.page


def test_too_few_rows_and_no_frame_are_told(made: Framed) -> None:
    edie = Answerer(made.office.client())
    edie.open(at(made, "draw"))
    edie.send()
    assert "There is no frame yet" in edie.page
    made.kept()
    edie.open(at(made, "draw"))
    edie.send(size="40")
    assert edie.status == 422
    assert "12 rows for all" in edie.page
    plan = Plan("referral", Method.RANDOM, seed=1, size=2, column="gone")
    with pytest.raises(NotPossible, match="no column gone"):
        draw_sample(audit=made.audit, plan=plan, by=made.edie)


def test_a_census_takes_every_row(made: Framed) -> None:
    made.kept()
    edie = Answerer(made.office.client())
    edie.open(at(made, "draw"))
    edie.send(method="census")
    assert Draw.objects.get().size == 12


def test_a_case_is_withdrawn_once(made: Framed) -> None:
    made.drawn()
    commands.withdraw_case(audit=made.audit, number="01", reason="Sealed.", by=made.edie)
    for number, reason, said in (
        ("01", "Again.", "not in the sample any more"),
        ("99", "Nobody.", "not in the sample any more"),
        ("02", " ", "Say why"),
    ):
        with pytest.raises(NotPossible, match=said):
            commands.withdraw_case(audit=made.audit, number=number, reason=reason, by=made.edie)
    assert len(sample_of(made.audit).asked) == 2


def test_each_look_at_who_a_case_is_stands_in_the_trail(made: Framed) -> None:
    made.drawn()
    looks = TrailEvent.objects.filter(event="case.see_link", record_kind="sampling.case")
    page = made.office.client().get(at(made, "case_link", "01")).content.decode()
    case = Case.objects.get(number="01")
    assert case.referral.child_id in page
    assert "(address)" in page
    assert [one.record_key for one in looks] == [case.pk]
    auditor = made._member("Asha", Role.AGENCY_AUDITOR, made.police)
    assert made.client(auditor).get(at(made, "case_link", "01")).status_code == 404
    allocate_all(made.audit, auditor)
    looks = looks.filter(outcome="allowed")
    assert case.referral.child_id in (
        made.client(auditor).get(at(made, "case_link", "01")).content.decode()
    )
    moderator = made._member("Mo", Role.AUDIT_MODERATOR, made.office.agency)
    assert made.client(moderator).get(at(made, "case_link", "01")).status_code == 403
    # A moderator sees how the sample was drawn, and not who is in it.
    sample = made.client(moderator).get(at(made, "sample")).content.decode()
    assert made.audit.sampling_plan["seed"] in sample
    assert case.referral.referral_id not in sample
    stranger = made._member("Sid", Role.BOARD_MEMBER, made.office.agency)
    assert made.client(stranger).get(at(made, "case_link", "01")).status_code == 404
    assert looks.filter(outcome="allowed").count() == 2


def test_who_a_child_is_by_the_mapped_columns(made: Framed) -> None:
    made.drawn()
    member = made._member("Asha", Role.AGENCY_AUDITOR, made.police)
    allocate_all(made.audit, member)
    auditor = made.viewer(member)
    case = case_numbered(auditor, made.audit, "01", "case.see")
    number = int(case.referral.referral_id[1:])
    found = identity_of(auditor, case)
    assert found is not None
    assert (found.name, found.address) == (f"Name {number}", f"{number} Low Road")
    assert (found.born, found.family) == (f"2015-01-{number:02}", f"H{(number + 1) // 2}")
    chair = made.viewer(made._member("Chi", Role.MEETING_CHAIR, made.office.agency))
    assert identity_of(chair, case) is None


def test_only_the_office_uploads_and_draws(made: Framed) -> None:
    made.drawn()
    for name, role, where in (
        ("Asha", Role.AGENCY_COORDINATOR, made.police),
        ("Mo", Role.AUDIT_MODERATOR, made.office.agency),
    ):
        member = made._member(name, role, where)
        by = made.viewer(member)
        for page in ("frame", "frame_columns", "exclude", "draw"):
            assert made.client(member).get(at(made, page)).status_code == 403
        with pytest.raises((NotAllowed, Absent)):
            commands.withdraw_case(audit=made.audit, number="01", reason="No.", by=by)
        with pytest.raises((NotAllowed, Absent)):
            commands.send_frame(audit=made.audit, name="f.csv", data=frame_csv(), by=by)


MANY = {"name": ["surname", "forename"], "born": ["dob"], "address": ["street", "postcode"]}


def many_columns() -> bytes:
    """A dozen referrals; each two following ones are alike in surname and street."""
    lines = ["referral_id,child_id,referred_on,area,forename,surname,dob,street,postcode"]
    for at in range(1, 13):
        family = (at + 1) // 2
        postcode = f"ZZ9 {at}AA" if at > 1 else ""
        lines.append(
            f"R{at:02},C{at:02},2026-05-{at:02},north,Fore{at:02},Sur{family},2015-01-{at:02},"
            f"{family} Low Road,{postcode}"
        )
    return ("\n".join(lines) + "\n").encode()


def test_a_detail_may_have_several_columns_which_show_joined(made: Framed) -> None:
    edie = Answerer(made.office.client())
    edie.open(at(made, "frame"))
    edie.send(file=SimpleUploadedFile("cases.csv", many_columns()))
    edie.send(**MANY)
    # In the order of the frame, whatever the order in which they were said.
    assert "Name: forename, surname; Born: dob; Address: street, postcode" in edie.page
    assert ">area<" in edie.page[edie.page.index("Shown to agencies") :][:200].replace(" ", "")
    frame = Frame.objects.get()
    assert frame.mapping["name"] == ["forename", "surname"]
    # The form comes back as it stands.
    edie.open(at(made, "frame_columns"))
    assert edie.page.count(" checked") == 5
    draw_sample(audit=made.audit, plan=PLAN, by=made.edie)
    rows = {one.referral_id: one for one in FrameReferral.objects.all()}
    for number, name, address in (
        (2, "Fore02 Sur1", "1 Low Road, ZZ9 2AA"),
        (1, "Fore01 Sur1", "1 Low Road"),
    ):
        found = identity_in(Case(referral=rows[f"R{number:02}"]))
        assert (found.name, found.address, found.family) == (name, address, "")
    options = made.office.client().get(at(made, "draw")).content.decode()
    assert '<option value="area"' in options
    assert not any(f'<option value="{one}"' in options for of in MANY.values() for one in of)
    with pytest.raises(NotPossible, match="stands twice"):
        commands.map_columns(
            audit=made.audit, mapping={"name": ["surname"], "family": ["surname"]}, by=made.edie
        )


def test_a_family_may_be_told_by_several_columns(made: Framed) -> None:
    """Alike in one of them alone is another family; one without any is of none."""
    data = many_columns().replace(b"Sur2,2015-01-04,2 Low", b"Sur2,2015-01-04,9 Low")
    commands.send_frame(audit=made.audit, name="f.csv", data=data, by=made.edie)
    commands.map_columns(audit=made.audit, mapping={"family": ["surname", "street"]}, by=made.edie)
    draw_sample(
        audit=made.audit,
        plan=Plan("referral", Method.RANDOM, seed=7, size=4),
        is_one_per_family=True,
        by=made.edie,
    )
    out = FrameReferral.objects.filter(is_passed_over=True)
    # Five pairs are families; R03 and R04 live apart.
    assert sorted((int(one.referral_id[1:]) + 1) // 2 for one in out) == [1, 3, 4, 5, 6]
    with pytest.raises(NotPossible, match="that one stays"):
        commands.map_columns(audit=made.audit, mapping={"family": ["surname"]}, by=made.edie)
