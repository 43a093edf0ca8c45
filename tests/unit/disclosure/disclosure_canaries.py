"""An invented family whose words must never leave, and every way in which they are planted."""

from __future__ import annotations

import random
from pathlib import Path

from safehub.foundation.disclosure.ordinary import ordinary_words
from safehub.foundation.disclosure.protected import Protected, ProtectedKind

K = ProtectedKind
DOCS = Path(__file__).parents[3] / "docs"

CHILD, MOTHER, BROTHER = "child", "mother", "brother"
PROTECTED = (
    Protected(K.NAME, CHILD, ("Grace Marisol O'Hanrahan-Voss",)),
    Protected(K.NAME, MOTHER, ("Zoë Tremlettova",)),
    Protected(K.NAME, BROTHER, ("Will Jo May",)),
    Protected(K.ADDRESS, MOTHER, ("Flat 3, 12 Alderwick Close, Netherfold, QX16 8ZB",)),
    Protected(K.POSTCODE, MOTHER, ("QX16 8ZB",)),
    Protected(K.PHONE, MOTHER, ("07700 900123", "01632 960456")),
    Protected(K.EMAIL, MOTHER, ("zoe.tremlettova@example.org",)),
    Protected(K.SCHOOL, CHILD, ("Greystoke Primary School",)),
    Protected(K.GP, CHILD, ("The Larchmont Surgery",)),
    Protected(K.REFUGE, MOTHER, ("Wrenhaven House",)),
    Protected(K.BIRTH_DATE, CHILD, ("2019-03-02",)),
    Protected(K.REFERENCE, CHILD, ("943 476 5919",)),
    Protected(K.OTHER, MOTHER, ("Bexcombe Laundry Ltd",)),
)

# What is planted, and as what it must be found.
VARIANTS: tuple[tuple[ProtectedKind, str], ...] = (
    *(
        (K.ADDRESS, text)
        for text in (
            "Flat 3, 12 Alderwick Close",
            "12 Alderwick Close",
            "12 ALDERWICK CLOSE",
            "12 alderwick close",
            "12, Alderwick Close",
            "12 Alderwick Cl",
            "12 Alderwick Cl.",
            "No. 12 Alderwick Close",
            "No 12, Alderwick Cls",
            "number twelve Alderwick Close",
            "twelve Alderwick Close",
            "Flat three, twelve Alderwick Close",
            "12 Alderwick\nClose",
            "12 Alder-\nwick Close",
            "12\u00a0Alderwick\u00a0Close",
            "12  Alderwick   Close",
            "12\tAlderwick\tClose",
            "12AlderwickClose",
            "12_Alderwick_Close",
            "12/Alderwick/Close",
            "Alderwick Close",
            "alderwick close, number 12",
            "12 Alderwick",
            "12 Alderwik Close",
            "12 Aldrewick Close",
            "12 Alderwick Colse",
            "12 Aldrwick Cloze",
            "12 the Alderwick Close",
            "12 Ald\u200berwick Cl\u00adose",
            "12 Alderwíck Clöse",
            "１２ Ａｌｄｅｒｗｉｃｋ Ｃｌｏｓｅ",
            "12 Аlderwick Сlоse",
            "A l d e r w i c k Close",
            "12 Alderw1ck C1ose",
            "I2 A1derwick Close",
            "12 Alder wick Close",
            "Netherfold",
            "NETHERFOLD",
            "Flat 3\n12 Alderwick Close\nNetherfold",
            "(12 Alderwick Close)",
            "“12 Alderwick Close”",
            "12&Alderwick;Close",
        )
    ),
    *(
        (K.POSTCODE, text)
        for text in (
            "QX16 8ZB",
            "QX168ZB",
            "qx16 8zb",
            "Qx16-8zb",
            "QX16  8ZB",
            "QX16\n8ZB",
            "QX16\u00a08ZB",
            "Q X 1 6 8 Z B",
            "QX16.8ZB",
            "QXI6 8ZB",
            "QXl6 8ZB",
            "QX16 BZB",
            "QX1G 8ZB",
            "QX16 8ZP",
            "QX61 8ZB",
            "QX16 8Z",
            "Q\u200bX16 8Z\u200bB",
            "ＱＸ１６ ８ＺＢ",
        )
    ),
    *(
        (K.PHONE, text)
        for text in (
            "07700 900123",
            "07700900123",
            "07700-900-123",
            "07700 900 123",
            "0 77 00 90 01 23",
            "+44 7700 900123",
            "+447700900123",
            "+44 (0)7700 900123",
            "0044 7700 900 123",
            "(07700) 900123",
            "07700.900.123",
            "O77OO 9OO123",
            "0770O 900I23",
            "07700 900132",
            "0770 900123",
            "07700 9000123",
            "oh seven seven oh oh nine oh oh one two three",
            "zero double seven double zero nine double zero one two three",
            "07700\n900123",
            "07700\u200b900123",
            "tel:07700900123",
            "01632 960456",
            "01632960456",
            "(01632) 960 456",
            "960456",
            "960 456",
        )
    ),
    *(
        (K.EMAIL, text)
        for text in (
            "zoe.tremlettova@example.org",
            "ZOE.TREMLETTOVA@EXAMPLE.ORG",
            "zoe.tremlettova @ example.org",
            "zoe.tremlettova (at) example.org",
            "zoe dot tremlettova at example dot org",
            "zoe.tremlettova[at]example[dot]org",
            "mailto:zoe.tremlettova@example.org",
            "zoe.tremletova@example.org",
            "zoe.tremlettova@exmaple.org",
            "zoetremlettova",
        )
    ),
    *(
        (K.NAME, text)
        for text in (
            "Grace",
            "grace",
            "GRACE",
            "Grace's",
            "Graces",
            "Gr\u00adace",
            "G r a c e",
            "Grcae",
            "Gra-\nce",
            "O'Hanrahan",
            "O’Hanrahan",
            "OHanrahan",
            "O Hanrahan",
            "o'hanrahan-voss",
            "Ohanrahn",
            "VOSS, Grace",
            "GraceVoss.jpg",
            "graceohanrahanvoss",
            "Zoë",
            "Zoe",
            "ZOE",
            "Zoe\u0308",
            "Tremlettova",
            "Tremletova",
            "Trem1ettova",
            "Tremlettоva",
            "T\u200br\u200be\u200bm\u200blettova",
            "Will",
            "will",
            "May",
            "Jo",
            "Mrs Tremlettova",
        )
    ),
    *(
        (K.SCHOOL, text)
        for text in (
            "Greystoke Primary School",
            "Greystoke Primary",
            "Greystoke School",
            "Greystoke",
            "greystoke prim. sch.",
            "Greystoak Primary School",
            "GREYSTOKE PRIMARY",
            "Grey-\nstoke Primary School",
        )
    ),
    *(
        (K.GP, text)
        for text in ("Larchmont Surgery", "The Larchmont Surg.", "Larchmont", "Larchmount Surgery")
    ),
    *(
        (K.REFUGE, text)
        for text in (
            "Wrenhaven House",
            "Wrenhaven",
            "wrenhaven hse",
            "Wren-\nhaven",
            "Wrenhavn House",
        )
    ),
    *(
        (K.BIRTH_DATE, text)
        for text in (
            "2 March 2019",
            "02 March 2019",
            "2nd March 2019",
            "2nd of March, 2019",
            "2 Mar 2019",
            "2-Mar-19",
            "2 MARCH 19",
            "March 2, 2019",
            "March 2nd 2019",
            "02/03/2019",
            "2/3/19",
            "2.3.2019",
            "02-03-2019",
            "02 03 2019",
            "2019-03-02",
            "2019/3/2",
            "20190302",
            "02032019",
            "020319",
            "Saturday 2 March 2019",
            "second of March two thousand and nineteen",
            "the second of March twenty nineteen",
            "2 March\n2019",
            "2\u00a0March\u00a02019",
            "0２/03/2019",
            "2019 March 2",
            "43526",
            "born on 2 March",
            "2019-03-02T00:00:00",
        )
    ),
    *(
        (K.REFERENCE, text)
        for text in (
            "943 476 5919",
            "9434765919",
            "943-476-5919",
            "943 476 59I9",
            "943\u200b4765919",
        )
    ),
    *(
        (K.OTHER, text)
        for text in ("Bexcombe Laundry", "bexcombe laundry ltd", "Bexcomb Laundry Ltd")
    ),
)

_OTHERS = str.split(
    "Hannah Callum Priya Tomasz Yusuf Bethan Oluwaseun Declan Ffion Ravi Martha Leon"
)
_SURNAMES = str.split("Prentice Okafor Lindqvist Dhaliwal Braithwaite Nowak Castellan Firth Abara")
_STREETS = ("Bracken Way", "Station Road", "Mill Lane", "High Street", "Elm Avenue", "Quarry Hill")
_MONTHS = ("January", "June", "October")
_SENTENCES = (
    "The school nurse saw {name} on {date} and noted that {name} was tired but settled.",
    "A strategy discussion was held within one working day; police and health took part.",
    "{name} told the social worker that the house at {number} {street} was cold in winter.",
    "The health visitor recorded the weight on the chart and found no cause for concern.",
    "There was no written agreement about who would ring the family on {date}.",
    "The auditor graded the chronology as good, since every contact was dated and signed.",
    "Mr {surname} attended with his solicitor and asked for the minutes to be corrected.",
    "The plan may help, but it will need a review before the end of the term.",
    "{name} {surname} lives with a grandmother at {number} {street} and sees siblings weekly.",
    "The referral was received at {hour}.30 and the decision was made by the duty manager.",
    "Nobody had asked the child what life at home was like, and the record shows no wishes.",
    "Records were shared with the practice at {number} {street} on {date} as agreed.",
    "The case was stepped down to early help after 45 working days and {number} visits.",
    "A phone call to 01632 960{phone} was not returned, so a letter was sent the next day.",
    "The worker closed the file because the family had moved to another authority.",
    "Overall Grade: requires improvement. The Place of the interview was not recorded.",
    "Older children were seen alone; the close relatives were told of the outcome in writing.",
    "The practitioner was praised for a clear analysis and for persistent, kind questions.",
)  # fmt: skip


def clean_prose(words: int, seed: int = 7) -> str:
    """Ordinary case prose of other invented people, with this project's documents and ordinary
    English words mixed in: at least so many words, none of the family's but by chance."""
    chance = random.Random(seed)
    own = {"grace", "graces", "will", "may", "close", "jo"}
    usual = sorted(word for word in ordinary_words() if word not in own)
    pieces = []
    count = 0
    documents = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("adr/00*.md"))[:10]
    )
    while count < words:
        sentence = chance.choice(_SENTENCES).format(
            name=chance.choice(_OTHERS),
            surname=chance.choice(_SURNAMES),
            street=chance.choice(_STREETS),
            number=chance.randint(3, 99),
            hour=chance.randint(8, 18),
            phone=chance.randint(500, 999),
            date=f"{chance.randint(1, 28)} {chance.choice(_MONTHS)} 20{chance.randint(18, 26)}",
        )
        pieces.append(sentence)
        if chance.random() < 0.5:
            pieces.append(" ".join(chance.choice(usual) for _ in range(12)).capitalize() + ".")
        count = sum(len(piece.split()) for piece in pieces) if len(pieces) % 50 == 0 else count
    return "\n".join([documents, *pieces])
