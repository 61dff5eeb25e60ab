"""What visitors are told in plain words about an address that cannot be used."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from intake.removal.canonical import Reason

REASONS: dict[Reason, Promise] = {
    Reason.EMPTY: _("There is nothing here yet."),
    Reason.TOO_LONG: _("This link is too long to be a working web address."),
    Reason.NOT_WEB: _(
        "This opens an app or something on your own device, not a page on the web. In the app, "
        "look for “share” or “copy link” and paste what you get."
    ),
    Reason.UNREADABLE: _("We cannot read this as a web address. Is a part missing?"),
    Reason.INCOMPLETE: _("A part of the name of the site is missing, such as .com or .nl."),
    Reason.PRIVATE: _(
        "This address only works inside a home, school or company, so nobody outside can open it "
        "and we cannot ask anyone to remove it. Talk to us in the chat about what you can do."
    ),
}
