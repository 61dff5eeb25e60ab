"""Finding a location again.

What is searched for is sent as a form, never in a link, and stands on no page that shows what was
found: it may be the address of somebody under 18.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from helpline.staff.decorators import StaffRequest, staff_view
from intake.removal.actions import search_locations
from intake.removal.forms.search import MoreForm, SearchForm
from intake.removal.permissions import DESK_ROLES

caseworkers = staff_view(*DESK_ROLES)


@require_http_methods(["GET", "HEAD", "POST"])
@caseworkers
def search(request: StaffRequest) -> HttpResponse:
    """The box, and what it found."""
    if request.method != "POST":
        return render(request, "removal/desk/search.html", {"form": SearchForm()})
    asked = MoreForm(request.POST) if "index" in request.POST else SearchForm(request.POST)
    if not asked.is_valid():
        form = asked if isinstance(asked, SearchForm) else SearchForm()
        return render(request, "removal/desk/search.html", {"form": form})
    found = search_locations(asked.indexes, asked.looks_for, page=asked.page, by=request.user)
    context = {
        "form": SearchForm(initial={"by": asked.looks_for}),
        "found": found,
        "by": asked.looks_for,
        "index": ",".join(index.hex() for index in asked.indexes),
    }
    return render(request, "removal/desk/search.html", context)
