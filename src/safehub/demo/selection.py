"""Makes the invented tool longer or shorter than its core, without leaving a gate on nothing."""

from safehub.demo.questions import CORE, SECTIONS, YES_NO_NA, Question

FURTHER: tuple[Question, ...] = tuple(
    Question(section, YES_NO_NA, name, label, yes=yes)
    for section, name, label, yes in (
        ("practice", "supervision_recorded", "Was the case taken to supervision?", 0.57),
        ("referral", "support_tried", "Does the referral say what was tried before?", 0.52),
        ("referral", "wanted_outcome", "Does the referral say what should change?", 0.49),
        ("referral", "processed_in_time", "Was the referral decided in one working day?", 0.77),
        ("voice", "language_considered", "Were language and interpreting considered?", 0.63),
        ("voice", "home_seen", "Was the home seen, and where the child sleeps?", 0.51),
        ("family", "carers_health", "Was the parents' own health weighed?", 0.6),
        ("family", "wider_family", "Was support in the wider family explored?", 0.47),
        ("family", "household_named", "Does the record name everybody in the household?", 0.58),
        ("information_sharing", "reply_in_time", "Did your agency answer checks in time?", 0.73),
        ("information_sharing", "reply_relevant", "Was what you shared proportionate?", 0.81),
        ("information_sharing", "school_informed", "Was the school or setting informed?", 0.54),
        ("information_sharing", "gp_informed", "Was the GP practice informed?", 0.48),
        ("information_sharing", "strategy_invited", "Were you asked to the discussion?", 0.5),
        ("domestic_abuse", "victim_in_own_right", "Is the child recorded as a victim?", 0.44),
        ("domestic_abuse", "control_recognised", "Was controlling behaviour looked for?", 0.5),
        ("practice", "accounts_checked", "Was the account checked with a second source?", 0.46),
        ("practice", "missed_visits_chased", "Were missed appointments followed up?", 0.61),
        ("practice", "analysis_of_risk", "Does the record analyse, not only describe?", 0.53),
        ("practice", "plan_smart", "Does the plan say who does what by when?", 0.55),
        ("practice", "plan_reviewed", "Was the plan reviewed in time?", 0.58),
        ("practice", "step_down_agreed", "Was stepping down agreed with partners?", 0.5),
        ("practice", "exploitation_considered", "Was exploitation considered?", 0.56),
        ("practice", "culture_considered", "Were culture, faith and identity considered?", 0.57),
        ("practice", "racism_considered", "Was the effect of racism considered?", 0.33),
        ("practice", "disability_considered", "Were disability and SEND considered?", 0.64),
        ("practice", "record_signed", "Is each entry dated and signed?", 0.83),
        ("practice", "decision_reasoned", "Does the decision to close give its reasons?", 0.6),
        ("practice", "learning_shared", "Was the learning shared with the team?", 0.41),
        ("practice", "difference_made", "Did the work make a difference to the child?", 0.52),
    )
)

# A question stands here before the one that it hangs on, so that no gate is left without its post.
TRIMMED_FIRST: tuple[str, ...] = (
    "hours_to_refer",
    "neglect_tool_used",
    "siblings_considered",
    "seen_alone",
    "marac_considered",
    "dash_score",
    "risk_tool",
    "perpetrator_recorded",
    "domestic_abuse_present",
    "section_47_smart",
    "early_help_considered",
    "family_told",
    "reason_clear",
    "notice_named_all",
    "notice_received",
    "cp_is_checked",
    "previous_referrals",
    "management_oversight",
    "threshold_stated",
    "challenge_used",
    "father_considered",
    "daily_life",
    "involvement_type",
    "engaged_with",
    "chronology_used",
    "chronology_present",
    "history_used",
    "last_contact_on",
    "outcome_fed_back",
)

FEWEST = len(CORE) - len(TRIMMED_FIRST)
MOST = len(CORE) + len(FURTHER)


def questions_of(count: int) -> tuple[Question, ...]:
    """`count` questions (FEWEST to MOST), section by section in the order of the tool."""
    if not FEWEST <= count <= MOST:
        raise ValueError(f"The invented tool has from {FEWEST} to {MOST} questions, not {count}.")
    dropped = frozenset(TRIMMED_FIRST[: max(0, len(CORE) - count)])
    chosen = [question for question in CORE if question.name not in dropped]
    chosen += FURTHER[: max(0, count - len(CORE))]
    return tuple(q for section in SECTIONS for q in chosen if q.section == section)
