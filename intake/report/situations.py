"""What helps now in each situation: said before anything is asked, and never blaming."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpline.services.help_lines import HelpLines
from intake.report.signposts import BOTH, Signpost
from intake.report.states import Situation

# Said in more than one situation.
NOTHING_MORE = _("Do not pay, and do not send anything more. Paying does not make it stop.")
NO_ANSWER = _("Stop answering, but keep the messages. You do not have to explain anything.")
KEEP = _(
    "Keep the name of the profile, the messages, the web address and the date. That is enough as "
    "proof."
)
BLOCK = _("Then report the profile in the app, and block it.")
DANGER_NOW = _(
    "Is it happening now? You can get help: call %(emergency)s if you are in danger, else "
    "%(police)s."
)
POLICE = _("You can go to %(police)s, now or later.")
TALK_ABOUT_DEATH = _(
    "Do you think of hurting yourself, or that you do not want to live any more? Talk now with "
    "%(suicide)s."
)
TELL = _("Tell somebody you trust. You do not have to do this alone.")


@dataclass(frozen=True)
class Situated:
    """What helps in one situation. Texts may name a help line by its purpose."""

    first: Promise
    steps: tuple[Promise, ...]
    chat_first: bool = False  # talking comes before reporting
    may_prevent: bool = False  # a fingerprint of the image can keep it from being shared


@dataclass(frozen=True)
class Help:
    """The same with the numbers of the site, for one page."""

    first: str
    steps: list[str]
    chat_first: bool
    signposts: Sequence[Signpost]


HELP: dict[str, Situated] = {
    Situation.PRESSURE: Situated(
        _("You are not alone in this. You do not have to do what they ask."),
        (
            NOTHING_MORE,
            NO_ANSWER,
            _("Do they give you only little time? That is meant to scare you. Let the time pass."),
            DANGER_NOW,
            TALK_ABOUT_DEATH,
            KEEP,
            TELL,
        ),
        chat_first=True,
        may_prevent=True,
    ),
    Situation.THREATENED: Situated(
        _("What they do is a crime. It is not your fault, also if you sent the images yourself."),
        (NOTHING_MORE, NO_ANSWER, KEEP, BLOCK, DANGER_NOW, TALK_ABOUT_DEATH, TELL),
        chat_first=True,
        may_prevent=True,
    ),
    Situation.PAID: Situated(
        _("Many people do that, because they are afraid. It is not stupid, and not too late."),
        (
            _("Stop now: pay nothing more and send nothing more. Who pays is asked for more."),
            _(
                "Did you pay by bank or card? Call your bank today, and ask whether the payment "
                "can be stopped. Keep the proof of it."
            ),
            NO_ANSWER,
            KEEP,
            DANGER_NOW,
            TALK_ABOUT_DEATH,
            TELL,
        ),
        chat_first=True,
        may_prevent=True,
    ),
    Situation.SPREAD: Situated(
        _(
            "That is not allowed, and it is not your fault. You do not have to answer whoever did "
            "it."
        ),
        (
            KEEP,
            _("You do not have to look for more. The links you know are enough to begin with."),
            _("Ask people who got it to delete it and not to pass it on."),
            POLICE,
            TELL,
        ),
        may_prevent=True,
    ),
    Situation.FILMED: Situated(
        _("That is a crime, also when it was somebody you trusted. It is not your fault."),
        (
            _(
                "Is that person near you now, or the camera? First go to a safe place. In danger? "
                "Call %(emergency)s."
            ),
            _("Was it somebody at home? You can talk about it with %(violence)s."),
            KEEP,
            POLICE,
            TELL,
        ),
        may_prevent=True,
    ),
    Situation.MADE: Situated(
        _("Fake images hurt as much as real ones, and spreading them is not allowed either."),
        (
            _("You do not have to prove that they are fake."),
            _("Do you want to? Then tell people close to you that the images are not real."),
            KEEP,
            POLICE,
            TELL,
        ),
        may_prevent=True,
    ),
    Situation.PROFILE: Situated(
        _("Somebody uses your name or your face. That says something about them, not about you."),
        (
            _("Do not write to the fake profile. It only shows them that it works."),
            KEEP,
            _(
                "Report the link of the profile itself, and also of images in it. Ask friends to "
                "report the profile in the app."
            ),
            TELL,
        ),
    ),
    Situation.HACKED: Situated(
        _("This happens to very many people. Take it one step at a time."),
        (
            _(
                "Choose a new password first, and sign out everywhere. Begin with your mail: who "
                "has that can get into the rest."
            ),
            _(
                "Can you not get in? Use “forgot password” in the app itself, never a link that "
                "somebody sends you."
            ),
            _("Switch on signing in with two steps, so that a password alone is not enough."),
            _("Tell your friends that messages in your name may not come from you."),
            KEEP,
        ),
    ),
    Situation.RECEIVED: Situated(
        _("You did not ask for this. You do not have to answer, and you do not have to be nice."),
        (
            _("Write down the name and web address of the profile, and the date."),
            BLOCK,
            _("You do not have to keep the image itself."),
            TELL,
        ),
    ),
    Situation.SHARED: Situated(
        _("Good that you are here. You can still do something, and we do not judge you."),
        (
            _("Do not send it to anybody any more, not even to show what it is about."),
            _("Write down to whom it went and when. Only names and times."),
            _(
                "Take it away where you can: in the chat, in the group, on your profile. Are the "
                "police already looking into it? Then ask a lawyer first."
            ),
            _("Ask everybody who got it to delete it and not to pass it on."),
            TELL,
        ),
    ),
    Situation.FOUND: Situated(
        _("Good that you do something. You help somebody who may not know of it yet."),
        (
            _("Do not look further. The link is enough."),
            _("Do not send the link or the images to others, also not to warn them."),
            _("Do you think that somebody is in danger now? Call %(emergency)s."),
            _("Do you know them after all? Then tell them, quietly, before you do anything."),
        ),
    ),
    Situation.HELPING: Situated(
        _("Good that you stand beside somebody. Listening is the first help: blame nobody."),
        (
            _("Ask what they want themselves, and do nothing behind their back."),
            _("You do not have to see the images to help. Do not ask for them."),
            _(
                "Write down together: the name of the profile, the messages, the web address and "
                "the date."
            ),
            _(
                "Do they talk about death, or is there danger now? Call %(emergency)s, or talk "
                "with %(suicide)s."
            ),
            _("They can chat with us themselves too, with you near them."),
        ),
    ),
}
IN_GENERAL = Situated(
    _("Whatever happened: it is not your fault, and you do not have to solve it alone."),
    (NOTHING_MORE, KEEP, DANGER_NOW, TELL),
)


def help_in(situation: str, lines: HelpLines) -> Help:
    """What helps now in a situation, with whom to call."""
    said = HELP.get(situation, IN_GENERAL)
    numbers = {
        "emergency": lines.emergency,
        "police": lines.police,
        "suicide": lines.suicide,
        "violence": lines.violence,
    }
    return Help(
        first=str(said.first) % numbers,
        steps=[str(step) % numbers for step in said.steps],
        chat_first=said.chat_first,
        signposts=BOTH if said.may_prevent else (),
    )
