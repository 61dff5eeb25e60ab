"""The structured answers about a chat: what it was about, and what was done. None names anybody."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    """What a chat was about, as the counsellor says it afterwards."""

    SPREAD = "spread", _("Images were spread")
    BLACKMAIL = "blackmail", _("Blackmail with images")
    HARASSED = "harassed", _("Harassed online")
    SECRETLY_FILMED = "filmed", _("Filmed or photographed in secret")
    MADE_BY_AI = "made_by_ai", _("Images made by a computer")
    FAKE_PROFILE = "fake_profile", _("A fake profile")
    HACKED = "hacked", _("A hacked account")
    SHARED = "shared", _("Shared images and regrets it")
    ASKED = "asked", _("Asked for nudes")
    UNWANTED = "unwanted", _("Unwanted nudes received")
    HELPING = "helping", _("Helping somebody else")
    OTHER = "other", _("Something else")


class AgeBand(models.TextChoices):
    """How old a visitor is, as far as they told."""

    UNDER_12 = "under_12", _("Under 12")
    FROM_12 = "12_15", _("12 to 15")
    FROM_16 = "16_17", _("16 or 17")
    FROM_18 = "18_24", _("18 to 24")
    FROM_25 = "25", _("25 or older")


class Advice(models.TextChoices):
    """What a counsellor advised."""

    REPORT = "report", _("Have the links removed")
    STOP_CONTACT = "stop_contact", _("Stop the contact, do not pay")
    PROOF = "proof", _("Keep names, dates and addresses as proof")
    ACCOUNTS = "accounts", _("Make accounts safe")
    TELL = "tell", _("Tell somebody they trust")
    POLICE = "police", _("Go to the police")
    RIGHTS = "rights", _("Their rights, legal help")
    LISTENED = "listened", _("No advice: listened")


class Referral(models.TextChoices):
    """To whom a counsellor referred."""

    EMERGENCY = "112", _("Emergency number")
    POLICE = "police", _("Police")
    SUICIDE_LINE = "113", _("Helpline about suicide")
    SAFE_HOME = "veilig_thuis", _("Helpline about violence at home")
    VICTIM_SUPPORT = "victim", _("Victim support")
    CHILD_LINE = "kindertelefoon", _("Helpline for children")
    HOTLINE = "hotline", _("Hotline for child abuse material")
    DOCTOR = "doctor", _("Doctor or psychologist")
    SCHOOL = "school", _("School")
    LEGAL = "legal", _("Legal help")
    OTHER = "other", _("Somebody else")


class Danger(models.TextChoices):
    """Which danger there was."""

    NONE = "none", _("No danger")
    SUICIDE = "suicide", _("Suicide")
    VIOLENCE = "violence", _("Violence")
    BLACKMAIL = "blackmail", _("Blackmail under way")
    OTHER = "other", _("Another danger")


class Measure(models.TextChoices):
    """What was done about a danger."""

    TOLD_112 = "told_112", _("Asked them to call the emergency number")
    CALLED_112 = "called_112", _("We called the emergency number")
    SUPERVISOR = "supervisor", _("A supervisor helped")
    SAFETY = "safety", _("Made a plan to be safe tonight")
    SOMEBODY_NEAR = "somebody_near", _("Somebody came to be with them")
    REFERRED = "referred", _("Referred to a number that answers now")
    LEFT = "left", _("They left before help was there")


class Grade(models.TextChoices):
    """How a visitor answers a question about the chat."""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("A little")
    NO = "no", _("No")
