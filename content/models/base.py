"""What every public page has in common: two languages, no trace on the device, no cookie."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page


@dataclass(frozen=True)
class Translation:
    """The same page in a language of the site."""

    code: str
    url: str


class PublicPage(Page):
    """The way a page of ours is served and edited. Holds no fields, so it makes no table."""

    # A password on a page would set a cookie for its readers.
    private_page_options: list[str] = []

    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel(
                    "slug",
                    help_text=_(
                        "The last part of the address. It stays in the browser's history, where"
                        " others may read it: choose a short, neutral word such as “druk” or"
                        " “profiel”, never what happened."
                    ),
                ),
                FieldPanel(
                    "search_description",
                    help_text=_(
                        "One or two sentences for search engines. Readers do not see it on the"
                        " page; the browser's tab shows only the name of the site."
                    ),
                ),
                FieldPanel("show_in_menus", heading=_("Show at the bottom of every page")),
            ],
            heading=_("Address and search engines"),
        )
    ]

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """The page, asked for again each time: what editors correct must reach readers at once.

        Readers have no cookie. Who has one sees more than they do, such as the line about their
        chat, and that stays in no browser.
        """
        response = super().serve(request, *args, **kwargs)
        response["Cache-Control"] = "no-store" if request.COOKIES else "no-cache"
        return response

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """A draft, which nobody keeps."""
        response = super().serve_preview(request, mode_name)
        response["Cache-Control"] = "no-store"
        return response

    def get_context(
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> dict[str, object]:
        """Adds where the page stands in each language: for the switch, and for search engines."""
        context: dict[str, object] = super().get_context(request, *args, **kwargs)
        translations = self.get_translation_urls(request)
        context["translations"] = translations
        # In a language that misses this page the switch leads to the first page.
        context["language_urls"] = {code: f"/{code}/" for code, _name in settings.LANGUAGES} | {
            translation.code: translation.url for translation in translations
        }
        context["site_address"] = settings.HELPLINE_BASE_URL
        return context

    def get_translation_urls(self, request: HttpRequest | None = None) -> list[Translation]:
        """This page in every language in which it is published, in the order of the settings."""
        pages = {
            page.locale.language_code: page
            for page in self.get_translations(inclusive=True).live().select_related("locale")
        }
        return [
            Translation(code=code, url=pages[code].get_url(request) or "")
            for code, _name in settings.LANGUAGES
            if code in pages
        ]
