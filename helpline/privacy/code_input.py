"""The field that a code is typed in, wherever somebody comes back with one."""

from django import forms


class CodeInput(forms.TextInput):
    """A field that no browser fills in, mends or keeps. ``width`` is in characters."""

    def __init__(self, width: int, *, inputmode: str = "text") -> None:
        super().__init__(
            attrs={
                "class": f"govuk-input--width-{width} code-input",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "inputmode": inputmode,
            }
        )
