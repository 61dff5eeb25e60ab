"""What the holder of a code does on the status page. Each button has an act, by its name."""

from collections.abc import Callable

from django.http import HttpResponse

from intake.report.views.status.asking import go_ahead, go_ahead_now, withdraw, withdraw_now
from intake.report.views.status.dossiers import agree, dossier, withdraw_agreement
from intake.report.views.status.erasing import erase, erase_now
from intake.report.views.status.opened import Opened, show
from intake.report.views.status.seeing import say
from intake.report.views.status.talking import answer, write

__all__ = ["ACTS", "Opened", "show"]

ACTS: dict[str, Callable[[Opened], HttpResponse]] = {
    "show": show,
    "say": say,
    "withdraw": withdraw,
    "withdraw-now": withdraw_now,
    "go-ahead": go_ahead,
    "go-ahead-now": go_ahead_now,
    "dossier": dossier,
    "dossier-agree": agree,
    "dossier-withdraw": withdraw_agreement,
    "erase": erase,
    "erase-now": erase_now,
    "write": write,
    "answer": answer,
}
