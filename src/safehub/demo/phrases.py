"""What auditors of the invented round write, by what they answered. `{child}` fits the age."""

from collections.abc import Mapping

CHILD_WORD: Mapping[str, str] = {
    "unborn": "unborn baby",
    "under_1": "baby",
    "1_4": "child",
    "5_9": "child",
    "10_15": "young person",
    "16_17": "young person",
}

# By the question that was answered yes.
WORKING_WELL: Mapping[str, tuple[str, ...]] = {
    "voice_recorded": (
        "The {child}'s own words are on the record and shaped the plan.",
        "The worker drew with the {child} and wrote down what was said, without tidying it.",
        "An interpreter was used and the {child}'s own word, “strach”, stands in the note.",
    ),
    "observation_recorded": (
        "The visit describes how the {child} settled, fed and turned to each parent.",
        "Sleeping place seen and described; the {child} was awake and was undressed to be weighed.",
        "What was seen is kept apart from what the parents said.",
        "The record of the pregnancy says what both parents hope for and are afraid of.",
    ),
    "seen_alone": ("The {child} was seen alone, at school and by choice.",),
    "part_of_decision": (
        "We were asked before the decision was made, and our answer changed it.",
        "The discussion was short, well prepared and had every agency in it.",
    ),
    "outcome_fed_back": (
        "The outcome came back the next day, with its reasons.",
        "We knew who the worker was within a week, so we knew whom to ring.",
    ),
    "notice_received": ("The police notice arrived before the {child} was next seen by us.",),
    "notice_named_all": (
        "The notice named both adults and all the children, with dates of birth.",
    ),
    "history_used": (
        "Two earlier moves and what was known there were asked for and used.",
        "The history is summarised in half a page that anybody can follow.",
    ),
    "chronology_used": (
        "The chronology showed a pattern of missed visits that no single entry showed.",
    ),
    "father_considered": ("The father was met twice and his account is written down.",),
    "section_47_smart": (
        "The analysis says what is known, what is not, and who finds out by when.",
    ),
    "early_help_considered": ("The family had one lead practitioner and knew it.",),
    "neglect_tool_used": (
        "The neglect tool was repeated after three months and showed the change.",
    ),
    "challenge_used": (
        "A disagreement about the level of need was raised and settled in two days.",
    ),
    "management_oversight": (
        "The manager's decisions are dated and say why.",
        "Supervision asked what the {child}'s day is like, and the plan changed.",
    ),
    "marac_considered": ("Risk was looked at again when the parents separated.",),
}

# By the question that was answered no.
WORRIED_ABOUT: Mapping[str, tuple[str, ...]] = {
    "observation_recorded": (
        "The {child} was not observed: the entry rests on the parents' account.",
        "“Asleep, appeared well” is all that four visits tell us of the {child}.",
        "The {child} is described through the mother's tiredness, not through the {child}'s day.",
        "Nobody wrote down where the {child} sleeps.",
        "The record of the pregnancy is a list of appointments.",
    ),
    "voice_recorded": (
        "There is no record of what the {child} said, only of what the parents said.",
        "The {child} was spoken about in every entry and spoken with in none.",
    ),
    "seen_alone": ("The {child} was only ever seen with a parent in the room.",),
    "chronology_used": (
        "There is a good chronology and nobody opened it before the decision.",
        "The chronology was written for court and not used since.",
    ),
    "chronology_present": (
        "The chronology stops two years before the referral.",
        "History has to be pieced together from letters.",
    ),
    "notice_named_all": (
        "The notice did not name the mother's partner, who was in the house.",
        "The notice names one child; there are three.",
    ),
    "notice_received": ("We learned of the incident from the family, not from a notice.",),
    "outcome_fed_back": (
        "We were not told what came of our referral and did not ask.",
        "The case was closed; we found out two months later at a meeting about a brother.",
    ),
    "part_of_decision": ("The decision was made without us, though we saw the {child} weekly.",),
    "cp_is_checked": ("CP-IS was not checked when the {child} came to the emergency department.",),
    "history_used": (
        "Each incident was treated as the first one.",
        "What the last county knew was not asked for.",
    ),
    "threshold_stated": ("The referral does not say what level of need it describes.",),
    "family_told": ("The record does not say whether the family knew, or why not.",),
    "father_considered": (
        "The father is a first name in one entry and nothing more.",
        "Nobody asked what part the mother's partner plays.",
    ),
    "perpetrator_recorded": ("The person who harmed does not appear on the {child}'s record.",),
    "marac_considered": ("The score alone decided that MARAC was not needed.",),
    "section_47_smart": ("It is not clear from the enquiry why it ended where it did.",),
    "early_help_considered": ("Nobody asked whether early help had been offered before.",),
    "neglect_tool_used": ("Neglect is named six times and was not measured once.",),
    "challenge_used": ("The professionals disagreed and nobody used the challenge procedure.",),
    "management_oversight": ("Management oversight is a signature without a reason.",),
    "siblings_considered": ("The older brother lives in the same house and is not mentioned.",),
}

# By the question that was answered no.
NEEDS_TO_HAPPEN: Mapping[str, tuple[str, ...]] = {
    "observation_recorded": (
        "A joint visit with the health visitor when the {child} is awake.",
        "Use the observation prompts on the {child}'s next visit and write down what is seen.",
        "Ask both parents about the pregnancy, each alone.",
    ),
    "voice_recorded": ("Spend time with the {child}, alone and somewhere easy.",),
    "chronology_used": ("Take the chronology to the next supervision.",),
    "chronology_present": ("Bring the chronology up to date and share it.",),
    "notice_named_all": ("Ask who else was there, and put it on the record.",),
    "outcome_fed_back": ("The hub to tell the referrer the outcome, in writing.",),
    "father_considered": ("Find out who the father is, and meet him.",),
    "history_used": ("Ask the last county for its records.",),
    "challenge_used": ("Use the challenge procedure; the form is one page.",),
    "neglect_tool_used": ("Complete the neglect tool with the parents.",),
    "part_of_decision": ("The hub to ask every agency that knows the family.",),
}

BY_KIND: Mapping[str, tuple[str, ...]] = {
    "social_care": ("A thoughtful piece of direct work with a frightened family.",),
    "police": ("Officers spoke with each child and were kind.",),
    "health": ("Appointments were moved so that the family could come.",),
    "education": ("The class teacher noticed first and said so.",),
    "early_help": ("The family says that the help was useful.",),
    "housing": ("The repairs that made the home unsafe were done in a week.",),
    "domestic_abuse": ("The advocate kept contact through two moves.",),
    "youth_justice": ("The worker stayed with it when the young person would not talk.",),
    "substance_misuse": ("The parent kept every appointment since the spring.",),
    "probation": ("The officer asked about the children in every session.",),
}

DAILY_LIFE: Mapping[str, tuple[str, ...]] = {
    "unborn": (
        "The record tells of the mother's appointments; the baby is hardly in it.",
        "A cot is ready, a name is chosen, and both grandmothers are near.",
        "Two scans missed, one kept; the midwife rings every Friday.",
    ),
    "under_1": (
        "Very little. Weights and feeds, no mornings or evenings.",
        "Wakes at five, is carried everywhere by a sister of nine, smiles at the health visitor.",
        "Long hours in a car seat in front of the television.",
        "We know when the parents were seen; we do not know when the baby was.",
    ),
    "1_4": (
        "Nursery three mornings; eats there as if there were no tomorrow.",
        "Goes quiet when a man's voice is raised, and looks for the dog.",
        "Says few words; points, and is understood by the grandmother.",
    ),
    "5_9": (
        "Loves school; worries on Fridays.",
        "Gets the little ones dressed and walks them to school.",
        "Reads under the stairs, because it is the quiet place.",
    ),
    "10_15": (
        "Plays football when there is money for the bus.",
        "Stays at friends' houses and says that nobody asks where.",
        "Keeps a bag packed by the door.",
    ),
    "16_17": (
        "Works evenings in a kitchen and pays for the shopping.",
        "Moves between an aunt's sofa and home; wants a place in college.",
    ),
}

URGENT: tuple[tuple[str, str], ...] = (
    (
        "The {child} is in the house again with the person who harmed, and no plan covers it.",
        "The auditor rang the hub the same hour; a strategy discussion was held that day.",
    ),
    (
        "An adult who is barred from the home was seen there last week, with the {child}.",
        "Referred back to the hub at once by the safeguarding lead; a visit was made that evening.",
    ),
)
