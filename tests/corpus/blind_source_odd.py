"""A cell with half a character, a zero, form feeds, line ends of three kinds and bidi marks in its source. It fails alone: all tasks keep their points."""

CELL = "# \ud800 \x00 \x0c \u202e\r\nprint('a')\r'\u2028'\n\x0c\x0b\n"
