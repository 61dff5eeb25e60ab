"""What is typed and chosen on the page of one chat."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from chat.forms import TypedField
from chat.protocol import Frame
from chat.states import Way

Choices = Sequence[tuple[Any, Any]]


def box(label: Any, rows: int, help_text: Any = "") -> TypedField:
    """A box for a few lines."""
    return TypedField(
        label=label,
        help_text=help_text,
        required=False,
        widget=forms.Textarea(
            attrs={"rows": rows, "dir": "auto", "spellcheck": "true", "autocomplete": "off"}
        ),
    )


class ChatForm(forms.Form):
    """All of one page. Every press sends all of it, and gets back what it was not for: nothing that
    was typed is lost by pressing something else. The ids make two presses one.
    """

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    text = box(_("Your message"), 3)
    blanks = TypedField(required=False, widget=forms.HiddenInput)
    reply = forms.ChoiceField(label=_("Prepared reply"), required=False)
    card_id = forms.UUIDField(widget=forms.HiddenInput)
    page = forms.ChoiceField(label=_("Page of the site"), required=False)
    note_id = forms.UUIDField(widget=forms.HiddenInput)
    note = box(_("Note for colleagues"), 2)
    to = forms.ChoiceField(label=_("Who goes on?"), required=False)
    summary = box(
        _("Summary for your colleague"),
        3,
        _("What is it about, what did you agree, what comes next? The visitor never sees this."),
    )

    def __init__(
        self,
        *args: Any,
        replies: Choices = (),
        pages: Choices = (),
        colleagues: Choices = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choose = ("", _("Choose"))
        for name, choices in (("reply", replies), ("page", pages), ("to", colleagues)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [choose, *choices]


# What an act takes with it: done, these are empty again.
TAKES = {
    "say": ("text", "client_id", "blanks"),
    "reply": ("reply",),
    "share": ("page", "card_id"),
    "note": ("note", "note_id"),
    "hand_over": ("to", "summary"),
    "reassign": ("to", "summary"),
    "ask_along": ("summary",),
}
IDS = ("client_id", "card_id", "note_id")
WORDS = ("text", "note", "summary")


class Typed:
    """What came with a press, as the page gives it back."""

    def __init__(
        self, post: QueryDict | None = None, *, kept: Mapping[str, str] | None = None
    ) -> None:
        self.values: dict[str, str] = dict(kept or {})
        # A link that comes up is ticked; the visitor named it.
        self.links: list[str] = []
        self.unticked: set[str] = set()
        if post is not None:
            field = TypedField()
            self.values = {name: field.to_python(post.get(name)) for name in ChatForm.base_fields}
            self.links = post.getlist("links")
            self.unticked = set(post.getlist("shown_links")).difference(self.links)
        for name in IDS:
            self.values[name] = self.values.get(name) or str(uuid.uuid4())

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def frames(self) -> dict[str, Frame]:
        """What each act says beside which conversation it is about."""
        to = self["to"]
        named: Frame = {"to": int(to)} if to.isdecimal() and len(to) < 10 else {}
        page = self["page"]
        return {
            "say": {"id": self["client_id"], "text": self["text"]},
            "share": {
                "id": self["card_id"],
                "page": int(page) if page.isdecimal() and len(page) < 10 else 0,
            },
            "note": {"id": self["note_id"], "text": self["note"]},
            "offer": {"links": self.links},
            "hand_over": {
                "way": Way.COLLEAGUE if named else to,
                "summary": self["summary"],
                **named,
            },
            "reassign": {"summary": self["summary"], **named},
            "ask_along": {"summary": self["summary"]},
        }

    def done(self, act: str) -> None:
        """An act was done: what was typed for it is gone."""
        for name in TAKES.get(act, ()):
            self.values[name] = str(uuid.uuid4()) if name in IDS else ""

    @property
    def words(self) -> dict[str, str]:
        """What was typed and is not to be lost, by the name of its box."""
        return {name: self[name] for name in WORDS if self[name].strip()}
