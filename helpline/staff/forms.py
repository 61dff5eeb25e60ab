"""What staff type to come in, and about their colleagues."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from helpline.services.models import Service
from helpline.staff import permissions
from helpline.staff.demo import DEMO_PREFIX
from helpline.staff.errors import Refusal
from helpline.staff.models import User
from helpline.staff.states import Role

ROLE_HINTS = {
    Role.COUNSELLOR: _("Answers chats."),
    Role.CASEWORKER: _("Gets reported pages taken down."),
    Role.EDITOR: _("Writes the pages of the site."),
    Role.SUPERVISOR: _("Sees every chat and the whole floor, and invites counsellors."),
    Role.ADMINISTRATOR: _("Looks after all accounts and settings. Sees no chat."),
}


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=32,
        help_text=_("The 6 digits in your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )


class EnrolForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=16,
        help_text=_("The 6 digits that your authenticator app shows now."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PersonForm(forms.Form):
    """What a colleague is called and may do; only what ``by`` may give can be chosen."""

    email = forms.EmailField(
        label=_("Mail address"),
        max_length=254,
        help_text=_("Only for letters about the account."),
        error_messages={"required": _("Fill in a mail address: the link goes there.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    work_name = forms.CharField(
        label=_("Work name"),
        max_length=40,
        required=False,
        help_text=_("The name that visitors see. It need not be the person’s own."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20"}),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )
    services = forms.ModelMultipleChoiceField(
        label=_("Works for"),
        queryset=Service.objects.order_by("name"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one service.")},
    )

    field_order = ["username", "email", "work_name", "roles", "services"]

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = permissions.roles_to_give(by)
        roles = cast("forms.MultipleChoiceField", self.fields["roles"])
        roles.choices = [(value, label) for value, label in Role.choices if value in given]
        setattr(roles, "choice_hints", ROLE_HINTS)  # noqa: B010 -- the frame's field template asks it
        within = permissions.services_in_sight(by)
        known = Service.objects.order_by("name")
        if within is not None:
            known = known.filter(pk__in=within)
        services = cast("forms.ModelMultipleChoiceField[Service]", self.fields["services"])
        services.queryset = known
        only = list(known[:2])
        if len(only) == 1:
            # Nothing to choose, so nothing to ask.
            self.initial["services"], services.disabled = only, True
            services.widget = forms.MultipleHiddenInput()


class InviteForm(PersonForm):
    """Somebody new."""

    # In the one spelling that is kept of it, before anything else is asked of it.
    username = UsernameField(
        label=_("User name"),
        max_length=40,
        error_messages={"required": _("Fill in a user name.")},
        help_text=_("For signing in. It cannot be changed later. Letters, digits, and . - _"),
        validators=[
            RegexValidator(r"^[A-Za-z0-9][\w.-]*\Z", _("Use letters, digits, and . - _ only."))
        ],
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "class": "govuk-input--width-20",
            }
        ),
    )

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        # Two names that differ in capitals only would be taken for one person.
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(str(Refusal.NAME_TAKEN.label))
        if name.lower().startswith(DEMO_PREFIX) and not settings.HELPLINE_DEMO:
            raise forms.ValidationError(_("Names that begin with “demo-” are for a demo site."))
        return name


class JoinForm(forms.Form):
    """The password of somebody who comes in with a link."""

    password = forms.CharField(
        label=_("Choose a password"),
        max_length=128,
        strip=False,
        help_text=_("At least 12 characters. A few words that you remember are best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password
