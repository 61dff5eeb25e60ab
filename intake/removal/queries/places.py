"""Finding a location again, and the ground and route along which it goes."""

from helpline.privacy.vault.sealing import blind_index
from helpline.services.models import Service
from intake.removal.models import (
    HAND_OVER_GROUND,
    HAND_OVER_ROUTE,
    GroundRoute,
    Location,
    RemovalRequest,
)

URL_INDEX = "location url"
HOST_INDEX = "location host"
DOMAIN_INDEX = "location domain"


def url_index_of(url: str) -> bytes:
    """The blind index by which a canonical address is found again."""
    return blind_index(URL_INDEX, url)


def find_location(service: Service, url: str) -> Location | None:
    """The location of an exact canonical address."""
    return Location.objects.filter(
        service=service, url_index=url_index_of(url), forgotten_at=None
    ).first()


def pair_for_hand_over() -> GroundRoute:
    """The one ground and route of a hand-over to the hotline."""
    return GroundRoute.objects.select_related("ground", "route").get(
        ground__key=HAND_OVER_GROUND, route__key=HAND_OVER_ROUTE
    )


def pair_of(request: RemovalRequest) -> GroundRoute | None:
    """The pair along which a request goes, once chosen."""
    if request.ground_id is None or request.route_id is None:
        return None
    return (
        GroundRoute.objects.select_related("ground", "route")
        .filter(ground_id=request.ground_id, route_id=request.route_id)
        .first()
    )
