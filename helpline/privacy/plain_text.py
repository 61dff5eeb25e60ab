"""The one room of bleach: text from outside the house loses every tag.

Chat, reports and notices are plain text that templates escape; they do not come here. What comes
here was written as HTML by somebody we do not know: an answer by mail, a name in a registry. The
result is text, and is escaped again where it is shown. See docs/decisions/0003.
"""

import html

import bleach


def strip_markup(text: str) -> str:
    """The text without any tag, attribute or comment, and with entities as characters."""
    return html.unescape(bleach.clean(text, tags=set(), attributes={}, strip=True)).strip()
