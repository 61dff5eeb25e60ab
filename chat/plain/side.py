"""What stands beside a conversation on its plain page: notes, whispers, handover, links, choices."""

from collections.abc import Collection
from typing import Any

from chat import protocol_handover, queries, queries_handover, reporting
from chat.models import Conversation
from chat.plain import replies, rows
from chat.states import NoteKind, Sender, Status
from helpline.staff.models import User
from helpline.staff.permissions import has_role


def beside(
    conversation: Conversation,
    about: dict[str, Any],
    user: User,
    words: rows.Words,
    unticked: Collection[str],
) -> dict[str, Any]:
    """All of it, as somebody who may read along sees it. ``unticked``: links that are not meant."""
    came_with = queries_handover.latest(conversation)
    handovers = protocol_handover.listed(queries_handover.listed(user), user=user)
    notes = queries.notes(conversation.pk)
    unseen = [each for each in notes if each.kind == NoteKind.WHISPER and not each.seen_at]
    others = about["owner"] and not about["mine"] and about["status"] != Status.ENDED
    whisper_to = words["notes"]["whisper_to"] % {"name": about["owner"]} if others else ""
    return {
        "notes": notes,
        "whispers": unseen if about["mine"] else [],
        "whisper_to": whisper_to,
        "came_with": protocol_handover.latest(came_with, user=user),
        "under_way": rows.under_way(handovers, conversation.pk, words),
        "asked": [
            each for each in rows.asked(handovers, words) if each["conversation"] == conversation.pk
        ],
        "links": _links(conversation, unticked),
    }


def choices_of(
    conversation: Conversation, about: dict[str, Any], user: User, words: rows.Words
) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen on the page: replies and pages by who answers, colleagues by who may give
    the chat to them.
    """
    choices: dict[str, list[tuple[str, str]]] = {}
    if about["mine"] and about["status"] == Status.ACTIVE:
        choices["replies"] = replies.choices(user, conversation.language)
        choices["pages"] = replies.page_choices(conversation.language)
    if conversation.is_over or not (about["mine"] or has_role(user, "supervisor")):
        return choices
    frame = protocol_handover.colleagues(
        queries_handover.colleagues(conversation, of=user), conversation
    )
    choices["colleagues"] = rows.colleagues(frame["colleagues"], words)
    if about["mine"]:
        said = words["handover"]
        choices["colleagues"].append(("supervisors", said["supervisors"]))
        if about["status"] == Status.ACTIVE:
            choices["colleagues"].append(("queue", said["queue"]))
    return choices


def _links(conversation: Conversation, unticked: Collection[str]) -> list[dict[str, Any]]:
    """The addresses that were named, as text, and whether each is ticked."""
    since = max(0, conversation.last_seq - queries.MOST_WORDS)
    found = reporting.Links()
    for message in queries.transcript(conversation.pk, after=since):
        if message.sender != Sender.SYSTEM:
            found.add(message.seq, message.text)
    return [{**link, "ticked": link["url"] not in unticked} for link in found.shown()]
