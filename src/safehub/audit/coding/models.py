"""The code book of a partnership, the texts that are coded by it, their codes, and suggestions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from safehub.audit.coding.states import FIRST, SECOND, Polarity


class CodeTheme(models.Model):
    """A theme of a partnership's code book. It is never deleted; a retired one codes no more."""

    partnership = models.ForeignKey(
        "agencies.Partnership", models.PROTECT, related_name="code_themes"
    )
    code = models.SlugField(max_length=60)
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "code"], name="code_theme_once_a_partnership"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ThemeWords(models.Model):
    """One edition of the words of a theme. It never changes: codes keep what they were given by.

    `is_current` are the words that texts are coded by now; others are of earlier rounds, or came
    with a round from elsewhere.
    """

    theme = models.ForeignKey(CodeTheme, models.CASCADE, related_name="editions")
    edition = models.PositiveSmallIntegerField()
    name = models.TextField()
    definition = models.TextField()
    examples = models.TextField(blank=True)
    use_when = models.TextField(blank=True)
    not_when = models.TextField(blank=True)
    is_current = models.BooleanField(default=True)
    written_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["theme__code", "edition"]
        constraints = [
            models.UniqueConstraint(fields=["theme", "edition"], name="theme_edition_once"),
            models.UniqueConstraint(
                fields=["theme"], condition=Q(is_current=True), name="theme_words_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.edition})"


class TextChoice(models.Model):
    """One choice of questions whose answers are coded, and of the share coded twice."""

    audit = models.ForeignKey("programmes.Audit", models.CASCADE, related_name="text_choices")
    number = models.PositiveSmallIntegerField()
    questions = models.JSONField(default=list)
    share = models.PositiveSmallIntegerField(
        null=True, help_text="Percent that is coded twice; none where it came with a pack."
    )
    seed = models.CharField(max_length=100, help_text="The seed of the audit's own draw.")
    of = models.PositiveIntegerField(help_text="How many texts there were.")
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "number"], name="text_choice_number_once_an_audit"
            ),
        ]

    def __str__(self) -> str:
        return f"text choice {self.number} of {self.audit_id}"


class CodedText(models.Model):
    """An answer in words that is coded once or twice, as it stands in one version of its return.

    A coding belongs to whoever began it (`first_by`, `second_by`) until it is done or let go; done
    is `..._done_at`, and then it stays.
    """

    choice = models.ForeignKey(TextChoice, models.CASCADE, related_name="texts")
    audit_return = models.ForeignKey("returns.Return", models.CASCADE, related_name="coded_texts")
    version = models.ForeignKey("returns.ReturnVersion", models.PROTECT, related_name="+")
    column = models.TextField(help_text="The column of the answer: a question, or an entry of one.")
    wants_second = models.BooleanField(default=False)
    first_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    first_done_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    second_done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "column"], name="coded_text_once_a_version"),
            models.CheckConstraint(
                condition=Q(second_done_at__isnull=True)
                | Q(first_done_at__isnull=False, wants_second=True),
                name="coded_text_second_after_the_first",
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True)
                | Q(first_by__isnull=True)
                | ~Q(second_by=F("first_by")),
                name="coded_text_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"coded text {self.pk}"


class Code(models.Model):
    """That a passage speaks of a theme. `start` and `end` count characters of the answer from 0."""

    text = models.ForeignKey(CodedText, models.CASCADE, related_name="codes")
    coding = models.PositiveSmallIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    words = models.ForeignKey(ThemeWords, models.PROTECT, related_name="codes")
    polarity = models.CharField(max_length=20, choices=Polarity.choices)
    is_suggested = models.BooleanField(
        default=False, help_text="That its coder took it from a suggestion."
    )
    coded_at = models.DateTimeField()

    class Meta:
        ordering = ["coding", "start", "end", "words"]
        constraints = [
            models.UniqueConstraint(
                fields=["text", "coding", "start", "end", "words"],
                name="code_once_a_passage_and_theme",
            ),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="code_marks_something"),
            models.CheckConstraint(
                condition=Q(coding__in=[FIRST, SECOND]), name="code_of_first_or_second"
            ),
            models.CheckConstraint(
                condition=Q(polarity__in=Polarity.values), name="code_polarity_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"code {self.pk}"


class Learning(models.Model):
    """When suggestions were last learnt from a partnership's codes, and how good they were.

    It holds no word of any text. `measured` is what held-back codes said: `every`, and `themes` by
    their codes, each as the counts `suggested`, `right`, `coded` and `spoken`; blank where there
    were too few codes. `digest` is the SHA-256 of the keys of what was learnt from and for.
    """

    partnership = models.OneToOneField(
        "agencies.Partnership", models.PROTECT, related_name="learning"
    )
    digest = models.CharField(max_length=64)
    codes = models.PositiveIntegerField()
    measured = models.JSONField(default=dict)
    learnt_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"learning of {self.partnership_id}"


class Suggestion(models.Model):
    """That a passage of a text that nobody has coded may speak of a theme. No code by itself.

    It goes once the first coding of its text is finished.
    """

    text = models.ForeignKey(CodedText, models.CASCADE, related_name="suggestions")
    theme = models.ForeignKey(CodeTheme, models.CASCADE, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        ordering = ["start", "end", "theme__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["text", "start", "end", "theme"], name="suggestion_once_a_passage_and_theme"
            ),
        ]

    def __str__(self) -> str:
        return f"suggestion {self.pk}"


class Dismissal(models.Model):
    """That a coder does not want a theme suggested of a passage any more.

    It goes with the suggestions, once the first coding of the text is finished.
    """

    text = models.ForeignKey(CodedText, models.CASCADE, related_name="dismissals")
    theme = models.ForeignKey(CodeTheme, models.CASCADE, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["text", "start", "end", "theme", "person"], name="dismissal_once_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"dismissal {self.pk}"
