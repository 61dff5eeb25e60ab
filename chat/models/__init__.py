"""What the chat stores. One conversation and all that goes with it stand in ``conversation``;
what else is kept beside it has a file of its own.
"""

from chat.models.conversation import (
    NAME_LENGTH,
    Conversation,
    ConversationEvent,
    Message,
    ReportOffer,
)
from chat.models.draft import Draft
from chat.models.handover import Handover
from chat.models.notes import Note
from chat.models.past_chat import PastChat
from chat.models.queue import QueueDecision
from chat.models.rest import Debrief, Rest
from chat.models.seat import GONE, Seat
from chat.models.survey import SurveyAnswer
from chat.models.way_back import WayBack
from chat.models.wrap_up import AgreedNote, WrapUp

__all__ = [
    "GONE",
    "NAME_LENGTH",
    "AgreedNote",
    "Conversation",
    "ConversationEvent",
    "Debrief",
    "Draft",
    "Handover",
    "Message",
    "Note",
    "PastChat",
    "QueueDecision",
    "ReportOffer",
    "Rest",
    "Seat",
    "SurveyAnswer",
    "WayBack",
    "WrapUp",
]
