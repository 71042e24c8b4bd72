"""Keys that put Swedish names in order and find them by prefix, with plain byte comparison.

The database has no Swedish collation (no ICU), and `LIKE` loses its index under row-level security;
a stored key compared byte by byte needs neither.
"""

import unicodedata

# In byte order after z: å, ä, ö. Nordic neighbours sort with the Swedish letter they sound like.
AFTER_Z = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"})
NO_DECOMPOSITION = str.maketrans({"ł": "l", "ı": "i", "ß": "ss", "đ": "d", "ð": "d", "þ": "th"})


def sort_key(text: str) -> str:
    """`text` as a key: case and accents folded, å ä ö after z, spaces single.

    >>> sorted(["Öberg", "Zetterlund", "Åberg", "Ärlig", "Łukasik", "Lukas"], key=sort_key)
    ['Lukas', 'Łukasik', 'Zetterlund', 'Åberg', 'Ärlig', 'Öberg']
    """
    folded = unicodedata.normalize("NFC", text).casefold().replace("i̇", "i")
    swedish = folded.translate(AFTER_Z).translate(NO_DECOMPOSITION)
    decomposed = unicodedata.normalize("NFD", swedish)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.split())


def prefix_range(text: str) -> tuple[str, str]:
    """The half-open range of keys that begin with `text`: (from, to)."""
    key = sort_key(text)
    return key, key + "\U0010ffff"
