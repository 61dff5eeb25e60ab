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


class Source(models.TextChoices):
    """Which register named a proposed contact."""

    RDAP_IP = "rdap_ip", _("Register of networks")
    RDAP_DOMAIN = "rdap_domain", _("Register of domain names")


class Confidence(models.TextChoices):
    """How much a proposed contact can be leaned on, before a person has looked."""

    HIGH = "high", _("The register names it as the contact for abuse")
    LOW = "low", _("The register names it, but not for abuse")


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
    UNREACHABLE = "unreachable", _("The register could not be reached.")
    TOO_SLOW = "too_slow", _("The register took too long.")
    TOO_LARGE = "too_large", _("The register sent far more than an answer.")
    TOO_MANY_REDIRECTS = "too_many_redirects", _("The register sent us from one place to another.")
    REFUSED = "refused", _("The register refused to answer.")
    UNKNOWN_THERE = "unknown_there", _("The register does not know it.")
    RUBBISH = "rubbish", _("What the register sent cannot be read.")
    NO_CONTACT = "no_contact", _("The register names no address to write to.")


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
    }
)
