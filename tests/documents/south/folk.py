"""Invented people, places and numbers of these countries."""
import datetime

import people

# Men, women, surnames, streets, towns with their codes, how telephone numbers look (a # is a digit).
LANDS = {
    "us": ("Marcus Harold Terrence Wyatt Elliot", "Denise Luz Joanne Carmen Bernadette", "Hollis Marchetti Trujillo Vance Sorensen Whitfield Haverford",
           ("Orchard Lane", "Pine Bluff Road", "West 9th Avenue"), ("Akron, OH 44308", "Spokane, WA 99201", "Macon, GA 31201"), "(555) 016-####"),
    "ca": ("Gordon Rajvir Stewart Anton Keith", "Chantal Colette Simone Noemie Mavis", "Tremblay McAllister Dhillon Fontaine Kowalchuk Leung Sinclair",
           ("Lakeshore Drive", "Portage Avenue"), ("Kingston, ON K7L 3N6", "Brandon, MB R7A 2B7"), "204-555-####"),
    "uk": ("Gareth Rashid Alistair Desmond Tomasz", "Philippa Moira Yasmin Hilary Beverley", "Cartwright Siddiqui Pritchard Holloway Bannerman Threlfall Maddox",
           ("Sheaf Street", "Priory Close"), ("Hereford HR4 9BW", "Paisley PA1 1TJ"), "01632 960###"),
    "ie": ("Cormac Eoghan Declan Fintan Padraig", "Sinead Aoife Maeve Roisin Orla", "Brannigan Heffernan Mulvaney Costigan Tierney Kinsella Lafferty",
           ("Quay Street", "Abbey Road"), ("Ennis, Co. Clare", "Athlone, Co. Westmeath"), "(091) 555 ###"),
    "in": ("Ramesh Arjun Farhan Harpreet Suresh", "Sunita Meenakshi Lakshmi Nandini Ayesha", "Deshpande Iyer Chatterjee Qureshi Nambiar Gowda Kulkarni",
           ("Hill Road", "Race Course Road"), ("Nashik 422002", "Coimbatore 641018"), "+91 253 555 ####"),
    "au": ("Lachlan Bruce Dimitri Graeme Noel", "Kirra Matilda Shanelle Linh Tahlia", "Papadakis Wetherby Tranter Harcourt Stojanovski Birchall Dunstan",
           ("Acacia Avenue", "Foreshore Road"), ("Bendigo VIC 3550", "Orange NSW 2800"), "(03) 5550 ####"),
    "ke": ("Otieno Kiprono Barasa Kamau Mutiso", "Wanjiku Achieng Mwende Njeri Chebet", "Odhiambo Kariuki Cheruiyot Wekesa Nyambura Onyango Kimani",
           ("Oginga Street", "Hospital Road"), ("Eldoret 30100", "Nyeri 10100"), "+254 53 555 ###"),
}
SINGAPORE = {"m": (("Tan", "Wei Jie"), ("Lim", "Boon Keong"), ("", "Muhammad Hafiz Bin Rahman"), ("", "Ravi Shankar Menon")),
             "f": (("Ong", "Mei Lin"), ("Koh", "Siew Hoon"), ("", "Nur Aisyah Binte Kamal"), ("", "Kavitha Subramaniam"))}
WAYS = {"au": "{0:%d}-{0:%b}-{0:%Y}", "brief": "{0:%m}/{0:%d}/{0:%y}", "spaced": "{0:%d} {0:%b} {0:%Y}", "slashed": "{0:%d}/{0:%b}/{0:%Y}",
        "military": "{0:%d}{0:%b}{0:%Y}"}


def show(day, way):
    """A date as a form of that custom prints it; `ordinal` is 3rd May 2024."""
    if way == "ordinal":
        ending = "th" if 11 <= day.day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
        return f"{day.day}{ending} {day:%B} {day.year}"
    if way in WAYS:
        text = WAYS[way].format(day)
        return text.upper() if way == "military" else text
    return people.show(day, way)


def digits(rng, pattern):
    """The pattern with a digit for each #."""
    return "".join(str(rng.randint(0, 9)) if mark == "#" else mark for mark in pattern)


def person(rng, land, sex, ages, year):
    """Somebody of that sex whose age in `year` lies in `ages`."""
    men, women, last, streets, towns, phone = LANDS[land]
    born = people.some_day(rng, year - ages[1], year - ages[0] - 1)
    first = rng.choice((men if sex == "m" else women).split())
    return people.Person(first, rng.choice(last.split()), born, f"{rng.randint(2, 390)} {rng.choice(streets)}", rng.choice(towns), digits(rng, phone))


def doctor(rng, land, *others):
    """A doctor's name without titles, that shares no word with `others`."""
    men, women, last, *_ = LANDS[land]
    while True:
        name = f"{rng.choice((men + ' ' + women).split())} {rng.choice(last.split())}"
        if not set(name.split()) & set(" ".join(others).split()):
            return name


def age(born, day):
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def stay(rng, nights):
    """The days of admission and discharge."""
    admitted = people.some_day(rng, 2023, 2025)
    return admitted, admitted + datetime.timedelta(days=rng.randint(*nights))


def clock(rng, first=8, last=17):
    return f"{rng.randint(first, last):02}:{rng.choice((0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55)):02}"


def pressure(rng, low=108, high=138):
    return f"{rng.randint(low, high)}/{rng.randint(62, 86)}"


def rest(rng, child=False):
    """Pressure, pulse, breaths, temperature in Celsius and saturation of somebody who is well enough to go home."""
    bp, breaths = (f"{rng.randint(88, 106)}/{rng.randint(50, 64)}", rng.randint(20, 26)) if child else (pressure(rng), rng.randint(12, 18))
    return bp, str(rng.randint(58, 88)), str(breaths), f"{rng.randint(362, 372) / 10:.1f}", str(rng.randint(95, 99))
