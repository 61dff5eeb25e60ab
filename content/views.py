"""What search engines ask for, and editors' pictures.

People in need find us by a search engine; private paths stay out.
"""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve

from content.queries import places_to_find


@require_safe
@cache_control(no_cache=True)
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture as an editor placed it in a page, never the file that was uploaded.

    Uploaded files may say where and by whom they were made; sizes made of them do not.
    """
    return serve(request, name, document_root=str(Path(settings.MEDIA_ROOT) / "images"))


@require_safe
@cache_control(no_cache=True)
def robots(request: HttpRequest) -> HttpResponse:
    """Paths that no search engine has business with."""
    return render(
        request,
        "content/robots.txt",
        {"base": settings.HELPLINE_BASE_URL},
        content_type="text/plain; charset=utf-8",
    )


@require_safe
@cache_control(no_cache=True)
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every published page, with its other languages beside it."""
    return render(
        request,
        "content/sitemap.xml",
        {"base": settings.HELPLINE_BASE_URL, "places": places_to_find(request)},
        content_type="application/xml",
    )
