"""Invented people of the invented partnership, each for a part that somebody has in an audit."""

from __future__ import annotations

from dataclasses import dataclass

from safehub.foundation.access.vocabulary import Role
from safehub.register.agencies.models import OFFICE_CODE


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to be for a while: `can` says in a line what is to be seen as them."""

    name: str
    agency: str
    role: Role
    can: str
    unit: str = ""
    has_break_glass: bool = False

    @property
    def email(self) -> str:
        """Invented like the rest: nobody has an address there."""
        return f"{self.name.split(' ', maxsplit=1)[0].lower()}@fallowshire.example"


PERSONAS = (
    Persona(
        "Edie Larkspur",
        OFFICE_CODE,
        Role.AUDIT_COORDINATOR,
        "runs the audits: sees every return and which child a case is",
    ),
    Persona("Asha Thornfield", "POLICE", Role.AGENCY_AUDITOR, "audits cases for the police"),
    Persona(
        "Hal Wigeon",
        "POLICE",
        Role.AGENCY_COORDINATOR,
        "coordinates for the police: says who audits which case",
    ),
    Persona(
        "Ida Pipit",
        "POLICE",
        Role.AGENCY_SIGN_OFF,
        "signs off what the police return",
    ),
    Persona(
        "Ben Oxlip",
        "SCHOOLS",
        Role.AGENCY_AUDITOR,
        "answers for one school alone",
        unit="Fallowmere Primary School",
    ),
    Persona(
        "Cara Whinchat",
        "CSC",
        Role.SAFEGUARDING_LEAD,
        "leads in social care: looks after its people, reviews broken glass",
    ),
    Persona(
        "Dev Sallow",
        "HOUSING",
        Role.REFERRER,
        "refers children and has no part in any audit: sees nothing of one",
    ),
    Persona(
        "Greta Fieldfare",
        "GP",
        Role.GP_PRACTICE,
        "answers for one practice",
        unit="Fallowmere Surgery",
    ),
    Persona("Kit Sandmartin", "CSC", Role.ACTION_OWNER, "sees to actions of social care"),
    Persona(
        "Lena Corncrake",
        OFFICE_CODE,
        Role.COMMISSIONER,
        "signs what the coordinator commissions",
    ),
    Persona("Mina Redshank", "COMMUNITY", Role.AUDIT_MODERATOR, "moderates others' returns"),
    Persona("Noel Brambling", "ACUTE", Role.MEETING_CHAIR, "chairs the meeting"),
    Persona(
        "Orla Siskin", "CSC", Role.BOARD_MEMBER, "sits on the board: sees figures, no small ones"
    ),
    Persona("Piers Wryneck", OFFICE_CODE, Role.SCRUTINEER, "reads and changes nothing"),
    Persona(
        "Quinn Dunlin",
        OFFICE_CODE,
        Role.PRIVACY_OFFICER,
        "sees who has looked at what, and alerts; no content",
    ),
    Persona(
        "Rosa Garganey",
        OFFICE_CODE,
        Role.SYSTEM_ADMINISTRATOR,
        "looks after accounts and what could not be sent; no case content",
    ),
    Persona(
        "Tess Ortolan",
        "EH",
        Role.EMERGENCY_DUTY,
        "is on duty at night: may break glass",
        has_break_glass=True,
    ),
    Persona(
        "Una Nightjar",
        "CSC",
        Role.HUB_COORDINATOR,
        "coordinates the hub: looks people up, records them, sees protected addresses",
    ),
    Persona(
        "Wren Bittern",
        "POLICE",
        Role.HUB_RESEARCHER,
        "researches for the hub: looks people up; sees no protected address",
    ),
)
