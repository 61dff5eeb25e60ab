"""The pieces an editor builds a page from. Few on purpose: every page reads the same way.

Rich text knows only the headings, lists and links named here, so that no page can break the
order of headings, load something from another host or show a picture of somebody.
"""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

# Headings start at 2: the title of the page is the only first heading.
TEXT_FEATURES = ["h2", "h3", "bold", "ol", "ul", "link"]
SHORT_TEXT_FEATURES = ["bold", "ul", "link"]


class StepBlock(blocks.StructBlock):
    """One thing to do, said first in a few words."""

    title = blocks.CharBlock(max_length=120, label=_("What to do"))
    text = blocks.RichTextBlock(features=SHORT_TEXT_FEATURES, required=False, label=_("How"))

    class Meta:
        label = _("Step")


class StepsBlock(blocks.StructBlock):
    """Numbered steps, in the order in which they help most."""

    heading = blocks.CharBlock(max_length=120, label=_("Heading"))
    steps = blocks.ListBlock(StepBlock(), min_num=1, max_num=9, label=_("Steps"))

    class Meta:
        label = _("Steps")
        icon = "list-ol"
        template = "content/blocks/steps.html"


class CallOutBlock(blocks.StructBlock):
    """What a reader must not miss. At most one or two on a page, or it stops working."""

    heading = blocks.CharBlock(max_length=120, label=_("Heading"))
    text = blocks.RichTextBlock(features=SHORT_TEXT_FEATURES, label=_("Text"))
    urgent = blocks.BooleanBlock(
        required=False,
        label=_("Urgent"),
        help_text=_("Only when somebody may be in danger."),
    )

    class Meta:
        label = _("Call-out")
        icon = "warning"
        template = "content/blocks/call_out.html"


class QuestionBlock(blocks.StructBlock):
    """A question in the words of the reader, and its answer."""

    question = blocks.CharBlock(max_length=160, label=_("Question"))
    answer = blocks.RichTextBlock(features=SHORT_TEXT_FEATURES, label=_("Answer"))

    class Meta:
        label = _("Question")


class QuestionsBlock(blocks.StructBlock):
    """Questions that open when pressed. They work without JavaScript."""

    heading = blocks.CharBlock(max_length=120, label=_("Heading"))
    questions = blocks.ListBlock(QuestionBlock(), min_num=1, label=_("Questions"))

    class Meta:
        label = _("Questions and answers")
        icon = "help"
        template = "content/blocks/questions.html"


class ContactBlock(blocks.StructBlock):
    """The ways to reach a person: chat with its hours, report, phone and mail."""

    heading = blocks.CharBlock(max_length=120, label=_("Heading"))
    text = blocks.RichTextBlock(features=SHORT_TEXT_FEATURES, required=False, label=_("Text"))

    class Meta:
        label = _("Contact")
        icon = "comment"
        template = "content/blocks/contact.html"


class PictureBlock(blocks.StructBlock):
    """A picture that only sets the mood. A screen reader passes it by, so it may tell nothing."""

    image = ImageChooserBlock(
        label=_("Picture"),
        help_text=_(
            "A drawing or a calm picture without people. Readers must miss nothing without it."
        ),
    )

    class Meta:
        label = _("Decorative picture")
        icon = "image"
        template = "content/blocks/picture.html"


class PageBody(blocks.StreamBlock):
    """The body of an advice page."""

    text = blocks.RichTextBlock(
        features=TEXT_FEATURES,
        label=_("Text"),
        icon="pilcrow",
        template="content/blocks/text.html",
    )
    steps = StepsBlock()
    call_out = CallOutBlock()
    questions = QuestionsBlock()
    contact = ContactBlock()
    picture = PictureBlock()
