"""Invented people, places, dates and register numbers. Only the forms of addresses and the check digits are real."""
import dataclasses
import datetime

FIRST = ("Amelia Bronwyn Callum Deepika Elodie Farouk Greta Hamish Imogen Jarek Kavita Lorcan Marisol Niamh Oluwaseun Priyanka "
         "Quentin Rosalind Saoirse Tobias Ursula Vikram Winifred Xavier Yolanda Zachary Aisling Bartholomew Chidi Delphine").split()
LAST = ("Ashdown Bellweather Castellano Drummond Eriksen Fothergill Gallagher Hathaway Ibrahim Jankowski Kowalczyk Lindqvist "
        "Mukherjee Nakamura O'Sullivan Pemberton Quigley Ramaswamy Stavropoulos Thackeray Underhill Venkataraman Whitcombe "
        "Yarborough Zimmermann Adeyemi Blackwood Chaudhary Devereux Featherstone").split()
PLACES = {
    "us": (("Maple Avenue", "Harbor Road", "Cedar Ridge Drive", "North 5th Street"),
           (("Dayton, OH", "45402"), ("Boise, ID", "83702"), ("Tampa, FL", "33602"), ("Eugene, OR", "97401"))),
    "uk": (("Mill Lane", "Church Road", "Victoria Terrace"), (("Leeds", "LS1 4AP"), ("Norwich", "NR2 1TF"), ("Cardiff", "CF10 2AF"))),
    "in": (("M.G. Road", "Linking Road", "Residency Road"), (("Pune", "411001"), ("Bengaluru", "560025"), ("Chennai", "600006"))),
    "au": (("Wattle Street", "Esplanade", "Banksia Crescent"), (("Hobart TAS", "7000"), ("Geelong VIC", "3220"))),
    "ca": (("King Street West", "Dalhousie Street"), (("Hamilton, ON", "L8P 1A1"), ("Halifax, NS", "B3J 2K9"))),
    "ke": (("Ngong Road", "Moi Avenue"), (("Nairobi", "00100"), ("Kisumu", "40100"))),
}
WAYS = {
    "us": "{0:%m}/{0:%d}/{0:%Y}", "us-short": "{0.month}/{0.day}/{0:%y}", "iso": "{0:%Y-%m-%d}", "uk": "{0:%d}/{0:%m}/{0:%Y}",
    "dots": "{0:%d}.{0:%m}.{0:%Y}", "words": "{0.day} {0:%B} {0:%Y}", "us-words": "{0:%B} {0.day}, {0:%Y}", "dashes": "{0:%d}-{0:%b}-{0:%Y}",
    "us-brief": "{0:%b} {0.day}, {0:%Y}", "weekday": "{0:%a} {0.day} {0:%b} {0:%Y}", "capitals": "{0:%d} {0:%b} {0:%Y}", "hyphens": "{0:%d}-{0:%m}-{0:%Y}",
}


def show(day, way):
    """A date as a form of that custom prints it."""
    text = WAYS[way].format(day)
    return text.upper() if way == "capitals" else text


def some_day(rng, first, last, plain=True):
    """A day of the years `first` to `last`; a plain one cannot be taken for a month."""
    return datetime.date(rng.randint(first, last), rng.randint(1, 12), rng.randint(13, 28) if plain else rng.randint(1, 12))


def luhn_digit(digits):
    """The digit that makes `digits` and it hold by Luhn's rule."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def npi(rng, right=True):
    """A National Provider Identifier; its check digit is Luhn's over 80840 and the number."""
    body = str(rng.choice((1, 2))) + "".join(str(rng.randint(0, 9)) for _ in range(8))
    digit = luhn_digit("80840" + body)
    return body + (digit if right else str((int(digit) + 1) % 10))


def dea(rng, surname, right=True):
    """A registration of the Drug Enforcement Administration for a prescriber of that name."""
    n = [rng.randint(0, 9) for _ in range(6)]
    digit = (n[0] + n[2] + n[4] + 2 * (n[1] + n[3] + n[5]) + (0 if right else 1)) % 10
    return rng.choice("ABFM") + surname[0].upper() + "".join(map(str, n)) + str(digit)


def number(rng, count):
    return str(rng.randint(1, 9)) + "".join(str(rng.randint(0, 9)) for _ in range(count - 1))


@dataclasses.dataclass
class Person:
    first: str
    last: str
    born: datetime.date
    street: str
    town: str
    phone: str

    @property
    def name(self):
        return f"{self.first} {self.last}"

    @property
    def listed(self):
        return f"{self.last.upper()}, {self.first}"

    @property
    def address(self):
        return f"{self.street}, {self.town}"


def phone(rng, land):
    tail = number(rng, 4)
    return {"us": f"(555) 01{rng.randint(0, 9)}-{tail}", "ca": f"905-555-{tail}", "uk": f"01632 96{tail}", "in": f"+91 20 5550 {tail}",
            "au": f"(03) 5550 {tail}", "ke": f"+254 20 555 {tail}"}[land]


def place(rng, land):
    """Street and town of an address in that country."""
    streets, towns = PLACES[land]
    town, code = rng.choice(towns)
    house = rng.randint(2, 980)
    between = {"us": " ", "au": " ", "ca": " ", "uk": " ", "in": " ", "ke": " "}[land]
    return f"{house} {rng.choice(streets)}", f"{town}{between}{code}"


def person(rng, land, youngest=1, oldest=88, plain=True):
    """Somebody who does not exist."""
    street, town = place(rng, land)
    return Person(rng.choice(FIRST), rng.choice(LAST), some_day(rng, 2023 - oldest, 2023 - youngest, plain), street, town, phone(rng, land))


def doctor(rng, land, others=()):
    """A doctor's name without titles, that none of `others` has."""
    while True:
        name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        if all(word not in other for other in others for word in name.split()):
            return name


def named(page, field, name, *shown):
    """A doctor's name is right with or without title and degrees."""
    page.know(field, shown[0] if shown else name, name, f"Dr. {name}", f"Dr {name}", *shown[1:])


def patient(page, who, field="patientName"):
    """A patient's name is right in either order."""
    page.know(field, who.name, who.listed, f"{who.last}, {who.first}")
