"""What visitors fill in. Every form works without a script, and keeps what was typed."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_lazy as _

from chat.answers import AgeBand, Grade
from chat.models import NAME_LENGTH
from chat.reporting import Facts, declaration
from chat.states import Topic, Urgency
from helpline.privacy.code_input import CodeInput


class TypedField(forms.Field):
    """Text exactly as it was typed; a browser sends each line end as two characters."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return str(value or "").replace("\r\n", "\n")


UNSAID = ("", _("I would rather not say"))
YES_NO = [("yes", _("Yes")), ("no", _("No")), ("unsure", _("I am not sure"))]


def question(label: Any, choices: list[tuple[str, Any]], help_text: Any = "") -> forms.ChoiceField:
    """A question with radios that may be left open."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        help_text=help_text,
        required=False,
        widget=forms.RadioSelect,
    )


class StartForm(forms.Form):
    """Begin a chat: nothing is demanded. The key makes two presses one chat."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("What may we call you?"),
        help_text=_("This name is made up. Keep it, change it, or leave it empty."),
        max_length=NAME_LENGTH,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "class": "govuk-input--width-20", "spellcheck": "false"}
        ),
    )
    urgency = question(
        _("How soon do you need an answer?"),
        [
            (Urgency.NORMAL, _("It can wait a little")),
            (Urgency.SOON, _("Soon: something happens today")),
            (Urgency.URGENT, _("At once: I am in danger, or I think about dying")),
        ],
        _("Your answer gives you a place further forward in the line. You may leave it open."),
    )
    topic = forms.ChoiceField(
        label=_("What is it about?"), choices=[UNSAID, *Topic.choices], required=False
    )
    age_band = forms.ChoiceField(
        label=_("How old are you?"), choices=[UNSAID, *AgeBand.choices], required=False
    )
    language = forms.ChoiceField(
        label=_("In which language do you want to talk?"),
        choices=settings.LANGUAGES,
        required=False,
    )

    def name_emergency(self, called: str) -> None:
        """Say beside the answer about danger whom to call at once."""
        hint = _("Do not wait for us: call %(emergency)s. You can chat with us as well.")
        hints = {Urgency.URGENT: hint % {"emergency": called}}
        setattr(self.fields["urgency"], "choice_hints", hints)  # noqa: B010 -- the frame's template asks it


class BackForm(forms.Form):
    """Come back with a code. The key makes two presses one return."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Your code"),
        help_text=_("Four groups of four letters and digits. Capitals and spaces do not matter."),
        max_length=100,
        error_messages={"required": _("Type the code that you got.")},
        widget=CodeInput(20),
    )


class SayForm(forms.Form):
    """One message. The client id makes two presses one message."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    text = TypedField(label=_("Your message"), required=False)


class SurveyForm(forms.Form):
    """Two questions after a chat; both may stay open. ``once`` says of which service it is."""

    once = forms.CharField(widget=forms.HiddenInput)
    heard = question(_("Did you feel heard?"), Grade.choices)
    knows = question(_("Do you know what you can do now?"), Grade.choices)


SURVEY = "chat survey"  # the salt: a signed text made for something else is not taken


def survey_form(service_id: uuid.UUID) -> SurveyForm:
    """The questions for a chat of a service. What is signed says nothing of which chat."""
    once = signing.dumps([str(service_id), str(uuid.uuid4())], salt=SURVEY)
    return SurveyForm(initial={"once": once}, auto_id="survey_%s")


class ConsentForm(forms.Form):
    """The visitor's answer to "may we make a report of these links?"."""

    offer = forms.UUIDField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    who = question(
        _("Who is in the images?"),
        [("self", _("I am")), ("child", _("My child")), ("other", _("Somebody else"))],
    )
    age = question(
        _("How old was the person in the images?"),
        [
            ("under_18", _("Under 18")),
            ("adult", _("18 or older")),
            ("unknown", _("I do not know")),
        ],
        _(
            "Then, not now. Under 18, or not sure? Then only the hotline for images of children"
            " gets the links. They have them removed."
        ),
    )
    recognisable = question(_("Can people recognise the person?"), YES_NO)
    agreed = question(_("Did the person agree that the images are there?"), YES_NO)
    declares = forms.BooleanField(required=False)
    may_act = forms.BooleanField(
        label=_(
            "You may ask websites in your own name to remove the images. They never get my name."
        ),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["declares"].label = declaration()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # Only then others are asked, and they may ask who says so.
        if cleaned.get("age") == "adult" and not cleaned.get("declares"):
            self.add_error(
                "declares", _("Tick this if it is true. Without it we cannot ask anybody.")
            )
        return cleaned

    def facts(self) -> Facts:
        data = self.cleaned_data
        return Facts(
            who=data["who"],
            age=data["age"],
            recognisable=data["recognisable"],
            agreed=data["agreed"],
            declares=data["declares"],
            may_act=data["may_act"],
        )
