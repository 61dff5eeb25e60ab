"""What stands where, whom we ask, what they say, and how it went.

A location is one canonical address with a key of its own, however many people report it. What
each of them declares about it is a statement, what they see of it later a sighting. A removal request asks one recipient on one legal
ground; a notice carries requests to that recipient in one round; an answer is the recipient's
claim about one request.
"""

from intake.removal.models.desk import (
    Assignment,
    Deed,
    DeskEvent,
    SavedView,
    Urgency,
    WhyCopy,
    WhyUrgent,
)
from intake.removal.models.finding import FoundBy, Origin, ToldBy
from intake.removal.models.grounds import (
    HAND_OVER_GROUND,
    HAND_OVER_ROUTE,
    Element,
    GroundRoute,
    LegalGround,
    Route,
)
from intake.removal.models.imports import Import
from intake.removal.models.ladder import Ladder, WaitsFor
from intake.removal.models.locations import (
    ON_BEHALF,
    AgeInPicture,
    Location,
    PageKind,
    PictureAge,
    SeenPrecision,
    Statement,
    Who,
    Wish,
    YesNo,
)
from intake.removal.models.looks import LookReason, LookRules, SecondLook, SeenTemplate
from intake.removal.models.mail import ReceivedMail, StrayMail
from intake.removal.models.notes import LocationNote
from intake.removal.models.notices import (
    Answer,
    AnswerKind,
    Notice,
    NoticeRequest,
    RefusalGround,
    new_reference,
)
from intake.removal.models.receipts import Receipt
from intake.removal.models.requests import RemovalEvent, RemovalRequest
from intake.removal.models.sightings import Seen, Sighting

__all__ = [
    "ON_BEHALF",
    "AgeInPicture",
    "Answer",
    "AnswerKind",
    "Assignment",
    "Deed",
    "DeskEvent",
    "Element",
    "FoundBy",
    "GroundRoute",
    "HAND_OVER_GROUND",
    "HAND_OVER_ROUTE",
    "Import",
    "Ladder",
    "LegalGround",
    "Location",
    "LocationNote",
    "LookReason",
    "LookRules",
    "Notice",
    "NoticeRequest",
    "Origin",
    "ToldBy",
    "PageKind",
    "PictureAge",
    "ReceivedMail",
    "Receipt",
    "RefusalGround",
    "RemovalEvent",
    "RemovalRequest",
    "Route",
    "SavedView",
    "SecondLook",
    "SeenTemplate",
    "Seen",
    "SeenPrecision",
    "Sighting",
    "Statement",
    "StrayMail",
    "Urgency",
    "WaitsFor",
    "Who",
    "WhyCopy",
    "WhyUrgent",
    "Wish",
    "YesNo",
    "new_reference",
]
