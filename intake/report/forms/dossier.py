"""For whom a dossier of a report is made, and in which language."""

from collections.abc import Iterable

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from intake.report.states import DossierFor


class DossierForm(forms.Form):
    """One of those for whom it was agreed to, and a language of the site."""

    reader = forms.ChoiceField(label=_("For whom"), widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        given: Iterable[str] = DossierFor.values,
        initial: dict[str, str] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        readers = [DossierFor(one) for one in given]
        self.fields["reader"].choices = [(one.value, one.label) for one in readers]  # type: ignore[attr-defined]  # a field of choices
        if len(readers) == 1:
            self.initial["reader"] = readers[0].value

    @property
    def chosen(self) -> DossierFor:
        """Whom it is for."""
        return DossierFor(self.cleaned_data["reader"])
