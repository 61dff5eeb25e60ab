"""What the console's picker searches: fetched once in a while, so that a search needs no server."""

from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from chat.replies import queries
from chat.states import DESK_ROLES
from helpline.staff.decorators import StaffRequest, staff_view


@require_GET
@never_cache
@staff_view(*DESK_ROLES)
def choices(request: StaffRequest) -> JsonResponse:
    """The prepared replies of this counsellor's services and the pages of the site."""
    return JsonResponse(
        {
            "replies": [
                {
                    "id": reply.pk,
                    "title": reply.title,
                    "words": reply.search_words,
                    "text": reply.text,
                    "language": reply.locale.language_code,
                }
                for reply in queries.replies_for(request.user)
            ],
            "pages": [
                {
                    "id": page.number,
                    "title": page.title,
                    "text": page.summary,
                    "language": page.language,
                    "path": page.path,
                }
                for page in queries.pages()
            ],
        }
    )
