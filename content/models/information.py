"""Plain pages: who we are, what we keep and for how long."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from content.blocks import PageBody
from content.models.base import PublicPage
from helpline.privacy.declare import Kept, Privacy, What


class InformationPage(PublicPage):
    """A page with a text and nothing else."""

    body = StreamField(PageBody(), verbose_name=_("text"))

    privacy = Privacy(Kept(What.PUBLIC, "always", "page_ptr body"))

    template = "content/information_page.html"
    parent_page_types = ["content.HomePage"]
    subpage_types: list[str] = []
    content_panels = [*PublicPage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")
