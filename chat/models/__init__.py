"""What the chat stores. One conversation and all that goes with it stand in ``conversation``;
what else is kept beside it has a file of its own.
"""

from chat.models.conversation import (
    NAME_LENGTH,
    Conversation,
    ConversationEvent,
    Message,
    ReportOffer,
    Seat,
)

__all__ = [
    "NAME_LENGTH",
    "Conversation",
    "ConversationEvent",
    "Message",
    "ReportOffer",
    "Seat",
]
