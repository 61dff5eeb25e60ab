"""What stands where an address may stand in text, in the many ways people write one."""

import re

# Invisible characters that apps put into text for wrapping and direction.
INVISIBLE = dict.fromkeys(
    [0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)

STOPS = r"\s<>\"“”„«»\x00-\x1f\x7f"  # never part of an address in running text
LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
# A dot, or one that was taken apart: "[.]", "(dot)", "{punt}".
BRACKETED_DOT = r"\s?[\[({]\s?(?:\.|dot|punt)\s?[\])}]\s?"
# Keyboards of phones put a space after a dot: "instagram. com/lisa", "www. example.org".
SPACED_DOT = (
    r"(?:\.[ ](?=(?:com|nl|net|org|be|eu|io|tv|ru|info|xxx)/\w)|(?<=www)\.[ ](?=[\w-]+\.[ ]?\w))"
)
DOT = rf"(?:{SPACED_DOT}|[.。．｡]|{BRACKETED_DOT})"
SPACED_PATH = re.compile(r"[ ]/[ ]?([\w.-]+)")  # after an address that was taken apart
SPOKEN_DOT = r"\s(?:dot|punt|\.)\s"
# Before a spoken dot these are no part of a name: "the site with dot tv".
NO_NAME = r"(?!(?:a|de|een|het|met|of|or|the|with)\s)"
SLASHES = r"\\?[/／\\](?:[ ]?\\?[/／\\]){0,2}"
COLON_SLASHES = (
    rf"(?:\s?[\[({{]?\s?[:：;]\s?[\])}}]?\s?[\[({{]?{SLASHES}[\])}}]?(?:\s(?=[\w-]+\.\w))?"
    r"|[\[({]?(?:\\?/){2}[\])}]?)"
)

CANDIDATE = re.compile(
    rf"""
      (?P<ignored> (?:mailto|tel|sms):[^{STOPS}]+
        | (?<![\w.+-])[\w.+-]{{1,64}} (?:@|\s?[\[({{]\s?(?:at|@)\s?[\])}}]\s?) (?:{LABEL}{DOT})+{LABEL} )
    | (?P<other> (?<!\w)(?!\w*(?:http|hxxp)s?:|h?t{{1,3}}ps?:)(?:
          [a-z][a-z0-9+.-]{{1,30}}://[^{STOPS}]+
        | (?:data|javascript|blob|intent|magnet):[^{STOPS}]+ ) )
    | (?P<schemed> (?:h(?:tt|xx|\*\*)p(?P<s>s?)|(?<!\w)h?t{{1,3}}p(?P<s2>s?)){COLON_SLASHES}
        (?P<body> (?:{SPACED_DOT}|{BRACKETED_DOT}|[^{STOPS}/?\#])* (?:{BRACKETED_DOT}|[^{STOPS}])* ) )
    | (?P<bare> (?<![\w@/.&=\#%+-])(?://)?
        (?P<host> (?:{LABEL}{DOT})+{LABEL} )\.?
        (?P<rest> (?::\d{{2,5}}(?!\d))?(?:[/?\#][^{STOPS}]*)? ) )
    | (?P<spoken> (?<![\w@]){NO_NAME}(?:{LABEL}{SPOKEN_DOT}){{1,3}}
        (?:com|nl|net|org|be|eu|info|tv|xxx)\b
        (?:\s?(?:/|slash)\s?[\w.-]+)* )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Never the last character of an address in running text.
TRAILING = ".,;:!?*~`|\\…–—·•"
