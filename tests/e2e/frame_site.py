"""The pages of that site."""

from types import SimpleNamespace

from django import forms
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from helpline import views


class EveryField(forms.Form):
    """One of each kind of field."""

    name = forms.CharField(label="Hoe mogen we je noemen?", help_text="Een verzonnen naam is goed.")
    story = forms.CharField(
        label="Wat is er gebeurd?", widget=forms.Textarea(attrs={"rows": 4}), max_length=200
    )
    age = forms.ChoiceField(
        label="Hoe oud ben je op de foto?",
        choices=[("minor", "Jonger dan 18"), ("adult", "18 of ouder"), ("unknown", "Weet ik niet")],
        widget=forms.RadioSelect,
    )
    wishes = forms.MultipleChoiceField(
        label="Wat wil je?",
        choices=[("remove", "De beelden weg"), ("talk", "Praten")],
        widget=forms.CheckboxSelectMultiple,
        help_text="Kies alles wat past.",
    )
    agreed = forms.BooleanField(label="Wij mogen dit voor je doen")
    country = forms.ChoiceField(label="Waar woon je?", choices=[("", ""), ("nl", "Nederland")])
    secret = forms.CharField(label="Wachtwoord", widget=forms.PasswordInput)


setattr(  # noqa: B010 -- Django's field has no such name, govuk_field reads it
    EveryField.base_fields["age"],
    "choice_hints",
    {"unknown": "Dat geeft niet. We doen dan alsof je jonger bent dan 18."},
)


NOOR = [SimpleNamespace(name="supervisor")]


def form(request: HttpRequest) -> HttpResponse:
    return render(
        request, "frame/form.html", {"form": EveryField({} if "bad" in request.GET else None)}
    )


def page(request: HttpRequest, name: str = "one") -> HttpResponse:
    return render(request, f"frame/{name}.html", {"banner": "Vandaag zijn we dicht."})


def console(request: HttpRequest) -> HttpResponse:
    user = SimpleNamespace(
        is_authenticated=True, get_full_name="Noor", get_username="noor", _role_groups=NOOR
    )
    return render(request, "frame/console.html", {"user": user, "form": EveryField()})


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [
    path("leave/", views.leave),
    path("offline/", views.offline),
    path("staff-demo/", console),
    *i18n_patterns(
        path("", page),
        path("form/", form),
        path("broken/", broken),
        path("two/", page, {"name": "two"}),
    ),
]
handler400 = views.bad_request
handler403 = views.refused
handler404 = views.not_found
handler500 = views.server_error
