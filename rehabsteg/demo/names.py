"""Names in Swedish and other languages, as a Swedish municipality has them."""

from enum import Enum

from participants.enums import Gender


class Origin(Enum):
    """Where a name comes from: its share of the people, and how often an interpreter is needed."""

    SWEDISH = ("swedish", 0.62, 0.0)
    FINNISH = ("finnish", 0.05, 0.02)
    BALKAN = ("balkan", 0.06, 0.15)
    POLISH = ("polish", 0.05, 0.15)
    ARABIC = ("arabic", 0.09, 0.35)
    PERSIAN = ("persian", 0.04, 0.2)
    TURKISH = ("turkish", 0.03, 0.25)
    SOMALI = ("somali", 0.03, 0.4)
    EAST_ASIAN = ("east_asian", 0.03, 0.25)

    def __init__(self, key: str, share: float, interpreter: float):
        self.key, self.share, self.interpreter = key, share, interpreter


def _words(text: str) -> list[str]:
    return text.split()


W, M = Gender.WOMAN.value, Gender.MAN.value

GIVEN_NAMES: dict[Origin, dict[str, list[str]]] = {
    Origin.SWEDISH: {
        W: _words(
            "Åsa Maria Anna Eva Karin Lena Malin Jenny Sofia Ulrika Camilla Helena Ida Elin Josefin "
            "Linnéa Märta Annika Pernilla Sara Ylva Öivor Ann-Charlotte Therese Viktoria Görel"
        ),
        M: _words(
            "Per Lars Anders Mikael Johan Fredrik Åke Björn Göran Henrik Jörgen Kjell Mattias Niklas "
            "Örjan Rickard Sören Tobias Ulf Viktor Jan-Erik Emil Rasmus Östen Hampus Roger"
        ),
    },
    Origin.FINNISH: {
        W: _words("Päivi Tuula Aino Marja Kaisa Outi"),
        M: _words("Jukka Timo Väinö Pekka Antti Seppo"),
    },
    Origin.BALKAN: {
        W: _words("Jasmina Amra Željka Dragana Vesna Besa Albana"),
        M: _words("Željko Goran Emir Dragan Adnan Besnik Luan"),
    },
    Origin.POLISH: {
        W: _words("Agnieszka Małgorzata Ewa Grażyna Joanna"),
        M: _words("Łukasz Paweł Krzysztof Michał Zbigniew"),
    },
    Origin.ARABIC: {
        W: _words("Rima Nour Huda Layla Samira Zainab Mariam"),
        M: _words("Omar Yousef Khaled Ahmad Samer Hassan Elias"),
    },
    Origin.PERSIAN: {
        W: _words("Shirin Maryam Parisa Nasrin Fatemeh"),
        M: _words("Reza Babak Farhad Navid Mehdi"),
    },
    Origin.TURKISH: {
        W: _words("Ayşe Gülşen Çiğdem Elif Özlem"),
        M: _words("Mehmet Çağrı Hüseyin İsmail Ömer"),
    },
    Origin.SOMALI: {
        W: _words("Hodan Amina Fadumo Ifrah Sagal"),
        M: _words("Abdi Mohamed Liban Cabdullahi Warsame"),
    },
    Origin.EAST_ASIAN: {
        W: _words("Nguyệt Linh Mai Siriporn Xiu"),
        M: _words("Minh Đức Quang Wei Somchai"),
    },
}

FAMILY_NAMES: dict[Origin, list[str]] = {
    Origin.SWEDISH: _words(
        "Andersson Johansson Karlsson Nilsson Eriksson Åberg Öberg Ärlig Wikström "
        "Söderström Sjögren Lindgren Hedström Norén Björk Holm Ekström Forsberg Åkesson Östlund "
        "Hägglund Bergström Nyberg Sandström Lövgren Malmström Rydén Zetterlund Dahl Strand Ek Quist "
        "Wallin Lundin Grahn Hallberg Mårtensson Byström"
    ),
    Origin.FINNISH: _words("Virtanen Mäkelä Hämäläinen Korhonen Yli-Pekka Lähdesmäki"),
    Origin.BALKAN: _words("Hadžić Marković Krasniqi Babić Šarić Gashi Petrović"),
    Origin.POLISH: _words("Łukasik Kowalska Wiśniewska Żak Nowak Dąbrowska"),
    Origin.ARABIC: _words("Haddad Al-Masri Khoury Saleh El-Amin Barakat Nasser"),
    Origin.PERSIAN: _words("Rahimi Ahmadi Karimzadeh Moradi Tehrani"),
    Origin.TURKISH: _words("Yıldız Öztürk Şahin Çelik Güneş"),
    Origin.SOMALI: _words("Warsame Abdullahi Farah Jama Xirsi"),
    Origin.EAST_ASIAN: _words("Nguyen Trần Lê Saetang Chen"),
}
FAMILY_NAMES[Origin.SWEDISH] = [name.replace("_", " ") for name in FAMILY_NAMES[Origin.SWEDISH]]

LANGUAGES: dict[Origin, list[str]] = {
    Origin.SWEDISH: ["teckenspråk"],
    Origin.FINNISH: ["finska"],
    Origin.BALKAN: ["bosniska", "albanska", "serbiska"],
    Origin.POLISH: ["polska"],
    Origin.ARABIC: ["arabiska"],
    Origin.PERSIAN: ["persiska", "dari"],
    Origin.TURKISH: ["turkiska", "kurmanji"],
    Origin.SOMALI: ["somaliska"],
    Origin.EAST_ASIAN: ["vietnamesiska", "thailändska", "mandarin"],
}

# What lists show instead of the name of somebody whose identity is protected.
ALIASES = (
    "Granit", "Ljung", "Tärna", "Vide", "Gneis", "Lavendel", "Silver", "Pärla", "Bärnsten", "Koppar",
)  # fmt: skip
