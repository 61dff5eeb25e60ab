"""The shape of what a supervisor sets."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.floor.actions import MOST_AT_ONCE, RULES
from helpline.services.models import Holiday, OpeningHours, Service
from helpline.staff.models import User

ORDER = _("Closing comes after opening, on the same day.")


class CapacityForm(forms.Form):
    """Who may have how many chats at once, as the buttons of the floor say it: "12 3"."""

    set = forms.RegexField(r"^[0-9]{1,18} [0-9]{1,3}$")

    def clean_set(self) -> tuple[User, int]:
        number, count = map(int, self.cleaned_data["set"].split())
        person = User.objects.filter(pk=number, is_active=True).first()
        if person is None or count > MOST_AT_ONCE:
            raise forms.ValidationError("")
        return person, count


class AcknowledgeForm(forms.Form):
    """Which alarm was seen."""

    conversation = forms.UUIDField()


class DebriefForm(forms.Form):
    """Which question to talk is taken up."""

    debrief = forms.UUIDField()


class ChatOpenForm(forms.ModelForm[Service]):
    """Whether the chat is open."""

    class Meta:
        model = Service
        fields = ["chat_open"]
        widgets = {"chat_open": forms.RadioSelect}
        labels = {"chat_open": _("Open or closed")}


class RulesForm(forms.ModelForm[Service]):
    """When the chat is full, and its other clocks."""

    class Meta:
        model = Service
        fields = list(RULES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, most in RULES.items():
            field = self.fields[name]
            field.widget.attrs |= {"class": "govuk-input--width-4", "max": most}
            field.validators.append(MaxValueValidator(most))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        long, very_long = given.get("long_wait_minutes"), given.get("very_long_wait_minutes")
        if long is not None and very_long is not None and very_long <= long:
            self.add_error("very_long_wait_minutes", _("Very long comes after long."))
        return given


class HoursForm(forms.ModelForm[OpeningHours]):
    """One stretch of a weekday."""

    class Meta:
        model = OpeningHours
        fields = ["weekday", "opens", "closes"]
        widgets = {
            "opens": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "closes": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        opens, closes = given.get("opens"), given.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", ORDER)
        elif opens and closes:
            same_day = OpeningHours.objects.filter(
                service=self.instance.service_id, weekday=given.get("weekday", -1)
            )
            if same_day.filter(opens__lt=closes, closes__gt=opens).exists():
                self.add_error("opens", _("The chat is open then already."))
        return given


class HolidayForm(forms.ModelForm[Holiday]):
    """A date with hours of its own, or with none."""

    class Meta:
        model = Holiday
        fields = ["date", "name", "opens", "closes"]
        widgets = {
            "date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "opens": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "closes": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def clean_date(self) -> date:
        day: date = self.cleaned_data["date"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("That day has passed."))
        return day

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        opens, closes = given.get("opens"), given.get("closes")
        given_alone = "closes" if opens else "opens"
        if (opens is None) != (closes is None) and given_alone in given:
            self.add_error(given_alone, _("Fill in both times, or none: then it is closed."))
        if opens and closes and closes <= opens:
            self.add_error("closes", ORDER)
        return given


class RemoveForm(forms.Form):
    """Which line of a timetable goes."""

    number = forms.IntegerField(min_value=1, max_value=2**62)
