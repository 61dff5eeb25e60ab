"""The language of a page."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers

# These stand outside the languages: what is not found there is not looked for under a language.
WITHOUT_LANGUAGE = ("/console/", "/cms/", "/answer/")


class LanguageMiddleware(LocaleMiddleware):
    """Django's own, but an address of staff or of a recipient that does not exist stays put.

    A redirect would carry the secret part of a recipient's link to another address.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.status_code == 404 and request.path_info.startswith(WITHOUT_LANGUAGE):
            patch_vary_headers(response, ("Accept-Language",))
            return response
        return super().process_response(request, response)
