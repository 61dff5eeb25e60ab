"""What the lists of the plain desk say: the frames of a console, in words."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from chat.protocol import Frame
from chat.states import HandoverStatus, Status, Urgency

Words = dict[str, Any]

QUIET = timedelta(minutes=3)  # a silence shorter than this is a pause for thought


class Tag(NamedTuple):
    """One thing to be known at a glance."""

    text: str
    colour: str


def clock(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M")


def passed(since: datetime, words: Words) -> str:
    """For how long something is so, in whole minutes."""
    count = int((timezone.now() - since).total_seconds() // 60)
    return str(words["minutes"] % {"count": count} if count >= 1 else words["now"])


def named(row: Frame, words: Words) -> str:
    """What a visitor is called here."""
    return str(row["name"] or words["nameless"])


def row(brief: Frame, words: Words) -> dict[str, Any]:
    """A conversation of a list, or the one that is open."""
    said = [words["topics"].get(brief["topic"]), words["ages"].get(brief["age"])]
    return {
        **brief,
        "title": named(brief, words),
        "waits": passed(brief["since"], words),
        "facts": " · ".join(filter(None, said)),
        "tags": _tags(brief, words),
    }


def mine(brief: Frame, words: Words, drafts: Collection[object]) -> dict[str, Any]:
    """A chat of their own: what is new in it, who waits for a word, and half a sentence."""
    shown = row(brief, words)
    if brief["id"] in drafts:
        shown["tags"].append(Tag(words["draft"], "blue"))
    new = brief["seq"] - brief["read"]
    if new > 0:
        shown["new"] = words["unread"] % {"count": new}
    if brief["status"] == Status.ACTIVE:
        if brief["asked"]:
            shown["asked_for"] = words["asked_for"] % {"time": passed(brief["asked"], words)}
        elif brief["said"] and timezone.now() - brief["said"] >= QUIET:
            minutes = int((timezone.now() - brief["said"]).total_seconds() // 60)
            shown["quiet_for"] = words["quiet_for"] % {"count": minutes}
    return shown


def alarm(brief: Frame, words: Words) -> dict[str, Any]:
    sentence = words["alarm"] if brief["owner"] else words["alarm_nobody"]
    said = sentence % {"name": named(brief, words), "owner": brief["owner"]}
    return {**brief, "sentence": said}


def asked(handovers: Sequence[Frame], words: Words) -> list[dict[str, Any]]:
    """What colleagues ask of this member of staff."""
    return [
        {**each, "sentence": _say(words["handover"]["asks"][each["way"]], each, words)}
        for each in handovers
        if each["may_answer"]
    ]


def told(handovers: Sequence[Frame], words: Words) -> list[str]:
    """What became of handovers, said to who asked, who had the chat, or to whom it was given."""
    lines = []
    for each in handovers:
        if each["status"] == HandoverStatus.OPEN:
            continue  # that stands beside the chat
        side = "asked" if each["mine"] else "had" if each["was_mine"] else "given"
        sentence = words["handover"]["told"].get(f"{each['way']} {each['status']} {side}")
        if sentence:
            lines.append(_say(sentence, each, words))
    return lines


def under_way(handovers: Sequence[Frame], number: object, words: Words) -> list[dict[str, Any]]:
    """What was asked of colleagues about a chat: to whom it goes, and whether somebody looks along.
    The latest of each counts.
    """
    found: dict[bool, dict[str, Any]] = {}
    for each in handovers:
        sentence = words["handover"]["state"].get(each["standing"])
        if each["conversation"] == number and each["mine"] and sentence:
            shown = {**each, "sentence": _say(sentence, each, words)}
            found.setdefault(each["way"] == "advice", shown)
    return list(found.values())


def colleagues(found: Sequence[Frame], words: Words) -> list[tuple[str, str]]:
    """Who could go on with a chat, and how full they are, as choices."""
    said = words["handover"]
    choices = []
    for each in found:
        load = said["load"] if each["chats"] < each["capacity"] else said["full"]
        hint = load % each if each["on_duty"] else said["off_duty"]
        who = f"{each['name']}, {said['supervisor']}" if each["supervises"] else each["name"]
        choices.append((str(each["id"]), f"{who} ({hint})"))
    return choices


def warning(about: Frame, words: Words) -> str:
    """What has to be known before anything is written here."""
    if about["status"] == Status.PAUSED:
        return str(words["paused_warning"] % {"time": clock(about["paused_until"])})
    if about["status"] == Status.ENDED:
        return str(words["ended_notice"])
    if about["status"] == Status.WAITING:
        return str(words["peeking"])
    return "" if about["mine"] else str(words["reading"] % {"owner": about["owner"]})


def _tags(brief: Frame, words: Words) -> list[Tag]:
    tags = []
    if brief["danger"]:
        tags.append(Tag(words["danger"], "red"))
    if brief["urgency"] in words["urgency"]:
        colour = "orange" if brief["urgency"] == Urgency.URGENT else "yellow"
        tags.append(Tag(words["urgency"][brief["urgency"]], colour))
    if brief["returned"] and brief["status"] == Status.WAITING:
        tags.append(Tag(words["returned"], "purple"))
    if brief["mine"] and brief["whispers"]:
        tags.append(Tag(words["notes"]["tag"], "purple"))
    if brief["status"] == Status.PAUSED:
        tags.append(Tag(words["paused"], "orange"))
    language = words["language"].get(brief["language"], brief["language"])
    return [*tags, Tag(language, "grey")]


def _say(sentence: str, handover: Frame, words: Words) -> str:
    values = {
        "by": handover["by"],
        "to": handover["to"],
        "answered": handover["answered_by"],
        "name": named(handover, words),
    }
    return sentence % values
