"""The shape of what the desk and the answer page take in."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.recipients.hosts import LONGEST_HOST, normalise_host
from intake.recipients.models import Proposal, Recipient
from intake.recipients.queries import in_use
from intake.recipients.states import Kind
from intake.removal.actions import AnswerKind, Claim, HandedIn, RefusalGround
from intake.removal.actions.receipts import LONGEST_NUMBER
from intake.removal.canonical import MAX_LENGTH, NotAnAddress
from intake.removal.fields import RowsField
from intake.removal.models import RemovalRequest
from intake.removal.queries.desk import choosable_pairs
from intake.removal.queries.search import LAST_PAGE, By, addresses_meant, indexes_of

LONGEST_WORDS = 2000
LONGEST_WHO = 300
LONGEST_PROMISE = timedelta(days=31)


class WordsField(forms.CharField):
    """Words of a person. A browser that would cut off what is too long is not asked to."""

    def to_python(self, value: object) -> str:
        return super().to_python(str(value or "").replace("\r\n", "\n")) or ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class WordsForm(forms.Form):
    """Words that somebody types, with a number of the form they were typed in."""

    key = forms.CharField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)
    text = WordsField(
        label=_("Words"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("There is nothing here yet. Write something first."),
            "max_length": _(
                "These are %(show_value)d characters, and %(limit_value)d fit. Send it in parts."
            ),
        },
    )

    @property
    def words(self) -> str:
        """What was typed."""
        return str(self.cleaned_data["text"])

    @property
    def client_id(self) -> uuid.UUID:
        """Names this form with these words: sent twice is said once, changed is said again."""
        try:
            form = uuid.UUID(self.cleaned_data["key"])
        except ValueError:
            form = uuid.uuid4()
        return uuid.uuid5(form, self.words)


class NoteForm(WordsForm):
    """A note beside a location."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        text = self.fields["text"]
        text.label = _("New note")
        text.widget.attrs["rows"] = 3


class RecipientForm(forms.Form):
    """Whom to ask, out of the recipients in use."""

    recipient = forms.ModelChoiceField(
        queryset=in_use().exclude(kind=Kind.HOTLINE),
        label=_("Somebody from the directory"),
        empty_label=_("Choose"),
    )

    def show(self, recipients: Sequence[Recipient]) -> "RecipientForm":
        """Offer these, that are at hand, so that the page asks no second time for them."""
        choices = [("", _("Choose")), *((str(one.pk), str(one)) for one in recipients)]
        self.fields["recipient"].choices = choices  # type: ignore[attr-defined]  # a field of choices
        return self


class OriginForm(forms.Form):
    """The server behind a host, as somebody told a caseworker."""

    host = forms.CharField(
        label=_("Name or address of the server"),
        max_length=LONGEST_HOST,
        error_messages={"required": _("Write its name, or its address in numbers.")},
    )

    def clean_host(self) -> str:
        """The host, when it can be one."""
        host: str = self.cleaned_data["host"]
        if normalise_host(host) is None:
            raise forms.ValidationError(_("This is not a name or address of a server."))
        return host


class ProposalForm(forms.Form):
    """A contact that a look-up found."""

    proposal = forms.ModelChoiceField(queryset=Proposal.objects.all())


class PairForm(forms.Form):
    """Why and how to ask."""

    pair = forms.ModelChoiceField(queryset=choosable_pairs())


class RequestsForm(forms.Form):
    """The requests that go in one notice."""

    request = RowsField(
        queryset=RemovalRequest.objects.select_related("location__service", "recipient")
        .prefetch_related("location__statements")
        .order_by("due_at", "pk"),
    )


class YesNoForm(forms.Form):
    """One of two buttons."""

    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class ReferenceForm(forms.Form):
    """The notice that a mail belongs to."""

    reference = forms.CharField(
        label=_("Reference of the notice"), max_length=40, help_text=_("Like 1A2B-3C4D-5E6F.")
    )


class HandedInForm(forms.Form):
    """What became of a recipient's own form that a colleague filled in."""

    what = forms.ChoiceField(
        label=_("What became of it?"),
        choices=HandedIn.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one first.")},
    )
    number = forms.CharField(
        label=_("The number that they gave"),
        help_text=_("Leave it empty when they gave none."),
        max_length=LONGEST_NUMBER,
        required=False,
    )


class AnswerForm(forms.Form):
    """What a recipient says about one address, or about all of them."""

    kind = forms.ChoiceField(
        label=_("Your answer"), choices=AnswerKind.choices, widget=forms.RadioSelect, required=False
    )
    until = forms.DateField(
        label=_("By which day?"),
        required=False,
        input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"],
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"}
        ),
        error_messages={"invalid": _("Write the day like 2026-12-31.")},
    )
    who = forms.CharField(
        label=_("Who does have it?"),
        help_text=_("A name, website or mail address, if you know."),
        max_length=LONGEST_WHO,
        required=False,
    )
    ground = forms.ChoiceField(
        label=_("On what ground?"),
        choices=[("", _("Choose")), *RefusalGround.choices],
        required=False,
    )
    words = WordsField(
        label=_("In your words"),
        max_length=LONGEST_WORDS,
        required=False,
        error_messages={
            "max_length": _(
                "These are %(show_value)d characters, and %(limit_value)d fit. Make it shorter, or "
                "answer by mail."
            ),
        },
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    # What goes with one answer only; of another it is left out.
    ONLY_WITH = {
        "until": AnswerKind.WILL_DO,
        "who": AnswerKind.NOT_OURS,
        "ground": AnswerKind.REFUSED,
    }
    NEEDS = {
        AnswerKind.WILL_DO: ("until", _("Say by which day you will have removed it.")),
        AnswerKind.NOT_OURS: (
            "who",
            _("Say who does have it, if you know; otherwise write “unknown”."),
        ),
        AnswerKind.NEED_MORE: ("words", _("Say what you need from us.")),
        AnswerKind.REFUSED: ("words", _("Say why you will not remove it.")),
    }
    # What says as much as the field that is needed.
    AS_GOOD = {AnswerKind.NOT_OURS: "words", AnswerKind.REFUSED: "ground"}

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until is None or self.cleaned_data.get("kind") != AnswerKind.WILL_DO:
            return None
        today = timezone.localdate()
        if until < today:
            raise forms.ValidationError(_("That day has passed."))
        if until > today + LONGEST_PROMISE:
            raise forms.ValidationError(_("That is more than a month away. Name an earlier day."))
        return until

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        for name, only_with in self.ONLY_WITH.items():
            if kind != only_with:
                self.errors.pop(name, None)
                cleaned[name] = None if name == "until" else ""
        if kind in self.NEEDS:
            name, words = self.NEEDS[AnswerKind(kind)]
            other = self.AS_GOOD.get(AnswerKind(kind), name)
            enough = cleaned.get(name) or (
                cleaned.get(other) not in ("", RefusalGround.OTHER, None)
            )
            if not enough and name not in self.errors:
                self.add_error(name, words)
        return cleaned

    @property
    def is_answered(self) -> bool:
        """Whether an answer was chosen."""
        return bool(self.cleaned_data.get("kind"))

    def claim(self, position: int) -> Claim:
        """What it says, as said of the address at a position."""
        said = self.cleaned_data
        return Claim(
            position,
            AnswerKind(said["kind"]),
            words=said["words"],
            who=said["who"],
            ground=said["ground"],
            until=said["until"],
        )


def claims_of(
    forms_by_position: Sequence[tuple[int, AnswerForm]], for_all: AnswerForm | None = None
) -> list[Claim]:
    """The claims in answered forms; what is said of all holds where nothing else is said."""
    rest = for_all if for_all is not None and for_all.is_answered else None
    return [
        answered.claim(position)
        for position, form in forms_by_position
        if (answered := form if form.is_answered else rest) is not None
    ]


class SearchForm(forms.Form):
    """What a caseworker looks for. ``indexes`` are its blind indexes once the form is valid."""

    text = forms.CharField(
        label=_("Address, host or registered name"),
        max_length=MAX_LENGTH,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        ),
        error_messages={"required": _("Type or paste what you look for.")},
    )
    by = forms.ChoiceField(
        label=_("What to find"), choices=By.choices, initial=By.URL, widget=forms.RadioSelect
    )
    page = 1

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if "text" in cleaned and "by" in cleaned:
            try:
                addresses = addresses_meant(cleaned["text"])
            except NotAnAddress:
                self.add_error("text", _("This cannot be read as a web address or a host."))
            else:
                cleaned["indexes"] = indexes_of(addresses, By(cleaned["by"]))
        return cleaned

    @property
    def indexes(self) -> list[bytes]:
        found: list[bytes] = self.cleaned_data["indexes"]
        return found

    @property
    def looks_for(self) -> By:
        return By(self.cleaned_data["by"])


class MoreForm(forms.Form):
    """Another page of what was found: by blind indexes, since no page repeats an address."""

    by = forms.ChoiceField(choices=By.choices)
    index = forms.RegexField(r"\A[0-9a-f]{32}(?:,[0-9a-f]{32})?\Z")
    number = forms.IntegerField(min_value=1, max_value=LAST_PAGE)

    @property
    def indexes(self) -> list[bytes]:
        return [bytes.fromhex(part) for part in self.cleaned_data["index"].split(",")]

    @property
    def looks_for(self) -> By:
        return By(self.cleaned_data["by"])

    @property
    def page(self) -> int:
        return int(self.cleaned_data["number"])
