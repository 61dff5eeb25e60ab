"""The page on which a recipient answers, by the link in the notice."""

from django.http import Http404, HttpRequest, HttpResponse


def answer(request: HttpRequest, token: str) -> HttpResponse:
    raise Http404
