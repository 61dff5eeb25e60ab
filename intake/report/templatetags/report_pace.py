"""The turn that travels with a report's form."""

from django import template
from django.template import Context

from intake.report.pace import turns

register = template.Library()


@register.simple_tag(takes_context=True)
def turn(context: Context) -> str:
    """The turn of the form on this page: the one it came with, or a first one."""
    hold = context.get("hold")
    if hold is not None:
        return str(hold.turn)
    return turns.kept(context["request"].POST.get("turn", ""), context["answers"].key)
