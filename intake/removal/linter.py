"""What must be in a notice before it may leave, and whom it must lean on. Names what is missing.

Sources: Digital Services Act, Article 16(2)(a)-(d), for explanation, exact address, name and mail
address of the notifier, and the statement of good faith; intake/removal/data for what each pair of
ground and route demands.
"""

from collections.abc import Callable, Mapping, Sequence

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from intake.recipients import channels
from intake.recipients.models import Recipient
from intake.recipients.states import Channel
from intake.removal.composing import Composed, Ingredients, slot
from intake.removal.models import HAND_OVER_ROUTE, GroundRoute, Statement, YesNo


class Missing(TextChoices):
    """What stands in the way of sending, each with words for the caseworker."""

    EXPLANATION = "explanation", _("The notice does not explain why this is illegal.")
    URLS = "urls", _("The notice does not give every exact address.")
    NOTIFIER = "notifier", _("The notice does not give the organisation's name and mail address.")
    GOOD_FAITH = "good_faith", _("The notice does not say that it is sent in good faith.")
    MANDATE_TEXT = "mandate", _("The notice does not say for whom it is sent.")
    TRIED_BEFORE = "tried_before", _("The notice does not say who was asked before.")
    ANSWER = "answer", _("The notice has no link to answer by.")
    SIGNATURE = "signature", _("The notice is not signed.")
    DECLARATION = "declaration", _("Nobody who reported this has given the declaration.")
    NOT_AGREED = "not_agreed", _("Nobody who reported this has said that there was no consent.")
    RECOGNISABLE = (
        "recognisable",
        _("Nobody who reported this has said that the person can be recognised."),
    )
    PRIVATE = (
        "private",
        _("Nobody who reported this has said that the images are private or made in secret."),
    )
    MANDATE = "mandate_given", _("Nobody who reported this has asked us to act for them.")
    LIVE = "live", _("Nobody who reported this wants us to ask now.")
    ROUTE = "route", _("This route does not reach this kind of recipient.")
    VERIFIED = "verified", _("This ground and route are not verified, so they are off.")
    RECIPIENT_OFF = "recipient_off", _("This recipient is not confirmed.")
    HOSTILE = "hostile", _("This recipient is known to be hostile.")
    ADDRESS = "address", _("We have no mail address for this recipient.")
    FORM = "form", _("We have no address of this recipient’s form that can be followed.")
    NOT_SET_UP = "not_set_up", _("This way is not set up in the settings of this site.")
    ONE_AT_A_TIME = "one_at_a_time", _("This way takes one address at a time.")
    ONE_HOST = "one_host", _("This way takes the addresses of one host at a time.")
    TOO_MANY = "too_many", _("These are too many addresses for this way.")
    TOO_LONG = "too_long", _("The text is too long for this way.")
    NO_TYPE = "no_type", _("No kind of report there says truly what this is.")
    CHANNEL = (
        "channel",
        _("The hotline is only reached by mail or its own form, and this entry has another way."),
    )


# No other channel has been judged for what may show somebody under 18.
TO_A_HOTLINE = frozenset({Channel.MAIL, Channel.FORM})


def lint_text(
    composed: Composed, pair: GroundRoute, ingredients: Ingredients, *, addresses: int
) -> list[Missing]:
    """The required elements that the words of a notice lack."""
    holds: Mapping[str, Callable[[str], bool]] = {
        "urls": lambda part: all(slot(i) in part for i in range(1, addresses + 1)),
        "notifier": lambda part: (
            bool(ingredients.organisation and ingredients.contact)
            and ingredients.organisation in part
            and ingredients.contact in part
        ),
        "signature": lambda part: (
            bool(ingredients.organisation) and ingredients.organisation in part
        ),
        "tried_before": lambda part: (
            bool(ingredients.tried_before) and ingredients.tried_before in part
        ),
        "answer": lambda part: bool(ingredients.answer_url) and ingredients.answer_url in part,
    }
    missing = []
    for element in pair.required:
        part = composed.parts.get(element, "")
        if not part.strip() or not holds.get(element, bool)(part):
            missing.append(Missing(element))
    return missing


def lint_recipient(recipient: Recipient, pair: GroundRoute) -> list[Missing]:
    """What keeps a recipient from being reached along a route."""
    checks = [
        (pair.verified and pair.ground.verified and pair.route.verified, Missing.VERIFIED),
        (recipient.kind in pair.route.kinds, Missing.ROUTE),
        (recipient.active, Missing.RECIPIENT_OFF),
        (not recipient.hostile, Missing.HOSTILE),
    ]
    missing = [missing for holds, missing in checks if not holds]
    if pair.route.key == HAND_OVER_ROUTE and recipient.channel not in TO_A_HOTLINE:
        return [*missing, Missing.CHANNEL]
    return missing + [Missing(lack) for lack in channels.lacks(recipient)]


def lint_statements(statements: Sequence[Statement], pair: GroundRoute) -> list[Missing]:
    """What no statement about the location gives, though the pair leans on it.

    One and the same statement must give all of it.
    """
    live = [s for s in statements if s.is_live]
    if not live:
        return [Missing.LIVE]
    return min((_lacking(statement, pair) for statement in live), key=len)


def _lacking(statement: Statement, pair: GroundRoute) -> list[Missing]:
    checks = [
        (statement.is_declared, Missing.DECLARATION),
        (
            not pair.ground.needs_not_agreed or statement.agreed == YesNo.NO,
            Missing.NOT_AGREED,
        ),
        (
            not pair.ground.needs_recognisable or statement.recognisable == YesNo.YES,
            Missing.RECOGNISABLE,
        ),
        (
            not pair.ground.needs_private or statement.private_or_secret == YesNo.YES,
            Missing.PRIVATE,
        ),
        (not pair.needs_mandate or statement.gives_mandate, Missing.MANDATE),
    ]
    return [missing for holds, missing in checks if not holds]
