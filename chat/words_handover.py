"""What the script of the console says about handovers."""

from typing import Any

from django.utils.translation import gettext as _


def words() -> dict[str, Any]:
    """As in ``chat.words_console``. ``told`` and ``state`` go by way, how it stands, and side."""
    nobody = _("No supervisor is on duty now. Beside the chat stands what you can do.")
    return {
        "asks": {
            "colleague": _("%(by)s asks you to go on with %(name)s."),
            "supervisors": _("%(by)s asks a supervisor to go on with %(name)s."),
            "advice": _("%(by)s asks you to look along with %(name)s."),
        },
        "accept": _("Take over"),
        "look_along": _("Look along"),
        "read_along": _("Read first"),
        "not_now": _("Not now"),
        "summary": _("Summary of %(by)s, %(time)s"),
        "state": {
            "colleague open": _("You asked %(to)s. You go on until they accept."),
            "colleague declined": _("%(answered)s cannot go on now. The chat stays yours."),
            "supervisors open": _("You asked the supervisors. You go on until one accepts."),
            "supervisors declined": _("%(answered)s cannot go on now. The chat stays yours."),
            "supervisors alone": _(
                "No supervisor is on duty now: they see it when they come. You go on until then, or"
                " hand the chat to a colleague."
            ),
            "advice open": _("You asked a supervisor to look along."),
            "advice alone": _(
                "No supervisor is on duty now: they see your question when they come. Until then you"
                " can hand the chat to a colleague. In danger: the script says whom to call."
            ),
            "advice accepted": _("%(answered)s looks along."),
            "advice declined": _("%(answered)s cannot look along now."),
        },
        "told": {
            "colleague accepted asked": _("%(answered)s goes on with %(name)s."),
            "colleague declined asked": _("%(answered)s cannot go on with %(name)s now."),
            "supervisors accepted asked": _("%(answered)s goes on with %(name)s."),
            "supervisors declined asked": _("%(answered)s cannot go on with %(name)s now."),
            "advice open asked": _("You asked a supervisor to look along."),
            "advice alone asked": nobody,
            "supervisors alone asked": nobody,
            "advice accepted asked": _("%(answered)s looks along with %(name)s."),
            "advice declined asked": _("%(answered)s cannot look along with %(name)s now."),
            "taken accepted had": _("%(by)s has taken over the chat with %(name)s."),
            "given accepted had": _("%(by)s gave the chat with %(name)s to %(to)s."),
            "given accepted given": _("%(by)s gave you the chat with %(name)s."),
        },
        "title": {
            "hand_over": _("Hand over the chat with %(name)s"),
            "reassign": _("Give the chat with %(name)s to a colleague"),
        },
        "send": {"hand_over": _("Ask them"), "reassign": _("Give the chat")},
        "supervisors": _("A supervisor"),
        "supervisor": _("Supervisor"),
        "queue": _("The queue"),
        "queue_hint": _("The visitor waits first in line, for whoever has room."),
        "load": _("%(chats)s of %(capacity)s chats"),
        "full": _("No room: %(chats)s of %(capacity)s chats"),
        "off_duty": _("Not on duty"),
        "no_supervisor": _("No supervisor is on duty now. They see it when they come."),
        "nobody": _("No colleague is there for this chat."),
        "loading": _("One moment…"),
        "choose": _("Choose who goes on."),
        "write": _("Write a short summary first."),
        "keys": {
            "ask_along": _("Ask a supervisor to look along"),
            "hand_over": _("Hand the chat over; a supervisor who reads along takes it over"),
            "answer": _("To an alarm, or to what a colleague asks of you"),
        },
    }
