"""Of whom a dossier is made."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal.queries.record import asked_ever


class DossierForm(forms.Form):
    """Of which recipient a dossier is made, about what period, and in which language."""

    PERIODS = (1, 3, 6, 12)
    recipient = forms.ModelChoiceField(
        label=_("Recipient"),
        queryset=Recipient.objects.none(),
        empty_label=_("Choose one"),
        error_messages={"required": _("Choose about which recipient it is.")},
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
