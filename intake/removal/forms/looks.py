"""When a second person reads a notice."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from intake.recipients.hosts import is_public_suffix, normalise_host
from intake.removal.models import LookRules

MOST_SITES = 500


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
        error_messages={"invalid": _("Write a number, such as 10, or leave it empty.")},
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
