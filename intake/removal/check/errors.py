"""Why a page is not looked at again."""

from intake.removal.check.states import Unaskable
from intake.removal.errors import Refusal, RefusedError


class UnaskableError(RefusedError):
    """An address that is never asked; ``unaskable`` says why."""

    def __init__(self, unaskable: Unaskable) -> None:
        super().__init__(Refusal.NOT_NOW)
        self.unaskable = unaskable
