"""What people write in the demo. All of it is made up; nobody is named, no number is written."""

from activities.enums import TrialResult
from participants.enums import NoteKind
from referrals.enums import Side

PURPOSES = (
    "Pröva och stärka förmågan att delta i aktivitet efter flera år utan sysselsättning.",
    "Bryta isolering och komma i gång i en trygg grupp innan arbetsmarknadsinsatser prövas.",
    "Få en bild av vad personen klarar i vardagen och vilket stöd som behövs framåt.",
    "Förbereda för arbetsträning. Tidigare försök har avbrutits av oro och smärta.",
)
GOALS = (
    "Minst 10 timmars aktivitet i veckan och en plan för arbetsträning.",
    "Regelbundna rutiner tre dagar i veckan, och sedan prövning på en arbetsplats.",
    "Veta om nästa steg är arbete, studier eller vård först.",
    "Kunna delta i Arbetsförmedlingens insatser utan att behöva avbryta.",
)
POSSIBILITIES = (
    "Kan ta sig till lokalen själv och vill vara med. Behöver lugnt tempo i början.",
    "Har deltagit i samtalsgrupp på vårdcentralen och det gick bra.",
    "God möjlighet om träffarna är på förmiddagen och det finns någon att prata med.",
    "Klarar några timmar åt gången. Behöver påminnelse dagen innan.",
)
NEEDS = (
    "Behöver stöd av flera myndigheter samtidigt. Ingen kan ge det ensam.",
    "Behöver strukturera vardagen och få hjälp med kontakter med vården.",
    "Behöver pröva sin arbetsförmåga på en plats som kan anpassas.",
    "Behöver samordning: ekonomi, vård och arbete hänger ihop.",
)
COMPLETIONS = (
    ("Läkarens bedömning saknar uppgift om vilka aktiviteter som fungerar.",
     "Läkaren har kompletterat. Lugna aktiviteter i grupp, högst tre timmar i taget."),
    ("Till vilket datum är försörjningen säkrad?",
     "Beslutet är förlängt. Försörjningen är säkrad hela tiden i insatsen."),
    ("Behöver personen tolk vid det inledande samtalet?",
     "Ja, vid första samtalet. Sedan räcker det med enkel svenska."),
    ("Vad är målet med remissen? Beskriv vad ni hoppas ska vara annorlunda om fyra månader.",
     "Att personen har rutiner och orkar minst tio timmar i veckan på en arbetsplats."),
)  # fmt: skip
TALK_PLACES = ("Rehabsteget, Kvarngatan 4", "Handläggarens kontor", "Biblioteket, grupprum 2")
TALKS = (
    "Vill komma i gång. Orolig för grupp men provar gärna. Kan komma på förmiddagar.",
    "Har gått hemma i två år. Vill ha något att gå upp till. Tar bussen själv.",
    "Positiv. Smärta i ryggen gör att pauser behövs. Vi kom överens om en plats vid väggen.",
    "Berättade om tidigare arbete i kök. Vill tillbaka till något praktiskt.",
    "Tveksam först. Efter att ha träffat en tidigare deltagare tackar personen ja.",
)
RESTING = (
    "Operation planerad. Personen vill vänta till efteråt.",
    "Väntar besked om boende. Vi hör av oss när flytten är klar.",
    "Behandling på psykiatrin pågår till våren.",
)
DECLINED = (
    ("VAR", "Behandling behöver komma först. Läkaren bedömer att grupp inte fungerar nu."),
    ("ENS", "Arbetsförmedlingen kan ge stödet själv genom introduktion till arbete."),
    ("MAL", "Personen arbetar halvtid och behöver ett annat stöd än vårt."),
    ("ORK", "Klarar inte tre förmiddagar i veckan just nu. Remittera gärna igen."),
    ("NEJ", "Personen tackar nej efter det inledande samtalet."),
    ("KON", "Vi har sökt personen fyra gånger utan att få kontakt."),
    ("TID", "Kan bara delta på eftermiddagar. Grupperna är på förmiddagen."),
)
ALTERNATIVES = (
    "Kontakt med vårdcentralens rehabkoordinator.",
    "Kommunens öppna förmiddagsgrupp, utan krav på närvaro.",
    "Ny remiss när behandlingen är avslutad.",
    "Arbetsförmedlingens introduktion till arbete.",
)
WITHDRAWN = (
    "Personen har fått ett arbete.",
    "Personen flyttar till en annan kommun.",
    "Läkaren avråder tills vidare.",
    "Personen har ändrat sig och vill vänta.",
)

WORKPLACES = (
    ("Kvarnby återbruk", "Butik och lager", "Ingrid Sandgren"),
    ("Ica Kvarnen", "Livsmedelsbutik", "Patrik Alm"),
    ("Kvarnby stadsbibliotek", "Bibliotek", "Lisbet Hård"),
    ("Solgårdens förskola", "Kök och vaktmästeri", "Monika Feldt"),
    ("Åns trädgård", "Odling", "Torbjörn Ask"),
    ("Kommunens fastighetsservice", "Fastighetsskötsel", "Rolf Edin"),
    ("Röda Korsets butik", "Butik", "Birgit Palm"),
    ("Café Hjulet", "Kök och servering", "Samira Nouri"),
    ("Kvarnby museum", "Museum", "Eskil Lagerwall"),
    ("Björkbackens äldreboende", "Aktiviteter och kök", "Carina Thor"),
    ("Cykelverkstan", "Verkstad", "Dan Rudberg"),
    ("Kvarnby djurklinik", "Reception", "Filippa Sohl"),
    ("Tvätteriet", "Tvätt och sömnad", "Zahra Amiri"),
    ("Kvarnby parkförvaltning", "Park", "Lennart Hage"),
    ("Bygghuset", "Lager", "Kent Wiklund"),
    ("Skolköket Centralskolan", "Kök", "Anneli Borg"),
)
TASKS = (
    "Packa upp varor, fronta hyllor, hjälpa till i lagret.",
    "Sortera och märka, enkla kundkontakter när det känns bra.",
    "Förberedelser i köket, disk, dukning.",
    "Plantering, vattning, enkel skötsel.",
    "Ordna i arkivet, registrera, kopiera.",
    "Enklare underhåll tillsammans med handledaren.",
)
WEEK_COMMENTS = (
    "Sjuk två dagar.",
    "Läkarbesök, kortare vecka.",
    "Möte med handläggaren.",
    "Barnet sjukt.",
    "Trött, gick hem tidigare.",
)
EVALUATIONS = {
    TrialResult.COMPLETED: (
        "Kom varje dag som planerat och ökade timmarna steg för steg. Handledaren är nöjd. "
        "Klarar tio timmar i veckan och vill fortsätta.",
        "Arbetet passade. Tog egna initiativ de sista veckorna. Nästa steg är arbetsträning.",
        "Nådde målet i vecka sju. Behöver fortfarande en lugn plats för pauser.",
    ),
    TrialResult.PARTLY: (
        "Timmarna fick ligga kvar på en lägre nivå. Värken ökade när tempot höjdes.",
        "Bra dagar och sämre dagar. Sömnen styr mycket. Vi föreslår ny kontakt med vården.",
        "Trivdes, men resan var för lång. En plats närmare hemmet kan ge mer.",
    ),
}

NOTES: dict[str, tuple[str, ...]] = {
    NoteKind.NOTE: (
        "Kom i tid hela veckan. Deltar mer i samtalen än tidigare.",
        "Satt för sig själv i början men var med på qigong. Säger att det hjälper mot spänningen.",
        "Har börjat promenera före träffarna. Sover något bättre.",
        "Berättar att räkningarna har blivit liggande. Vill ha hjälp att ringa budgetrådgivningen.",
        "Uteblev två gånger. Säger att oron på morgonen är svårast. Vi provar att mötas vid bussen.",
        "Har tagit kontakt med en tidigare arbetskamrat. Första gången på länge.",
        "Skattar arbetsförmågan högre än vid starten.",
        "Vill pröva arbete med växter. Vi ser på en plats i trädgården.",
    ),
    NoteKind.CALL: (
        "Ringde handläggaren på Försäkringskassan om avstämningsmöte. Förslag på tid skickat.",
        "Ringde deltagaren efter frånvaro. Är förkyld och kommer på måndag.",
        "Handledaren på arbetsplatsen ringde. Det går bra, men pauserna behöver planeras.",
        "Ringde vårdcentralen. Tid hos läkare bokad.",
        "Talade med socialsekreteraren om försörjningen under arbetsprövningen. Den är säkrad.",
    ),
    NoteKind.TALK: (
        "Kartläggningssamtal. Styrkor: praktisk, van vid kundkontakt. Hinder: värk, sömn, skulder.",
        "Uppföljningssamtal. Första åtta veckorna har gått bra. Vi planerar arbetsprövning.",
        "Enskilt samtal om oro inför arbetsplatsen. Vi gick igenom vad första dagen innehåller.",
        "Samtal med psykolog bokat. Deltagaren vill att koordinatorn är med första gången.",
        "Samtal om plan framåt. Målet är arbetsträning på halvtid efter sommaren.",
    ),
    NoteKind.COORDINATION: (
        "Möte med biståndsbedömare om boendestöd. Ansökan skickas in denna vecka.",
        "Trepartssamtal med Försäkringskassan och vårdcentralen. Rehabiliteringsplan uppdaterad.",
        "Följde med till skuld- och budgetrådgivningen. Nytt möte om tre veckor.",
        "Överlämnandemöte med Arbetsförmedlingen. Deltagaren var med och beskrev sin plan.",
        "Kontakt med a-kassan om aktivitetsstöd. Besked väntas inom två veckor.",
    ),
}

# Who asks, the question, and the other side's answer ("" when it hasn't come yet).
TALKS_IN_THE_CASE = (
    (Side.PROGRAMME, "Vilka tider passar för det inledande samtalet?",
     "Förmiddagar går bäst. Jag kan vara med på video hela veckan utom fredag."),
    (Side.SENDER, "Personen undrar om det går att komma med färdtjänst.",
     "Ja, det går bra. Bilen kan stanna vid entrén på Kvarngatan."),
    (Side.SENDER, "Ungefär när kan det bli plats?", ""),
    (Side.PROGRAMME, "Behövs tolk vid samtalet, eller räcker det med enkel svenska?",
     "Enkel svenska räcker, bara det får ta tid."),
    (Side.PROGRAMME, "Kan du höra med personen om en grupp på eftermiddagen fungerar?", ""),
    (Side.SENDER, "Beslutet om försörjning är förlängt. Jag bifogar det så snart jag har det.",
     "Tack, då väntar jag på det."),
)  # fmt: skip
