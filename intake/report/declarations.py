"""The texts a reporter agrees to, with the version that is stored when they do.

A text that changes gets a new version; the old one stays here as long as reports carry it.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DECLARATION_VERSION = "2026-11"
MANDATE_VERSION = "2026-11"
MANDATE_FOR_OTHERS = "2026-11-other"  # of who reports for the person in the images
DOSSIER_VERSION = "2026-11"
DOSSIER_FOR_OTHERS = "2026-11-other"
# Those in which who reports says that the person in the images agrees.
DOSSIERS_FOR_OTHERS = frozenset({DOSSIER_FOR_OTHERS})

# Source of what a notice needs: Digital Services Act, article 16(2)(d).
DECLARATIONS: dict[str, Promise] = {
    "2026-11": _(
        "I have answered as truthfully and completely as I can, and I believe that these images "
        "should not be on these pages."
    ),
}
MANDATES: dict[str, list[Promise]] = {
    "2026-11": [
        _(
            "You may ask the websites and companies behind these links, in your own name, to "
            "remove the images."
        ),
        _("You may do so on the ground of my right to privacy and my rights in the images."),
        _("You never give them my name. You do not know it."),
        _("I can withdraw this at any time on my status page."),
    ],
    "2026-11-other": [
        _(
            "You may ask the websites and companies behind these links, in your own name, to "
            "remove the images."
        ),
        _(
            "You may do so on the ground of the right to privacy of the person in the images, and "
            "of their rights in the images. That person agrees."
        ),
        _("You never give them a name. You do not know it."),
        _("I can withdraw this at any time on my status page."),
    ],
}
# What stands in a dossier is what these say, and nothing else (intake/report/dossier.py).
_IN_A_DOSSIER: list[Promise] = [
    _(
        "In it stand the addresses of the pages, what was answered about the images, whom you "
        "asked, when, and what came of it."
    ),
    _("No name stands in it: you do not know it. Messages do not stand in it either."),
    _("Pages that may show somebody under 18 never stand in it."),
    _(
        "I can withdraw this on my status page. A document that others have by then cannot be "
        "called back."
    ),
]
DOSSIERS: dict[str, list[Promise]] = {
    "2026-11": [
        _("You may make a document about my report and give it to who is named at the button."),
        *_IN_A_DOSSIER,
    ],
    "2026-11-other": [
        _(
            "You may make a document about my report and give it to who is named at the button. "
            "The person in the images agrees."
        ),
        *_IN_A_DOSSIER,
    ],
}
