"""The shape of what a supervisor sets."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.floor.actions import MOST_AT_ONCE
from helpline.services.models import Service
from helpline.staff.models import User


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


class ChatOpenForm(forms.ModelForm[Service]):
    """Whether the chat is open."""

    class Meta:
        model = Service
        fields = ["chat_open"]
        widgets = {"chat_open": forms.RadioSelect}
        labels = {"chat_open": _("The chat is open")}
