"""Who to ask: the directory that editors keep, and what look-ups found about other hosts.

The directory is about organisations and is kept in clear. A look-up is about a host that somebody
reported, so what it asked, found and proposed is sealed with a key of the look-up's own.
"""

from intake.recipients.models.look_ups import Evidence, LookUp, Proposal
from intake.recipients.models.recipients import Recipient, RecipientDomain

__all__ = ["Evidence", "LookUp", "Proposal", "Recipient", "RecipientDomain"]
