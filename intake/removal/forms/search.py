"""What a caseworker looks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.removal.canonical import MAX_LENGTH, NotAnAddress
from intake.removal.queries.search import LAST_PAGE, By, addresses_meant, indexes_of


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
