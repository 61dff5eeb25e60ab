"""What the queue takes in: filters, saved views, and what is done with several locations or one."""

import uuid
from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from helpline.staff.models import User
from intake.recipients.queries import in_use
from intake.recipients.states import Kind
from intake.removal.models import Location, WhyCopy, WhyUrgent
from intake.removal.permissions import DESK_ROLES
from intake.removal.queries.desk import choosable_pairs
from intake.removal.queries.queue import (
    MINE,
    NOBODYS,
    OVERDUE,
    Filters,
    asked_recipients,
    colleagues,
)
from intake.removal.states import Work

MOST_CHOSEN = 200


class FilterForm(forms.Form):
    """What narrows the queue. What is not among the choices is left out, and the rest holds."""

    work = forms.ChoiceField(
        required=False,
        widget=forms.HiddenInput,
        choices=[(OVERDUE, ""), *((work.value, "") for work in Work)],
    )
    recipient = forms.TypedChoiceField(
        label=_("Recipient"), required=False, coerce=int, empty_value=None
    )
    who = forms.ChoiceField(label=_("With whom"), required=False)
    urgent = forms.BooleanField(label=_("Urgent only"), required=False)
    like = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, people: Sequence[User], by: User) -> None:
        super().__init__(data)
        self.fields["recipient"].choices = [("", _("Everybody asked")), *asked_recipients()]  # type: ignore[attr-defined]  # a field of choices
        self.fields["who"].choices = [  # type: ignore[attr-defined]  # the same
            ("", _("Anybody")),
            (MINE, _("Me")),
            (NOBODYS, _("Nobody yet")),
            *((str(each.pk), each.called) for each in people if each.pk != by.pk),
        ]

    @property
    def filters(self) -> Filters:
        self.is_valid()
        return Filters(**{k: v for k, v in self.cleaned_data.items() if v})


def filters_of(query: str, *, by: User) -> Filters:
    """The filters that an address of the queue names."""
    # Far longer than any of ours: nothing of it is read.
    data = QueryDict(query if len(query) < 1000 else "")
    return FilterForm(data, people=colleagues(by, DESK_ROLES), by=by).filters


class SaveViewForm(forms.Form):
    """A name for the filters as they stand."""

    name = forms.CharField(max_length=30)
    query = forms.CharField(required=False, max_length=1000, strip=True)


class ColleagueForm(forms.Form):
    """A colleague of the same desk."""

    to = forms.ChoiceField()

    def __init__(self, data: QueryDict, *, people: Sequence[User]) -> None:
        super().__init__(data)
        self.people = {str(each.pk): each for each in people}
        self.fields["to"].choices = [(key, key) for key in self.people]  # type: ignore[attr-defined]  # a field of choices

    @property
    def colleague(self) -> User:
        return self.people[self.cleaned_data["to"]]


class UrgentForm(forms.Form):
    """Why something cannot wait; empty: it can."""

    why = forms.ChoiceField(choices=WhyUrgent.choices, required=False)


class CopyForm(forms.Form):
    """Why an address is copied."""

    why = forms.ChoiceField(choices=WhyCopy.choices)


class SeveralForm(forms.Form):
    """Locations that were chosen in the queue. Whose they are, is for who acts on them."""

    location = forms.TypedMultipleChoiceField(coerce=uuid.UUID)

    def __init__(self, data: QueryDict) -> None:
        sent = dict.fromkeys(data.getlist("location")[:MOST_CHOSEN])
        chosen = [one for one in sent if _is_uuid(one)]
        super().__init__(MultiValueDict({"location": chosen}))
        self.fields["location"].choices = [(one, one) for one in chosen]  # type: ignore[attr-defined]  # a field of choices

    @property
    def locations(self) -> list[Location]:
        """Those that are there, in the order of the queue, without their addresses."""
        return list(
            Location.objects.filter(pk__in=self.cleaned_data["location"])
            .select_related("service", "claimed_by")
            .defer("url")
            .order_by("due_at", "created_at", "pk")
        )


class TogetherForm(forms.Form):
    """Whom to ask about several, why and how."""

    recipient = forms.ModelChoiceField(queryset=in_use().exclude(kind=Kind.HOTLINE))
    pair = forms.ModelChoiceField(queryset=choosable_pairs())


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
