"""A prepared reply in the message box, with its places filled in. As static/chat/replies.js does."""

import re
from collections.abc import Mapping

from chat.replies.models import PreparedReply
from chat.replies.queries import pages, replies_for
from helpline.staff.models import User

PLACE = re.compile(r"( ?)\{(\w+)\}")
BLANK = re.compile(r"\[[^\[\]\n]+\]")


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """The reply with its places filled in. A place of which nothing is known takes its space along."""

    def place(found: re.Match[str]) -> str:
        if found[2] not in values:
            return found[0]
        return found[1] + values[found[2]] if values[found[2]] else ""

    return PLACE.sub(place, text)


def joined(before: str, reply: str) -> str:
    """A reply after what stood there."""
    return f"{before.rstrip()} {reply}" if before.strip() else reply


def blanks(text: str) -> list[str]:
    """The [parts to fill in], in order."""
    return BLANK.findall(text)


def choices(user: User, language: str) -> list[tuple[str, str]]:
    """The replies to choose from; those in the language of the chat first."""
    found = replies_for(user)
    found.sort(key=lambda reply: reply.locale.language_code != language)
    return [
        (str(reply.pk), _titled(reply.title, reply.locale.language_code, language))
        for reply in found
    ]


def page_choices(language: str) -> list[tuple[str, str]]:
    """The pages of the site to share; those in the language of the chat first."""
    found = sorted(pages(), key=lambda page: page.language != language)
    return [(str(page.number), _titled(page.title, page.language, language)) for page in found]


def chosen(user: User, number: str) -> PreparedReply | None:
    """The reply that was chosen, if it is one of theirs."""
    return next((reply for reply in replies_for(user) if str(reply.pk) == number), None)


def _titled(title: str, language: str, of_chat: str) -> str:
    return title if language == of_chat else f"{title} ({language})"
