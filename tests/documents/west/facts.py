"""Invented people and places of North America, and medicines and vaccines as they are sold there (names, codes and strengths are real)."""
import dataclasses
import datetime

import paper
import people

paper.FAMILIES.update({
    "condensed": ("dejavu/DejaVuSansCondensed.ttf", "dejavu/DejaVuSansCondensed-Bold.ttf"),
    "tight": ("roboto/unhinted/RobotoCondensed-Regular.ttf", "roboto/unhinted/RobotoCondensed-Bold.ttf"),
    "typed": ("dejavu/DejaVuSansMono.ttf", "dejavu/DejaVuSansMono-Bold.ttf"),
})
GIVEN = ("Robert J|Latoya M|Guadalupe|Wei-Lin|Kathleen A|Darnell|Ingrid|Mateo|Harpreet|Susan E|Jean-Luc|Tamika|Howard P|Noemi|Gordon|Siobhan|"
         "Anh|Curtis W|Raquel|Elias|Margaret T|Devonte|Paige|Yusuf|Helga|Trevor D").split("|")
FAMILY = ("Kessler|Hernandez|McAllister|Okonkwo|Thibodeau|Nguyen|Sandoval|Prewitt|Dhaliwal|Lindgren|Boateng|Fairbanks|Castonguay|Delacroix|"
          "Mulvaney|Yazzie|Rosenthal|Vandermeer|Tran|Holloway|Papadakis|Wojcik|Begay|Tremblay|Sorensen|Abernathy").split("|")
US = (("1408 Larkspur Ct Apt 3B", "Cedar Rapids, IA 52402"), ("77 Old Quarry Rd", "Nashua, NH 03060"), ("2915 W Camino Real", "Tucson, AZ 85745"),
      ("5520 SE Hawthorne Blvd", "Portland, OR 97215"), ("610 Magnolia St Unit 12", "Mobile, AL 36602"), ("18 Pulaski Hwy", "Duluth, MN 55802"),
      ("3341 Bluebonnet Ln", "Waco, TX 76710"), ("902 Shoreline Dr", "Erie, PA 16505"))
CANADA = (("214 Rue Sherbrooke E Apt 6", "Sudbury, ON P3E 1B2"), ("88 Kingsway Ave", "Burnaby, BC V5H 2A4"), ("1203 Portage Ave", "Winnipeg, MB R3G 0T6"),
          ("45 Spring Garden Rd", "Halifax, NS B3J 3R4"), ("3907 Jasper Ave", "Edmonton, AB T5J 0M8"), ("16 Bloor St W Suite 410", "Toronto, ON M4W 1A8"))


@dataclasses.dataclass(frozen=True)
class Drug:
    """A medicine: `sig` in words and `short` as prescribers abbreviate it; `ndc` is the brand's package."""

    generic: str
    brand: str
    strength: str
    form: str
    sig: str
    short: str
    count: int
    days: int
    icd: str
    illness: str
    ndc: str
    schedule: str = ""


DRUGS = (
    Drug("rosuvastatin", "Crestor", "10 mg", "tablet", "Take 1 tablet by mouth nightly", "1 tab PO qHS", 90, 90, "E78.2", "Mixed hyperlipidemia", "0310-0751-90"),
    Drug("clopidogrel", "Plavix", "75 mg", "tablet", "Take 1 tablet by mouth once daily", "1 tab PO daily", 30, 30, "I25.10", "Coronary artery disease", "63653-1171-1"),
    Drug("levothyroxine", "Synthroid", "50 mcg", "tablet", "Take 1 tablet by mouth every morning 30 minutes before breakfast",
         "1 tab PO qAM 30 min ac", 90, 90, "E03.9", "Hypothyroidism", "0074-4552-90"),
    Drug("dapagliflozin", "Farxiga", "10 mg", "tablet", "Take 1 tablet by mouth every morning", "1 tab PO qAM", 30, 30, "E11.65",
         "Type 2 diabetes mellitus with hyperglycemia", "0310-6210-30"),
    Drug("valsartan", "Diovan", "80 mg", "tablet", "Take 1 tablet by mouth twice a day", "1 tab PO BID", 60, 30, "I10", "Essential hypertension", "0078-0358-34"),
    Drug("pantoprazole", "Protonix", "40 mg", "tablet", "Take 1 tablet by mouth every day before breakfast", "1 tab PO daily ac", 30, 30, "K21.9",
         "Gastroesophageal reflux disease", "0008-0841-81"),
)
CONTROLLED = (
    Drug("alprazolam", "Xanax", "0.5 mg", "tablet", "Take 1 tablet by mouth three times a day as needed for anxiety", "1 tab PO TID prn anxiety", 60, 20,
         "F41.1", "Generalized anxiety disorder", "0009-0055-01", "C-IV"),
    Drug("lisdexamfetamine", "Vyvanse", "30 mg", "capsule", "Take 1 capsule by mouth every morning", "1 cap PO qAM", 30, 30, "F90.0",
         "Attention-deficit hyperactivity disorder", "59417-103-10", "C-II"),
)


@dataclasses.dataclass(frozen=True)
class Vaccine:
    """A vaccine: `kind` what it is against, `code` its CVX, `sheet` the date of its information sheet."""

    kind: str
    brand: str
    maker: str
    makers: tuple
    code: str
    route: str
    short: str
    sheet: datetime.date
    lot: str
    again: int

    @property
    def doses(self):
        """How many doses a series has."""
        return 1 if self.kind.startswith(("Tdap", "Influenza")) else 2


VACCINES = (
    Vaccine("Tdap", "Adacel", "Sanofi Pasteur", ("Sanofi", "PMC"), "115", "intramuscular", "IM", datetime.date(2021, 8, 6), "U7{}AA", 3652),
    Vaccine("Zoster recombinant", "Shingrix", "GlaxoSmithKline", ("GSK", "SKB"), "187", "intramuscular", "IM", datetime.date(2022, 2, 4), "4T{}", 90),
    Vaccine("Hepatitis A, adult", "Vaqta", "Merck", ("Merck Sharp & Dohme", "MSD"), "52", "intramuscular", "IM", datetime.date(2021, 10, 15), "W0{}", 183),
    Vaccine("MMR", "M-M-R II", "Merck", ("Merck Sharp & Dohme", "MSD"), "03", "subcutaneous", "SC", datetime.date(2021, 8, 6), "X0{}", 30),
    Vaccine("Hepatitis B, adult", "Heplisav-B", "Dynavax", ("DVX",), "189", "intramuscular", "IM", datetime.date(2023, 5, 12), "9{}7", 30),
    Vaccine("HPV9", "Gardasil 9", "Merck", ("Merck Sharp & Dohme", "MSD"), "165", "intramuscular", "IM", datetime.date(2021, 8, 6), "Y0{}", 60),
    Vaccine("Influenza MDCK quadrivalent", "Flucelvax Quadrivalent", "Seqirus", ("CSL Seqirus", "SEQ"), "171", "intramuscular", "IM", datetime.date(2021, 8, 6), "94{}", 365),
)


def person(rng, land="us", youngest=3, oldest=90):
    """Somebody who does not exist."""
    street, town = rng.choice(US if land == "us" else CANADA)
    return people.Person(rng.choice(GIVEN), rng.choice(FAMILY), people.some_day(rng, 2023 - oldest, 2023 - youngest), street, town, phone(rng))


def elsewhere(rng, who, places=US):
    """An address that is not the patient's."""
    return rng.choice([place for place in places if place[0] != who.street])


def phone(rng):
    return f"{rng.choice((207, 319, 520, 604, 705, 814))}-555-01{rng.randint(10, 99)}"


def clinician(rng, *others):
    """A first and a last name that none of `others` bears."""
    while True:
        first, last = rng.choice(GIVEN).split()[0], rng.choice(FAMILY)
        if all(first not in other and last not in other for other in others):
            return f"{first} {last}"


def titled(page, field, name, *degrees):
    """A clinician is right with or without title, degrees, and in either order; the first form is as it stands."""
    last = name.split()[-1]
    first = name[: -len(last) - 1]
    shown = [f"{name}, {degree}" for degree in degrees]
    turned = [f"{last}, {first}"] + [f"{last}, {first} {degree}" for degree in degrees] + [f"{last}, {first}, {degree}" for degree in degrees]
    page.know(field, (shown or [name])[0], name, f"Dr. {name}", *shown, *[f"Dr. {form}" for form in shown], *turned)


def named(page, who):
    """The patient, in either order, with or without the middle initial."""
    bare = who.first.split()[0] if who.first[-2:-1] == " " else who.first
    page.know("patientName", who.name, f"{who.last}, {who.first}", f"{bare} {who.last}", f"{who.last}, {bare}")
