"""Which links of a report a dossier can hold, and what was agreed to.

A possible minor's page is never in it, and nothing tells that there is one: not a number that is left
out, nor how many the hotline has.
"""

from collections.abc import Iterable, Sequence

from intake.removal.models import ON_BEHALF, AgeInPicture
from intake.report.declarations import DOSSIER_FOR_OTHERS, DOSSIER_VERSION, DOSSIERS_FOR_OTHERS
from intake.report.queries import LinkProgress


def fit_for_dossier(entries: Iterable[LinkProgress], version: str) -> list[LinkProgress]:
    """The links that stand in a dossier: offered ones, and of no possible minor by anybody's word.

    Links about somebody else that were added later are not in what was agreed to about oneself.
    """
    return [
        entry
        for entry in entries
        if _is_offered(entry)
        and not entry.statement.location.is_possibly_minor
        and (version in DOSSIERS_FOR_OTHERS or not _is_on_behalf(entry))
    ]


def agreement_to_ask(entries: Sequence[LinkProgress]) -> str:
    """The version of the agreement that who reports can give, or nothing when they can give none.

    By what their status page shows and no more, or its absence would tell what another said of the
    page (docs/decisions/0021).
    """
    offered = [entry for entry in entries if _is_offered(entry)]
    if not offered:
        return ""
    return DOSSIER_FOR_OTHERS if any(map(_is_on_behalf, offered)) else DOSSIER_VERSION


def is_enough(version: str, needed: str) -> bool:
    """Whether what was agreed to still covers every link for which it could be agreed to now."""
    return version in DOSSIERS_FOR_OTHERS or needed not in DOSSIERS_FOR_OTHERS


def _is_on_behalf(entry: LinkProgress) -> bool:
    return entry.statement.reported_by in ON_BEHALF


def _is_offered(entry: LinkProgress) -> bool:
    """Whether the person in the picture, an adult as who reports says, can have agreed."""
    statement = entry.statement
    is_adult = statement.age_in_picture == AgeInPicture.ADULT
    return is_adult and statement.may_allow_us and not entry.with_hotline
