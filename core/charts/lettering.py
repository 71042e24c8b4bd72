"""How wide words are in Source Sans 3, near enough to break a label before it meets a bar."""

NARROW = frozenset("iljtfrI.,:;|!'()[]-  ")
WIDE = frozenset("mwMW%@–")


def width_of(words: str, letter: float, heavy: bool = False) -> float:
    """Width of `words` in the units of `letter`, the type size. A few percent on the wide side."""
    total = sum(_share(sign) for sign in words) * letter
    return total * 1.06 if heavy else total


def _share(sign: str) -> float:
    if sign in NARROW:
        return 0.31
    if sign in WIDE:
        return 0.84
    return 0.62 if sign.isupper() else 0.52


def break_lines(words: str, letter: float, limit: float) -> list[str]:
    """`words` on as few lines as fit within `limit`; a word wider than that is divided."""
    lines = [""]
    for word in words.split(" "):
        for piece in _divide(word, letter, limit):
            wider = f"{lines[-1]} {piece}".strip()
            if lines[-1] and width_of(wider, letter) > limit:
                lines.append(piece)
            else:
                lines[-1] = wider
    return lines


def _divide(word: str, letter: float, limit: float) -> list[str]:
    """A long compound in pieces with hyphens. Never endless: a piece has at least three letters."""
    pieces = []
    while width_of(word, letter) > limit and len(word) > 6:
        end = max(3, _fitting(word, letter, limit))
        end = min(end, len(word) - 3)
        pieces.append(f"{word[:end]}-")
        word = word[end:]
    return [*pieces, word]


def _fitting(word: str, letter: float, limit: float) -> int:
    """How many of the word's letters fit, with a hyphen after them."""
    return max(
        (end for end in range(1, len(word)) if width_of(f"{word[:end]}-", letter) <= limit),
        default=0,
    )
