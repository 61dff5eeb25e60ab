"""English for readers in Europe: the day before the month, and a clock of 24 hours."""

SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y H:i"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y H:i"
