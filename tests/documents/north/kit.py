"""Sheets, invented people and what several of the templates say in the same way."""

import dataclasses
import datetime

from PIL import ImageFont

from paper import FONTS, Page

MORE = {
    "cond": ("dejavu/DejaVuSansCondensed.ttf", "dejavu/DejaVuSansCondensed-Bold.ttf"),
    "typed": ("dejavu/DejaVuSansMono.ttf", "dejavu/DejaVuSansMono-Bold.ttf"),
    "slant": ("liberation/LiberationSerif-Italic.ttf", "liberation/LiberationSerif-BoldItalic.ttf"),
}
GIVEN = {
    "us": (
        "Brianna Curtis Dolores Emmett Francine Gideon Harriet Isaiah Jolene Kendrick Lucinda Marcus Noelle Orlando Patrice Russell Shelby "
        "Terrence Vivian Wesley"
    ).split(),
    "uk": "Alistair Beatrice Cressida Dafydd Eilidh Fergus Gwenllian Hugo Iona Jasper Lachlan Morag Nigel Philippa Rhiannon Stuart Verity".split(),
    "in": "Aarav Bhavna Chetan Devika Girish Harini Ishaan Jyoti Kiran Lakshmi Manoj Nandini Pranav Rukmini Suresh Tanvi Uday Vasudha".split(),
    "za": "Andile Busisiwe Charl Dineo Ezekiel Lerato Marius Nomvula Pieter Refilwe Sipho Thandeka Vusi Wilhelmina Zanele".split(),
    "ae": "Abdulrahman Bashayer Fatima Ghassan Hessa Jumana Khalid Latifa Maryam Nasser Omar Rashid Salma Tariq Yousef Zainab".split(),
    "eu": "Anneliese Benoit Clotilde Dragan Elzbieta Florian Giulia Henrike Joao Katarina Lotte Matteo Nikola Oisin Petra Sanne Tomasz".split(),
}
FAMILY = {
    "us": (
        "Abernathy Brockway Calloway Dunlap Espinoza Fairbanks Garrison Holloway Ingersoll Kessler Lombardi Merriweather Novotny Ostrander "
        "Prescott Rutledge Sandoval Tillman Vandermeer Whitaker"
    ).split(),
    "uk": "Applegarth Birtwhistle Cholmondeley Dalrymple Entwistle Fairweather Greenhalgh Huxtable Kinnaird Llewellyn McAllister Ormerod Pettigrew".split(),
    "in": "Agarwal Bhattacharya Chandrasekhar Deshpande Gokhale Iyengar Joshi Kulkarni Menon Nambiar Patwardhan Rastogi Srivastava Tendulkar".split(),
    "za": "Bezuidenhout Dlamini Engelbrecht Fourie Khumalo Maseko Mokoena Ndlovu Oosthuizen Pretorius Radebe Sithole Van Wyk Zulu".replace(
        "Van Wyk", "Vanwyk"
    ).split(),
    "ae": "Almansoori Alhashimi Barakat Darwish Elmasri Farouqi Haddad Jaber Khoury Mahmoud Nassar Qasimi Rahmani Saleh".split(),
    "eu": "Baumgartner Callaghan Dubrovnik Eichhorn Ferrante Grabowski Hoekstra Janssens Kovacic Lefebvre Marchetti Novak Petersen Vandenberg".split(),
}
GIVEN |= {"ca": GIVEN["us"] + GIVEN["eu"], "au": GIVEN["uk"] + GIVEN["us"]}
FAMILY |= {"ca": FAMILY["us"] + FAMILY["uk"], "au": FAMILY["uk"] + FAMILY["us"]}
STREETS = {
    "us": ("Sycamore Street", "Willow Bend Road", "W. Lincoln Ave", "Pine Hollow Ct", "Old Mill Rd"),
    "ca": ("Balsam Crescent", "Lakeshore Road", "Rue Sherbrooke", "Prairie View Drive"),
    "uk": ("Station Road", "The Crescent", "Priory Close", "Abbots Walk"),
    "in": ("Gandhi Nagar", "Lake View Road", "Temple Street", "Shivaji Marg"),
    "au": ("Jacaranda Avenue", "Murray Street", "Kookaburra Court", "Swanston Road"),
    "za": ("Protea Road", "Long Street", "Jan Smuts Avenue", "Baobab Close"),
    "ae": ("Al Wasl Road", "Corniche Street", "Al Khaleej Street"),
    "eu": ("Lindenstrasse", "Kerkstraat", "Via Garibaldi", "Harbour View"),
}
TOWNS = {
    "us": ("Peoria, IL 61602", "Macon, GA 31201", "Spokane, WA 99201", "Toledo, OH 43604", "Amarillo, TX 79101"),
    "ca": ("Kingston, ON K7L 3N6", "Red Deer, AB T4N 5E9", "Moncton, NB E1C 4X7"),
    "uk": ("Shrewsbury SY1 1JX", "Dundee DD1 4HN", "Exeter EX4 3LQ"),
    "in": ("Nagpur 440010", "Kochi 682016", "Lucknow 226001"),
    "au": ("Ballarat VIC 3350", "Toowoomba QLD 4350", "Bunbury WA 6230"),
    "za": ("Bloemfontein 9301", "Polokwane 0699", "Pietermaritzburg 3201"),
    "ae": ("Dubai", "Abu Dhabi", "Sharjah"),
    "eu": ("60311 Frankfurt", "3511 Utrecht", "Cork T12 X8Y4"),
}


class Sheet(Page):
    """A page with a few more typefaces, and a slanted note."""

    def font(self, size=None, bold=False):
        if self.family in MORE:
            return ImageFont.truetype(str(FONTS / MORE[self.family][bold]), size or self.size)
        return super().font(size, bold)

    def wide(self, text, size=None, bold=False):
        return self.font(size, bold).getlength(text)

    def box(self, x, y, width, height, ink=(150, 152, 158), fill=None, line=2):
        self.draw.rectangle((x, y, x + width, y + height), outline=ink, width=line, fill=fill)

    def dotted(self, x, y, end, ink=(120, 122, 128)):
        for at in range(int(x), int(end), 7):
            self.draw.ellipse((at, y, at + 1, y + 1), fill=ink)

    def blocks(self, x, y, side=150):
        """The look of a square code; it holds nothing."""
        count = 25
        cell = side // count
        corner = lambda r, c: (r < 7 or r >= count - 7) and c < 7 or r < 7 and c >= count - 7
        for r in range(count):
            for c in range(count):
                if corner(r, c):
                    i, j = r if r < 7 else r - count + 7, c if c < 7 else c - count + 7
                    dark = i in (0, 6) or j in (0, 6) or (2 <= i <= 4 and 2 <= j <= 4)
                else:
                    dark = self.rng.random() < 0.48
                if dark:
                    self.draw.rectangle((x + c * cell, y + r * cell, x + (c + 1) * cell - 1, y + (r + 1) * cell - 1), fill=self.ink)


@dataclasses.dataclass(frozen=True)
class Soul:
    """Somebody who does not exist."""

    first: str
    last: str
    born: datetime.date
    street: str
    town: str
    woman: bool

    @property
    def name(self):
        return f"{self.first} {self.last}"

    def title(self, rng):
        return rng.choice(("Ms", "Mrs")) if self.woman else "Mr"


WOMEN = set(
    "Brianna Dolores Francine Harriet Jolene Lucinda Noelle Patrice Shelby Vivian Beatrice Cressida Eilidh Gwenllian Iona Morag Philippa Rhiannon "
    "Verity Bhavna Devika Harini Jyoti Lakshmi Nandini Rukmini Tanvi Vasudha Busisiwe Dineo Lerato Nomvula Refilwe Thandeka Wilhelmina Zanele "
    "Bashayer Fatima Hessa Jumana Latifa Maryam Salma Zainab Anneliese Clotilde Elzbieta Giulia Henrike Katarina Lotte Petra Sanne".split()
)


def a_day(rng, first, last, plain=True):
    """A day of the years `first` to `last`; a plain one cannot be taken for a month."""
    return datetime.date(rng.randint(first, last), rng.randint(1, 12), rng.randint(13, 28) if plain else rng.randint(1, 28))


def apart(rng, day, low, high):
    """A day `low` to `high` days after `day` that cannot be taken for a month."""
    while True:
        later = day + datetime.timedelta(days=rng.randint(low, high))
        if later.day > 12:
            return later


def soul(rng, land, first=1938, last=2006):
    given = rng.choice(GIVEN[land])
    house = rng.randint(3, 640)
    return Soul(given, rng.choice(FAMILY[land]), a_day(rng, first, last), f"{house} {rng.choice(STREETS[land])}", rng.choice(TOWNS[land]), given in WOMEN)


def staff(rng, land, *others):
    """A name without titles that shares no word with `others`."""
    taken = {word for other in others for word in other.split()}
    while True:
        name = f"{rng.choice(GIVEN[land])} {rng.choice(FAMILY[land])}"
        if not taken & set(name.split()):
            return name


def digits(rng, count):
    return str(rng.randint(1, 9)) + "".join(str(rng.randint(0, 9)) for _ in range(count - 1))


def whose(page, who, *shown, field="patientName"):
    """A patient's name is right in either order, and with its title."""
    page.know(field, who.name, f"{who.last}, {who.first}", f"{who.last} {who.first}", *(f"{title} {who.name}" for title in ("Mr", "Mrs", "Ms", "Miss")), *shown)


def by(page, field, name, *shown):
    """A name is right with and without title and degrees."""
    first, last = name.split(" ", 1)
    page.know(field, name, f"Dr {name}", f"{last}, {first}", *shown)


def on(page, **days):
    """Fields that are dates."""
    for field, day in days.items():
        page.know(field, day.isoformat())


def until_month(page, field, day, *shown):
    """A date of which month and year are printed."""
    after = (day.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
    page.know(field, f"{day:%Y-%m}", (after - datetime.timedelta(days=1)).isoformat(), *shown)
