"""`safehub people …`: the first people of an installation, who then invite the others on pages."""

from __future__ import annotations

import click

from safehub.cli.acting import acting
from safehub.cli.telling import note
from safehub.foundation.access.vocabulary import Role


@click.group()
def people() -> None:
    """People who sign in; and people of files, and which records are of one.

    \b
    The first one of an installation:
      safehub people invite edie@example.org --name "Edie" --board "Our Partnership"
    Two records, one child?
      safehub people dedupe people.csv --out pairs.csv
    """


@people.command(short_help="Invite somebody, and print their link.")
@click.argument("email")
@click.option("--name", required=True, help="Their name, as pages show it.")
@click.option("--board", required=True, help="The partnership, made with its office if it is new.")
@click.option("--agency", help="The code of their agency. Default: the partnership's office.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role if role is not Role.LOCAL_OPERATOR]),
    default=Role.SYSTEM_ADMINISTRATOR.value,
    show_default=True,
)
def invite(email: str, name: str, board: str, agency: str | None, role: str) -> None:
    """Add the person with the address EMAIL, give them a role, and print their invitation's link.

    Whoever has the link has the account: hand it over in person. It works once, for seven days.

    \b
    Examples:
      safehub people invite edie@example.org --name "Edie" --board "Our Partnership"
      safehub people invite cara@example.org --name Cara --board Ours --role privacy_officer
    """
    from safehub.config.starting import start

    start()
    from django.conf import settings

    from safehub.register.accounts.first import invite_first

    path = invite_first(
        email=email, name=name, board=board, agency=agency, role=Role(role), by=acting()
    )
    click.echo(f"{settings.PUBLIC_ADDRESS}{path}")
    note("Hand this link over in person. It works once, for seven days.")


@people.command(short_help="Let somebody break glass, or not any more.")
@click.argument("step", type=click.Choice(["allow", "deny"]))
@click.argument("person", metavar="PERSON")
def glass(step: str, person: str) -> None:
    """Give PERSON the right to break glass in a role, or take it away; from the next request on.

    PERSON is an e-mail address, with :ROLE behind it for one of several memberships. For the
    safeguarding lead of their agency; never for oneself.

    \b
    Examples:
      safehub people glass allow asha@example.org  --as says who you are
      safehub --as gus@example.org people glass deny asha@example.org:agency_auditor
    """
    from safehub.config.starting import start

    start()
    from django.utils import timezone

    from safehub.register.accounts.commands import let_break_glass
    from safehub.register.accounts.queries import membership_named

    member = membership_named(person, timezone.now())
    let_break_glass(membership=member, is_allowed=step == "allow", by=acting())
    said = "may break glass" if step == "allow" else "may not break glass any more"
    note(f"{person} {said} as {member.role.replace('_', ' ')}.")
