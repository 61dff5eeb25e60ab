"""The directory leaves the house, for an administrator."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from helpline.staff import audit
from helpline.staff.models import User
from intake.recipients.directory.as_file import as_csv, as_toml
from intake.recipients.permissions import check_confirm_entries
from intake.recipients.queries import for_export

WRITERS = {
    "toml": (as_toml, "application/toml; charset=utf-8"),
    "csv": (as_csv, "text/csv; charset=utf-8"),
}


@require_GET
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The directory as a file that `load_directory` takes. That it was made is on record."""
    user = cast(User, request.user)
    check_confirm_entries(user)
    if kind not in WRITERS:
        raise Http404
    write, content_type = WRITERS[kind]
    audit.record(by=user, action="export_directory", subject_kind="directory", subject_id=kind)
    answer = HttpResponse(
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="recipients.{kind}"',
            "Cache-Control": "no-store",
        },
    )
    if kind == "csv":
        answer.write("\ufeff")  # without it a spreadsheet takes the letters for another alphabet
    answer.write(write(for_export()))
    return answer
