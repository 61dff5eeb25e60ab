"""Fields of the desk's forms."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

# Every number of as many digits fits in a column of any database.
MOST_DIGITS = 18


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # -- Django is not generic at run time
    """Several rows by number. A number that no row can have is no choice; SQLite would break on it."""

    def clean(self, value: Any) -> Any:
        for each in value or ():
            if len(str(each)) > MOST_DIGITS:
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": str(each)[:MOST_DIGITS]},
                )
        return super().clean(value)
