"""Form fields in govuk-frontend's markup, for forms of visitors and staff.

`{{ form.field.as_field_group }}` is enough nearly always: django/forms/field.html takes it here.
`{% govuk_field form.field heading=True inline=True count=True %}` does the same with a wish:

- heading: the question is the page's h1 (a page with one question)
- inline: two short radios beside each other
- small: many checkboxes or radios on a page of staff
- count: a textarea says how many characters are left (it needs a max_length)

A form field may carry `choice_hints`, a dict of choice value to a line below that choice. Class and
other attributes of the widget are kept: `attrs={"class": "govuk-input--width-10"}`. The form itself
takes `novalidate`, so that what is wrong is said in the page's language by parts/error_summary.html.
"""

from typing import Any

from django import template
from django.forms import widgets
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

register = template.Library()

# The first that fits: Select is not below, and NumberInput and PasswordInput are, of Input.
CLASSES: list[tuple[type[widgets.Widget], str]] = [
    (widgets.Textarea, "govuk-textarea"),
    (widgets.Select, "govuk-select"),
    (widgets.Input, "govuk-input"),
]


@register.inclusion_tag("parts/form_field.html")
def govuk_field(
    field: BoundField,
    heading: bool = False,
    inline: bool = False,
    small: bool = False,
    count: bool = False,
) -> dict[str, Any]:
    """One field with its label, hint, errors and control."""
    return {
        "field": field,
        "heading": heading,
        "inline": inline,
        "small": small,
        "count": count,
    }


@register.filter
def kind(field: BoundField) -> str:
    """How a field is laid out: radios, checkboxes, checkbox, password, hidden or plain."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, widgets.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, widgets.RadioSelect):
        return "radios"
    if isinstance(widget, widgets.CheckboxInput):
        return "checkbox"
    if isinstance(widget, widgets.PasswordInput):
        return "password"
    return "plain"


@register.simple_tag
def control(field: BoundField, count: bool = False) -> SafeString:
    """The input, textarea or select with its classes."""
    widget = field.field.widget
    name = next((name for base, name in CLASSES if isinstance(widget, base)), "")
    classes = [name, widget.attrs.get("class", "")]
    if field.errors:
        classes.append(f"{name}--error")
    if kind(field) == "password":
        classes.append("govuk-password-input__input govuk-js-password-input-input")
    if count:
        classes.append("govuk-js-character-count")
    attrs: dict[str, str | bool] = {"class": " ".join(filter(None, classes))}
    if count:
        described = [field.aria_describedby or "", f"{field.auto_id}-info"]
        attrs["aria-describedby"] = " ".join(filter(None, described))
    return field.as_widget(attrs=attrs)


@register.filter
def choice_hint(field: BoundField, value: object) -> str:
    """The line below one choice of a group, if the form gives one."""
    hints: dict[str, str] = getattr(field.field, "choice_hints", {})
    return hints.get(str(value), "")
