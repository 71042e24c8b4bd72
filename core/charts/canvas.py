"""What a chart is drawn on: shapes with a class for the screen and a colour for paper."""

from dataclasses import dataclass, field

from core.charts.lettering import width_of

# Class → print colour; the same values as the light ones of tokens.css.
FILLS = {
    "c1": "#1b6457",
    "c2": "#c66a0c",
    "c3": "#4c7cbd",
    "c4": "#857f70",
    "soft": "#e3ded2",
    "now": "#e4efeb",
    "paper": "#ffffff",
}
STROKES = {
    "l1": "#1b6457",
    "l2": "#c66a0c",
    "l3": "#4c7cbd",
    "l4": "#857f70",
    "grid": "#e3ded2",
    "axis": "#827e6d",
    "plan": "#535b56",
    "goal": "#994505",
}
TEXTS = {
    "": "#535b56",
    "t-ink": "#1d2421",
    "t-strong": "#1d2421",
    "t-goal": "#994505",
    "t-paper": "#ffffff",
}
HEAVY = ("t-strong", "t-goal", "t-paper")


@dataclass(frozen=True)
class Mark:
    """One shape: its element's name, class and attributes, and the words in it, if any."""

    element: str
    css: str
    attributes: dict[str, str]
    words: str = ""
    tooltip: str = ""


@dataclass
class Canvas:
    """Collects marks. `width` is the viewBox's, `letter` the type size in its units."""

    width: float
    letter: float
    height: float = 0
    marks: list[Mark] = field(default_factory=list)

    @property
    def line_height(self) -> float:
        return self.letter * 1.25

    def measure(self, words: str, heavy: bool = False) -> float:
        return width_of(words, self.letter, heavy)

    def rect(
        self,
        css: str,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        radius: float = 0,
        faded: bool = False,
        tooltip: str = "",
    ) -> None:
        attributes = {"fill": FILLS[css], **_numbers(x=x, y=y, width=width, height=height)}
        if radius:
            attributes["rx"] = digits(radius)
        if faded:
            attributes["opacity"] = "0.55"
        self.marks.append(Mark("rect", css, attributes, tooltip=tooltip))

    def text(self, css: str, x: float, y: float, words: str, anchor: str = "start") -> None:
        attributes = {"fill": TEXTS[css], **_numbers(x=x, y=y)}
        attributes["font-size"] = digits(self.letter)
        if css in HEAVY:
            attributes["font-weight"] = "600"
        if anchor != "start":
            attributes["text-anchor"] = anchor
        self.marks.append(Mark("text", css, attributes, words))

    def lines_of_text(
        self, css: str, x: float, middle: float, lines: list[str], anchor: str = "start"
    ) -> None:
        """Several lines of words, together centred on the height `middle`."""
        first = middle - (len(lines) - 1) * self.line_height / 2 + self.letter * 0.35
        for index, words in enumerate(lines):
            self.text(css, x, first + index * self.line_height, words, anchor)

    def line(
        self, css: str, start: tuple[float, float], end: tuple[float, float], weight: float = 1
    ) -> None:
        attributes = {
            "stroke": STROKES[css],
            **_numbers(x1=start[0], y1=start[1], x2=end[0], y2=end[1]),
        }
        if weight != 1:
            attributes["stroke-width"] = digits(weight)
        self.marks.append(Mark("line", css, attributes))

    def dashes(self, css: str, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.line(css, start, end, 1.5)
        self.marks[-1].attributes["stroke-dasharray"] = "4 3"

    def path(self, css: str, drawing: str, weight: float, dashed: bool = False) -> None:
        attributes = {"d": drawing, "fill": "none", "stroke": STROKES[css]}
        attributes["stroke-width"] = digits(weight)
        attributes["stroke-linejoin"] = "round"
        if dashed:
            attributes["stroke-dasharray"] = "4 3"
        self.marks.append(Mark("path", css, attributes))

    def circle(self, css: str, x: float, y: float, radius: float, ring: str = "") -> None:
        attributes = {"fill": FILLS[css], "cx": digits(x), "cy": digits(y), "r": digits(radius)}
        if ring:
            attributes |= {"stroke": STROKES[ring], "stroke-width": "2"}
        self.marks.append(Mark("circle", f"{css} {ring}".strip(), attributes))


def digits(value: float) -> str:
    """A number as SVG wants it whatever language people read: point, one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def _numbers(**values: float) -> dict[str, str]:
    return {name: digits(value) for name, value in values.items()}
