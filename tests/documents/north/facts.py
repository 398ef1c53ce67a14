"""Vaccines and medicines as they are sold in several countries, and doses of them that were invented; names, makers, routes, codes and dates of sheets are real."""

import dataclasses
import datetime

from .kit import a_day, apart, digits


@dataclasses.dataclass(frozen=True)
class Vaccine:
    """Against what, its brand, its maker with other names of it, route, how many doses, days between, code of CVX and date of the information sheet."""

    name: str
    brand: str
    maker: str
    makers: tuple
    route: str
    doses: int
    gap: tuple
    cvx: str = ""
    sheet: str = ""
    volume: str = "0.5 mL"


GSK = ("GSK",)
SANOFI = ("Sanofi",)
AMERICAN = (
    Vaccine("Hepatitis B", "Heplisav-B", "Dynavax", (), "intramuscular", 2, (28, 40), "189", "2023-05-12"),
    Vaccine("Zoster, recombinant", "Shingrix", "GlaxoSmithKline", GSK, "intramuscular", 2, (65, 170), "187", "2022-02-04"),
    Vaccine("Rabies", "RabAvert", "Bavarian Nordic", (), "intramuscular", 2, (7, 9), "176", "2022-06-02", "1 mL"),
    Vaccine("Japanese encephalitis", "Ixiaro", "Valneva", (), "intramuscular", 2, (28, 33), "134", "2019-08-15"),
    Vaccine("Meningococcal ACWY", "MenQuadfi", "Sanofi Pasteur", SANOFI, "intramuscular", 2, (1826, 1850), "203", "2021-08-06"),
    Vaccine("Tdap", "Adacel", "Sanofi Pasteur", SANOFI, "intramuscular", 1, (3652, 3670), "115", "2021-08-06"),
    Vaccine("Influenza, cell culture", "Flucelvax", "Seqirus", ("CSL Seqirus",), "intramuscular", 1, (355, 370), "153", "2021-08-06"),
    Vaccine("MMR", "M-M-R II", "Merck", ("Merck & Co.",), "subcutaneous", 2, (30, 60), "03", "2021-08-06"),
    Vaccine("Varicella", "Varivax", "Merck", ("Merck & Co.",), "subcutaneous", 2, (30, 60), "21", "2021-08-06"),
    Vaccine("Hepatitis A, adult", "Vaqta", "Merck", ("Merck & Co.",), "intramuscular", 2, (190, 360), "52", "2021-10-15", "1 mL"),
)
BRITISH = (
    Vaccine("Hepatitis A", "Avaxim", "Sanofi Pasteur", SANOFI, "intramuscular", 2, (190, 360)),
    Vaccine("Typhoid", "Typhim Vi", "Sanofi Pasteur", SANOFI, "intramuscular", 1, (1095, 1110)),
    Vaccine("Rabies", "Rabipur", "Bavarian Nordic", (), "intramuscular", 3, (7, 9), volume="1 mL"),
    Vaccine("Tick-borne encephalitis", "TicoVac", "Pfizer", (), "intramuscular", 3, (32, 80)),
    Vaccine("Japanese encephalitis", "Ixiaro", "Valneva", (), "intramuscular", 2, (28, 33)),
    Vaccine("Hepatitis B", "Engerix B", "GlaxoSmithKline", GSK, "intramuscular", 3, (30, 38), volume="1 mL"),
    Vaccine("Meningitis ACWY", "Nimenrix", "Pfizer", (), "intramuscular", 1, (1826, 1850)),
)
AUSTRALIAN = (
    Vaccine("Diphtheria, tetanus, pertussis", "Boostrix", "GlaxoSmithKline", GSK, "intramuscular", 1, (3652, 3670)),
    Vaccine("Influenza", "Fluarix Tetra", "GlaxoSmithKline", GSK, "intramuscular", 1, (355, 370)),
    Vaccine("Human papillomavirus", "Gardasil 9", "Seqirus", ("CSL Seqirus",), "intramuscular", 2, (185, 240)),
    Vaccine("Pneumococcal", "Prevenar 13", "Pfizer", (), "intramuscular", 2, (60, 90)),
    Vaccine("Measles, mumps, rubella", "Priorix", "GlaxoSmithKline", GSK, "subcutaneous", 2, (30, 60)),
)
INDIAN = (
    Vaccine("COVISHIELD", "ChAdOx1 nCoV-19", "Serum Institute of India", ("Serum Institute of India Pvt. Ltd.",), "intramuscular", 2, (84, 100)),
    Vaccine("COVAXIN", "BBV152", "Bharat Biotech", ("Bharat Biotech International Ltd.",), "intramuscular", 2, (28, 40)),
    Vaccine("Typhoid conjugate", "Typbar-TCV", "Bharat Biotech", (), "intramuscular", 1, (1095, 1110)),
    Vaccine("Hepatitis B", "GeneVac-B", "Serum Institute of India", (), "intramuscular", 3, (30, 38), volume="1 mL"),
    Vaccine("HPV quadrivalent", "Cervavac", "Serum Institute of India", (), "intramuscular", 2, (185, 240)),
)
GULF = (
    Vaccine("Meningococcal ACWY", "Menactra", "Sanofi Pasteur", SANOFI, "intramuscular", 1, (1095, 1110)),
    Vaccine("Influenza", "Vaxigrip Tetra", "Sanofi Pasteur", SANOFI, "intramuscular", 1, (355, 370)),
    Vaccine("COVID-19", "Sinopharm BBIBP-CorV", "Beijing Institute of Biological Products", ("Sinopharm",), "intramuscular", 2, (21, 28)),
    Vaccine("Hepatitis B", "Euvax B", "LG Chem", (), "intramuscular", 3, (30, 38), volume="1 mL"),
)
YELLOW = (
    Vaccine("Yellow fever", "Stamaril", "Sanofi Pasteur", SANOFI, "subcutaneous", 1, (0, 0)),
    Vaccine("Yellow fever", "YF-VAX", "Sanofi Pasteur", SANOFI, "subcutaneous", 1, (0, 0)),
)
EUROPEAN = (
    Vaccine("SARS-CoV-2 mRNA vaccine", "Comirnaty", "BioNTech Manufacturing GmbH", ("BioNTech",), "intramuscular", 3, (120, 200), volume="0.3 mL"),
    Vaccine("SARS-CoV-2 mRNA vaccine", "Spikevax", "Moderna Biotech Spain S.L.", ("Moderna Biotech Spain", "Moderna"), "intramuscular", 3, (120, 200)),
    Vaccine("SARS-CoV-2 recombinant spike protein vaccine", "Nuvaxovid", "Novavax CZ a.s.", ("Novavax CZ", "Novavax"), "intramuscular", 2, (21, 30)),
)
ROUTES = {
    "intramuscular": ("IM", "I.M.", "intramuscular (IM)", "IM (intramuscular)", "intramuscularly", "intramuscular injection"),
    "subcutaneous": ("SC", "SQ", "subcut", "subcutaneous (SC)", "SC (subcutaneous)", "subcutaneously", "subcutaneous injection"),
}
BRIEF = {"intramuscular": "IM", "subcutaneous": "SC"}


@dataclasses.dataclass(frozen=True)
class Shot:
    """One dose that somebody got."""

    vaccine: Vaccine
    day: datetime.date
    lot: str
    number: int
    ends: datetime.date
    due: datetime.date
    side: str

    @property
    def muscle(self):
        return "deltoid" if self.vaccine.route == "intramuscular" else "upper arm"

    @property
    def site(self):
        return f"{self.side} {self.muscle}"


def lot(rng):
    """A lot's number as makers of vaccines print it."""
    some = lambda count: "".join(rng.choice("ACEFHJKMNPRTWXY") for _ in range(count))
    return rng.choice(
        (
            lambda: some(2) + digits(rng, 4),
            lambda: some(1) + digits(rng, 5),
            lambda: digits(rng, 3) + some(1) + digits(rng, 2) + some(1),
            lambda: some(3) + digits(rng, 3) + some(2),
            lambda: "U" + digits(rng, 4) + "AA",
            lambda: digits(rng, 6),
        )
    )()


def shot(rng, vaccine, day=None, number=None, first=2022, last=2025):
    day = day or a_day(rng, first, last)
    low, high = vaccine.gap
    return Shot(
        vaccine,
        day,
        lot(rng),
        number or rng.randint(1, vaccine.doses),
        apart(rng, day, 90, 500),
        apart(rng, day, low, high + 30) if high else day,
        rng.choice(("left", "right")),
    )


def names(page, *vaccines, shown=None):
    """The name as it stands, or the shorter names of it that stand there."""
    every = [
        form
        for v in vaccines
        for form in (v.name, v.brand, f"{v.name} ({v.brand})", f"{v.brand} ({v.name})", f"{v.name} vaccine", f"{v.name} {v.brand}", f"{v.brand} {v.name}")
    ]
    page.know("vaccineName", shown or vaccines[0].name, *every)


def makers(page, *vaccines):
    page.know("manufacturer", vaccines[0].maker, *(form for v in vaccines for form in (v.maker, *v.makers)))


def routes(page, *ways):
    page.know("routeOfAdministration", ways[0], *(form for way in ways for form in (way, *ROUTES[way])))


def sites(page, *shots, shown=()):
    """The place of the injection, with the short ways to write it."""
    forms = list(shown)
    for s in shots:
        side, muscle = s.side, s.muscle
        forms += [
            s.site,
            f"{side[0]} {muscle}",
            f"{muscle}, {side}",
            f"{muscle} ({side})",
            f"{side} {muscle} muscle",
            f"{side[0]}{muscle[0]}",
            f"{side[0]} delt",
            f"{side} arm ({muscle})",
            f"{side} arm, {muscle}",
            f"{side} upper arm ({muscle})",
        ]
    page.know("injectionSite", shots[0].site, *forms)
