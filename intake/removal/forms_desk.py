"""The shape of what the queue takes in: filters, saved views, and what is done with several."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpline.staff.models import User
from intake.recipients.hosts import is_public_suffix, normalise_host
from intake.recipients.models import Recipient
from intake.recipients.queries import in_use
from intake.recipients.states import Kind
from intake.removal.models import Location, LookRules, WhyCopy, WhyUrgent
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
from intake.removal.queries.record import asked_ever
from intake.removal.states import Work

MOST_CHOSEN = 200
MOST_SITES = 500


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


class DossierForm(forms.Form):
    """Of which recipient a dossier is made, about what period, and in which language."""

    PERIODS = (1, 3, 6, 12)
    recipient = forms.ModelChoiceField(
        label=_("Recipient"), queryset=Recipient.objects.none(), empty_label=_("Choose one")
    )
    months = forms.TypedChoiceField(label=_("Period"), coerce=int, empty_value=None, required=False)
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, data: QueryDict | None = None, *, by: User, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["recipient"].queryset = asked_ever(by)  # type: ignore[attr-defined]  # a field of choices
        self.fields["months"].choices = [  # type: ignore[attr-defined]  # the same
            ("", _("All that we still keep")),
            *(
                (n, ngettext("The last month", "The last %(n)d months", n) % {"n": n})
                for n in self.PERIODS
            ),
        ]
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]  # the same

    @property
    def since(self) -> datetime | None:
        """From which moment: the first of a month."""
        months = self.cleaned_data["months"]
        if not months:
            return None
        first = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        back = first.month - 1 - months
        return first.replace(year=first.year + back // 12, month=back % 12 + 1)


class LookRulesForm(forms.Form):
    """When a notice needs a second pair of eyes."""

    new_recipient = forms.BooleanField(label=_("The first notice to a recipient"), required=False)
    new_template = forms.BooleanField(
        label=_("The first notice with a text that is new or has changed"), required=False
    )
    most_alone = forms.IntegerField(
        label=_("Most locations in one notice by the word of one person"),
        help_text=_("Leave empty when the number does not matter."),
        required=False,
        min_value=0,
        max_value=200,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
    )
    lawful_sites = forms.CharField(
        label=_("Sites on which much is lawful"),
        help_text=_(
            "One on each line, such as the site of a newspaper. A registered name holds for all "
            "that is under it, another name only for itself."
        ),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, data: QueryDict | None, *, prefix: str, rules: LookRules) -> None:
        initial = {
            "new_recipient": rules.new_recipient,
            "new_template": rules.new_template,
            "most_alone": rules.most_alone,
            "lawful_sites": "\n".join(rules.lawful_sites),
        }
        super().__init__(data, prefix=prefix, initial=initial)

    def clean_lawful_sites(self) -> list[str]:
        sites = []
        for line in self.cleaned_data["lawful_sites"].split():
            host = normalise_host(line)
            if host is None or "." not in host or is_public_suffix(host):
                raise forms.ValidationError(
                    _("%(line)s is not the name of a site."), params={"line": line[:60]}
                )
            sites.append(host)
        if len(sites) > MOST_SITES:
            raise forms.ValidationError(_("That is more than we keep: 500 sites is the most."))
        return sorted(dict.fromkeys(sites))


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
