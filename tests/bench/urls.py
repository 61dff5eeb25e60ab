"""The site, and beside it a view that does nothing, to measure against."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from helpline.urls import urlpatterns as site


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("bare")


urlpatterns = [path("bench/bare/", bare), *site]
