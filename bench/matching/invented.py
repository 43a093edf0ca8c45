"""Invented people and what agencies wrote down of them, with the truth in a file of its own.

    .venv/bin/python bench/matching/invented.py register --records 50000 --seed 7 --out FOLDER
    .venv/bin/python bench/matching/invented.py lookup --records 100000 --seed 8 --out FOLDER

`register` writes `records.csv` and `truth.csv`; `lookup` writes `register.csv`, `queries.csv` and
`truth.csv` of both. A program that is measured reads the first, never the truth: unique_id, person,
household, `names` (the list its surname was drawn from) and `kind` (of a query: known, family of
somebody in the register, stranger). Nobody in it exists: NHS numbers begin with 9, as those of test
patients do, and postcodes are of districts that are not in use (ZZ). Names are Faker's lists, by
language; how often each is drawn falls with its rank, as real names do. Needs Faker (any version:
another one makes other people of the same kind).

The errors are those that registers are known for: short forms, other spellings, a slip of the
keyboard, names in the wrong field, day and month in the wrong order, 1 January for an unknown day,
half a postcode, an address or surname of before. Their rates are constants here, set by agency;
none was chosen to suit a model.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import random
import unicodedata
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import accumulate, product
from pathlib import Path

# Lists of names, the share of households that each names, and the locales Faker keeps them under.
LISTS = {
    "british": (60, ("en_GB",)),
    "irish": (5, ("en_IE",)),
    "south_asian": (12, ("en_IN", "en_PK")),
    "polish": (6, ("pl_PL",)),
    "romanian": (4, ("ro_RO",)),
    "west_african": (7, ("yo_NG", "ig_NG", "ha_NG")),
    "turkish": (3, ("tr_TR",)),
    "portuguese": (3, ("pt_PT",)),
}
STARTS = "Ash Bex Cor Dun Ell Fen Gar Hex Ivel Jar Kel Lox Mar Nor Orm Pel Quor Rud Sel"
MIDDLES = "a e i o u al en ir os ul"
ENDS = {
    "british": "by combe dale ford ham ley stead ton well wick",
    "irish": "agh an een in ogue oran ully",
    "south_asian": "deep jit pal rani swamy wala",
    "polish": "acki czyk ewicz owska ski",
    "romanian": "anu escu iu oiu",
    "west_african": "adi ayo eke olu uche wale",
    "turkish": "can dag er oglu soy",
    "portuguese": "ado eira inho osa",
}
TODAY = date(2026, 9, 1)
RECORD_COLUMNS = (
    *("unique_id", "agency", "first_name", "surname", "date_of_birth", "postcode"),
    *("nhs_number", "sex"),
)
TRUTH_COLUMNS = ("unique_id", "person", "household", "names", "kind")


@dataclass(frozen=True)
class Agency:
    """How an agency keeps its records: the share of people it knows, and of what it has."""

    knows_child: float
    knows_adult: float
    nhs_number: float
    postcode: float
    born: float
    slips: float


AGENCIES = {
    "health": Agency(0.80, 0.60, 0.96, 0.98, 0.995, 0.04),
    "education": Agency(0.70, 0.05, 0.05, 0.95, 0.99, 0.06),
    "social_care": Agency(0.30, 0.30, 0.45, 0.90, 0.97, 0.08),
    "police": Agency(0.15, 0.40, 0.02, 0.85, 0.93, 0.12),
}
PARTNER, TWINS, MOVED, OTHER_SURNAME, DOUBLE = 0.5, 0.03, 0.18, 0.06, 0.06
SWAPPED_NAMES, SWAPPED_DAY, NEW_YEAR, HALF_POSTCODE, WRONG_SEX = 0.006, 0.008, 0.012, 0.02, 0.004
SHORT_FORM, NO_FIRST, INITIAL, SECOND_RECORD = 0.05, 0.01, 0.008, 0.12
CHILDREN = (0.12, 0.33, 0.33, 0.14, 0.06, 0.02)


@dataclass(frozen=True)
class Person:
    number: int
    household: int
    names: str
    first_name: str
    surname: str
    surname_before: str
    born: date
    sex: str
    postcode: str
    postcode_before: str
    nhs_number: str
    short_forms: tuple[str, ...] = ()

    @property
    def is_child(self) -> bool:
        return (TODAY - self.born).days < 18 * 365.25


class Drawn:
    """Names of a list, the first ones oftener."""

    def __init__(self, names: list[str], exponent: float) -> None:
        self.names = names
        self._up_to = list(accumulate(1 / (rank + 3) ** exponent for rank in range(len(names))))

    def one(self, chance: random.Random) -> str:
        at = bisect(self._up_to, chance.random() * self._up_to[-1])
        return self.names[min(at, len(self.names) - 1)]


@dataclass
class Names:
    """First names by sex and surnames of each list, and short forms of first names."""

    first: dict[tuple[str, str], Drawn] = field(default_factory=dict)
    last: dict[str, Drawn] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Names:
        found = cls()
        order = random.Random("the order of names")
        for code, (_, locales) in LISTS.items():
            for sex, name in (("F", "female"), ("M", "male")):
                found.first[code, sex] = Drawn(_of(locales, f"first_names_{name}", order), 0.75)
            found.last[code] = Drawn(_of(locales, "last_names", order) + _rare(code, order), 0.7)
        return found


def _of(locales: tuple[str, ...], what: str, order: random.Random) -> list[str]:
    names: set[str] = set()
    for locale in locales:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        # Poland's surnames are those that either sex has; of Pakistan there are surnames alone.
        for name in ("unisex_last_names", what) if what == "last_names" else (what,):
            rows = getattr(provider, name, ())
            if len(rows) > 1:
                names |= {str(name) for name in rows}
                break
    found = sorted(names)
    order.shuffle(found)
    return found


def _rare(code: str, order: random.Random) -> list[str]:
    """Surnames that few have, of which a real register is full and a list of names has none."""
    parts = product(STARTS.split(), MIDDLES.split(), ENDS[code].split())
    found = ["".join(three) for three in parts]
    order.shuffle(found)
    return found


class Invented:
    """People in households, from a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.names = Names.read()
        self._lists = list(LISTS)
        self._shares = list(accumulate(share for share, _ in LISTS.values()))
        self._people = 0
        self._households = 0

    def household(self) -> list[Person]:
        chance = self.chance
        self._households += 1
        code = self._lists[bisect(self._shares, chance.random() * self._shares[-1])]
        surname = self.names.last[code].one(chance)
        other = self.names.last[code].one(chance)
        postcode, before = self._postcode(), ""
        if chance.random() < MOVED:
            before = self._postcode()
        mother = TODAY - timedelta(days=chance.randrange(19 * 365, 52 * 365))
        found = [self._person(code, "F", mother, surname, postcode, before)]
        if chance.random() < OTHER_SURNAME * 3:
            found[0] = replace(found[0], surname_before=other)
        theirs = surname
        if chance.random() < PARTNER:
            born = mother + timedelta(days=chance.randrange(-2500, 2500))
            sex = "M" if chance.random() < 0.97 else "F"
            his = surname if chance.random() < 0.6 else other
            found.append(self._person(code, sex, born, his, postcode, before))
            if his != surname:
                joined = f"{surname}-{other}" if chance.random() < DOUBLE * 4 else other
                theirs = joined if chance.random() < 0.6 else surname
        many = bisect(list(accumulate(CHILDREN)), chance.random())
        youngest = min(18 * 365, (TODAY - mother).days - 17 * 365)
        born_days = sorted(chance.randrange(0, max(youngest, 1)) for _ in range(many))
        last = -400
        for days in born_days:
            if days - last < 290:
                continue
            last = days
            for _ in range(2 if chance.random() < TWINS else 1):
                born = TODAY - timedelta(days=days)
                found.append(
                    self._person(code, chance.choice("FM"), born, theirs, postcode, before)
                )
                if chance.random() < OTHER_SURNAME:
                    found[-1] = replace(found[-1], surname_before=other)
        return found

    def _person(
        self, code: str, sex: str, born: date, surname: str, postcode: str, before: str
    ) -> Person:
        self._people += 1
        first = self.names.first[code, sex].one(self.chance)
        if self.chance.random() < DOUBLE:
            first = f"{first} {self.names.first[code, sex].one(self.chance)}"
        return Person(
            self._people, self._households, code, first, surname, "", born, sex, postcode, before,
            self._nhs_number(),
        )  # fmt: skip

    def _postcode(self) -> str:
        """About ten households in one, of districts that are not in use."""
        chance = self.chance
        letters = "ABDEFGHJLNPQRSTUWXYZ"
        two = f"{chance.choice(letters)}{chance.choice(letters[:8])}"
        return f"ZZ{chance.randrange(1, 60)} {chance.randrange(1, 10)}{two}"

    def _nhs_number(self) -> str:
        while True:
            nine = f"9{self.chance.randrange(10**8):08d}"
            digits = zip(range(10, 1, -1), nine, strict=True)
            check = -sum(weight * int(digit) for weight, digit in digits) % 11
            if check < 10:
                return f"{nine}{check}"


class Clerk:
    """Writes a person down as an agency has them."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.short = _short_forms()

    def record(self, person: Person, agency: str) -> dict[str, str]:
        how, chance = AGENCIES[agency], self.chance
        is_old = chance.random() < 0.35
        postcode = person.postcode_before if is_old and person.postcode_before else person.postcode
        surname = person.surname_before if is_old and person.surname_before else person.surname
        first, born = self._first(person), person.born.isoformat()
        if chance.random() < NEW_YEAR:
            born = f"{born[:4]}-01-01"
        elif chance.random() < SWAPPED_DAY and person.born.day <= 12:
            born = f"{born[:4]}-{born[8:]}-{born[5:7]}"
        elif chance.random() < how.slips / 4:
            born = self._wrong_digit(born, (3, 6, 9))
        sex = person.sex
        if chance.random() < WRONG_SEX:
            sex = "M" if sex == "F" else "F"
        if chance.random() < how.slips:
            first = self._slip(first)
        if chance.random() < how.slips:
            surname = self._slip(surname)
        if "-" in surname and chance.random() < 0.3:
            surname = chance.choice(surname.split("-"))
        if chance.random() < SWAPPED_NAMES:
            first, surname = surname, first
        if chance.random() < HALF_POSTCODE:
            postcode = postcode.split()[0]
        elif chance.random() < how.slips / 4:
            postcode = postcode[:-1] + chance.choice("ABDEFGHJ")
        number = person.nhs_number if chance.random() < how.nhs_number else ""
        if number and chance.random() < 0.008:
            number = self._wrong_digit(number, tuple(range(1, 10)))
        return {
            "agency": agency,
            "first_name": self._dressed(first),
            "surname": self._dressed(surname),
            "date_of_birth": born if chance.random() < how.born else "",
            "postcode": postcode if chance.random() < how.postcode else "",
            "nhs_number": number,
            "sex": sex if chance.random() < 0.98 else "",
        }

    def _first(self, person: Person) -> str:
        chance, first = self.chance, person.first_name
        if chance.random() < NO_FIRST:
            return ""
        if " " in first and chance.random() < 0.6:
            first = first.split()[0]
        if chance.random() < INITIAL:
            return first[:1]
        others = self.short.get(_ascii(first).upper())
        if others and chance.random() < SHORT_FORM * 2:
            return chance.choice(others).capitalize()
        return first

    def _dressed(self, name: str) -> str:
        """Systems differ in capitals, accents, hyphens and apostrophes."""
        chance = self.chance
        if chance.random() < 0.5:
            name = name.upper()
        if chance.random() < 0.6:
            name = _ascii(name)
        if "-" in name and chance.random() < 0.4:
            name = name.replace("-", chance.choice([" ", ""]))
        if "'" in name and chance.random() < 0.4:
            name = name.replace("'", "")
        return name

    def _slip(self, name: str) -> str:
        if len(name) < 3:
            return name
        chance, at = self.chance, self.chance.randrange(1, len(name) - 1)
        what = chance.randrange(4)
        if what == 0:
            return name[:at] + name[at + 1 :]
        if what == 1:
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        if what == 2:
            return name[:at] + name[at] + name[at:]
        return name[:at] + chance.choice("aeioulnrst") + name[at + 1 :]

    def _wrong_digit(self, text: str, places: tuple[int, ...]) -> str:
        at = self.chance.choice(places)
        wrong = self.chance.choice([digit for digit in "0123456789" if digit != text[at]])
        changed = text[:at] + wrong + text[at + 1 :]
        if "-" in text:
            try:
                date.fromisoformat(changed)
            except ValueError:
                return text
        return changed


def _ascii(text: str) -> str:
    latin = text.translate(str.maketrans("łŁı", "lLi"))
    return unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()


def _short_forms() -> dict[str, list[str]]:
    """Short forms that are in common use; a model's own list of them is another and longer."""
    rows = """
        Alexander Alex Sandy;Andrew Andy Drew;Anthony Tony;Benjamin Ben Benji;Charlotte Lottie;
        Christopher Chris Kit;Daniel Dan Danny;David Dave;Deborah Debbie Debs;Dorothy Dot Dolly;
        Edward Ed Ted Ned;Eleanor Ellie Nell;Elizabeth Liz Beth Betty Libby;Frances Fran;
        Francis Frank;Frederick Fred;Gabriel Gabe;Gillian Gill;Harold Harry;Isabella Bella Izzy;
        Jacqueline Jackie;James Jim Jamie;Jennifer Jen Jenny;Jessica Jess;John Jack Johnny;
        Jonathan Jon;Joseph Joe;Joshua Josh;Katherine Kate Kathy Katie;Kathleen Kath;Kenneth Ken;
        Lawrence Larry;Leonard Len;Lewis Lew;Margaret Maggie Peggy Meg;Matthew Matt;Michael Mick
        Mike;Mohammed Muhammad Mohammad Mo;Natalie Nat;Nathan Nate;Nicholas Nick;Nicola Nicky;
        Oliver Ollie;Pamela Pam;Patricia Pat Trish;Patrick Paddy Pat;Peter Pete;Philip Phil;
        Raymond Ray;Rebecca Becky;Richard Rick Dick;Robert Rob Bob Bobby;Ronald Ron;Samantha Sam;
        Samuel Sam;Sandra Sandy;Stephen Steve;Susan Sue;Theresa Tess Terry;Thomas Tom Tommy;
        Timothy Tim;Valerie Val;Victoria Vicky Tori;William Bill Will Billy;Zachary Zach;
        Katarzyna Kasia;Aleksandra Ola;Małgorzata Gosia;Agnieszka Aga;Krzysztof Krzys;Ion Ionut
    """
    found = {}
    for row in rows.split(";"):
        full, *short = row.split()
        found[_ascii(full).upper()] = short
    return found


def records_of(person: Person, clerk: Clerk) -> Iterator[dict[str, str]]:
    """Of each agency that knows the person; now and then two, as nobody looked before creating."""
    known = [
        code
        for code, how in AGENCIES.items()
        if clerk.chance.random() < (how.knows_child if person.is_child else how.knows_adult)
    ] or ["health"]
    for code in known:
        yield clerk.record(person, code)
        if clerk.chance.random() < SECOND_RECORD:
            yield clerk.record(person, code)


Row = dict[str, str]


def _truth(person: Person, kind: str) -> Row:
    return {
        "person": str(person.number),
        "household": str(person.household),
        "names": person.names,
        "kind": kind,
    }


def register(records: int, seed: int) -> list[tuple[Row, Row]]:
    """So many records in random order, each with its truth."""
    invented = Invented(seed)
    clerk = Clerk(invented.chance)
    found: list[tuple[Row, Row]] = []
    while len(found) < records:
        for person in invented.household():
            found += [(row, _truth(person, "")) for row in records_of(person, clerk)]
    invented.chance.shuffle(found)
    return _numbered(found[:records], "r")


def lookup(
    records: int, seed: int, queries: int
) -> tuple[list[tuple[Row, Row]], list[tuple[Row, Row]]]:
    """A register, and queries of three kinds: known, family of somebody known, stranger."""
    invented = Invented(seed)
    clerk, chance = Clerk(invented.chance), invented.chance
    kept: list[tuple[Row, Row]] = []
    asked: dict[str, list[tuple[Row, Row]]] = {"known": [], "family": [], "stranger": []}
    pools: dict[str, list[Person]] = {"known": [], "family": [], "stranger": []}
    while len(kept) < records:
        home = invented.household()
        left_out = chance.choice(home) if len(home) > 1 and chance.random() < 0.1 else None
        for person in home:
            if person is left_out:
                pools["family"].append(person)
                continue
            kept += [(row, _truth(person, "")) for row in records_of(person, clerk)]
            pools["known"].append(person)
    while len(pools["stranger"]) < queries:
        pools["stranger"] += invented.household()
    for kind, people in pools.items():
        for person in chance.sample(people, min(queries, len(people))):
            agency = chance.choice(list(AGENCIES))
            asked[kind].append((clerk.record(person, agency), _truth(person, kind)))
    chance.shuffle(kept)
    everyone = [row for rows in asked.values() for row in rows]
    chance.shuffle(everyone)
    return _numbered(kept, "r"), _numbered(everyone, "q")


def _numbered(rows: list[tuple[Row, Row]], letter: str) -> list[tuple[Row, Row]]:
    return [
        ({"unique_id": f"{letter}{at}", **row}, {"unique_id": f"{letter}{at}", **truth})
        for at, (row, truth) in enumerate(rows)
    ]


def write(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_register(folder: Path, records: int, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    made = register(records, seed)
    write(folder / "records.csv", RECORD_COLUMNS, (row for row, _ in made))
    write(folder / "truth.csv", TRUTH_COLUMNS, (truth for _, truth in made))


def write_lookup(folder: Path, records: int, seed: int, queries: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kept, asked = lookup(records, seed, queries)
    write(folder / "register.csv", RECORD_COLUMNS, (row for row, _ in kept))
    write(folder / "queries.csv", RECORD_COLUMNS, (row for row, _ in asked))
    write(folder / "truth.csv", TRUTH_COLUMNS, (truth for _, truth in [*kept, *asked]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["register", "lookup"])
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--queries", type=int, default=2_000, help="of each kind")
    parser.add_argument("--seed", type=int, default=20260617)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    if asked.what == "register":
        write_register(asked.out, asked.records, asked.seed)
    else:
        write_lookup(asked.out, asked.records, asked.seed, asked.queries)


if __name__ == "__main__":
    main()
