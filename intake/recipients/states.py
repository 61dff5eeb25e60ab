"""The words for who is asked, how they are reached, and what a look-up found or did not find."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a recipient is to the page that was reported."""

    PLATFORM = "platform", _("Platform")
    HOST = "host", _("Hosting provider")
    NETWORK = "network", _("Network")
    REGISTRAR = "registrar", _("Registrar")
    SEARCH_ENGINE = "search_engine", _("Search engine")
    HOTLINE = "hotline", _("Hotline")
    AUTHORITY = "authority", _("Authority")


class Channel(models.TextChoices):
    """How a notice reaches a recipient."""

    MAIL = "mail", _("Mail")
    FORM = "form", _("Their own form, by hand")
    AWS = "aws", _("AWS Abuse Signal")
    CLOUDFLARE = "cloudflare", _("Cloudflare’s abuse API")
    WEBHOOK = "webhook", _("Their own system, by a signed webhook")


class TrustedFlagger(models.TextChoices):
    """Whether a recipient deals with trusted flaggers apart, and with us as one."""

    UNKNOWN = "", _("Not known")
    OFFERED = "offered", _("They have a way of their own for trusted flaggers")
    ACCEPTED = "accepted", _("They know us as a trusted flagger")


class EvidenceKind(models.TextChoices):
    """Where a fact of a look-up comes from."""

    DNS = "dns", _("Domain name system (DNS)")
    RDAP = "rdap", _("Registration data (RDAP)")
    CDN = "cdn", _("Network in front")
    SITE = "site", _("The site itself (security.txt)")


class Source(models.TextChoices):
    """Who named a proposed contact: a register, or the site itself."""

    RDAP_IP = "rdap_ip", _("Register of networks")
    RDAP_DOMAIN = "rdap_domain", _("Register of domain names")
    SITE = "site", _("The site itself")


class Confidence(models.TextChoices):
    """How much a proposed contact can be leaned on, before a person has looked."""

    HIGH = "high", _("Named there as the contact for abuse")
    LOW = "low", _("Named there, but not for abuse")


class Reason(models.TextChoices):
    """Why a question of a look-up gave no answer, in plain words."""

    FOUND = "", _("Answered")
    NOT_A_HOST = "not_a_host", _("This is not a name or address of a server.")
    NO_SUCH_NAME = "no_such_name", _("This name does not exist.")
    NO_ADDRESS = "no_address", _("This name leads to no server.")
    NONE = "none", _("There is none.")
    NO_DNS = "no_dns", _("The name servers did not answer in time.")
    PRIVATE = "private", _("This leads to a private address, which nobody outside can reach.")
    NO_SERVER = "no_server", _("No register is known for this address or name.")
    UNREACHABLE = "unreachable", _("It could not be reached.")
    TOO_SLOW = "too_slow", _("It took too long.")
    TOO_LARGE = "too_large", _("It sent far more than an answer.")
    TOO_MANY_REDIRECTS = "too_many_redirects", _("It sent us from one place to another.")
    REFUSED = "refused", _("It refused to answer.")
    UNKNOWN_THERE = "unknown_there", _("It is not known there.")
    RUBBISH = "rubbish", _("What it sent cannot be read.")
    NO_CONTACT = "no_contact", _("It names no address to write to.")
    ELSEWHERE = "elsewhere", _("It leads elsewhere, where nothing was asked.")
    BAD_CERTIFICATE = "bad_certificate", _("It could not show that it is who it says.")
    OVER = "over", _("It holds no more, or does not say until when.")
    NOT_ITS_OWN = "not_its_own", _("It says that it belongs to another place.")


# Another time these may be answered: such a look-up is not used again.
PASSING = frozenset(
    {
        Reason.NO_DNS,
        Reason.UNREACHABLE,
        Reason.TOO_SLOW,
        Reason.TOO_LARGE,
        Reason.TOO_MANY_REDIRECTS,
        Reason.REFUSED,
        Reason.RUBBISH,
        Reason.BAD_CERTIFICATE,
    }
)
