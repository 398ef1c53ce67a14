"""Invented people of many countries, and the numbers that their registers give them; only the forms and check digits are real."""
import dataclasses

from people import Person, number, some_day

# women's names, men's names, family names, streets, towns, forms of telephone numbers
LANDS = {
    "uk": ("Harriet Moira Rhiannon Zainab Beatrice Gwendoline", "Alistair Desmond Rhys Nathaniel Gareth Leopold",
           "Thistlewood Braithwaite Llewellyn Cavanagh Oyelaran Penhaligon Hargreaves",
           ("Tannery Close", "St Aldhelm's Road", "Beechcroft Avenue", "Quarry Bank"),
           ("Exeter EX4 6QZ", "Stockport SK2 7WD", "Lincoln LN5 8ZE", "Paisley PA3 2QY"), "01632 960{}"),
    "ie": ("Sinead Aoife Grainne Orla Bernadette", "Cormac Declan Fergal Eamon Padraig", "O'Halloran Fitzmaurice Mulcahy Prendergast Geraghty Tiernan",
           ("Chapel Street", "Riverside Drive", "Castle Park"), ("Ennis, Co. Clare", "Tralee, Co. Kerry", "Navan, Co. Meath"), "(01) 555 0{}"),
    "in": ("Ananya Lakshmi Shalini Meenakshi Rukhsana", "Rohan Suresh Harpreet Arvind Imtiaz", "Kulkarni Iyengar Bhattacharya Deshpande Gowda Saxena",
           ("Lake View Road", "Gandhi Nagar 2nd Cross", "Temple Street", "Ring Road"), ("Pune 411038", "Mysuru 570009", "Nagpur 440010", "Kochi 682016"), "+91 98450 0{}"),
    "pk": ("Ayesha Rubina Saima Nadia", "Kamran Bilal Shahid Usman", "Qureshi Siddiqui Chaudhry Bukhari Lodhi",
           ("Model Town", "Jail Road", "Shahrah-e-Iqbal"), ("Lahore 54700", "Karachi 75300", "Multan 60000"), "+92 42 3555 0{}"),
    "ph": ("Maricel Rosalinda Cherry Luningning", "Rodrigo Ernesto Jericho Benjie", "Dimaculangan Villanueva Pangilinan Macaraeg Evangelista",
           ("Rizal Avenue", "Mabini Street", "Bonifacio Drive"), ("Quezon City 1103", "Iloilo City 5000", "Davao City 8000"), "(02) 8555 0{}"),
    "sg": ("Wei Ling|Hui Min|Siew Kheng|Nur Aisyah", "Jun Hao|Boon Kiat|Zhi Wei|Kumaran", "Tan Lim Goh Ng Chua Teo",
           ("Bedok North Avenue 3", "Jurong West Street 41", "Ang Mo Kio Avenue 6"), ("Singapore 460512", "Singapore 640447", "Singapore 560303"), "6555 0{}"),
    "za": ("Nomvula Thandiwe Annelize Lerato", "Sipho Johannes Mandla Tebogo", "Nkosi Dlamini Pretorius Mokoena Naidoo Botha",
           ("Jacaranda Street", "Voortrekker Road", "Nelson Mandela Drive"), ("Bloemfontein 9301", "Durban 4001", "Polokwane 0699"), "031 555 0{}"),
    "ng": ("Ngozi Folasade Halima Ifeoma", "Chukwuemeka Babatunde Sani Tunde", "Okonkwo Adebayo Bello Nwachukwu Ogunleye Danjuma",
           ("Adeola Odeku Street", "Awolowo Road", "Zik Avenue"), ("Lagos", "Ibadan", "Enugu"), "0803 555 0{}"),
    "ke": ("Wanjiru Akinyi Chebet Mumbi", "Kipchoge Otieno Mutua Kamau", "Mwangi Odhiambo Kiplagat Wekesa Njoroge",
           ("Kenyatta Avenue", "Oginga Odinga Road", "Uganda Road"), ("Nakuru 20100", "Eldoret 30100", "Kisumu 40100"), "+254 51 555 0{}"),
    "au": ("Kylie Maureen Talia Bronte", "Lachlan Darcy Angus Trevor", "Fairweather Papadakis Carmody Nguyen Wetherall",
           ("Bottlebrush Court", "Kookaburra Road", "Harbourside Parade"), ("Ballarat VIC 3350", "Toowoomba QLD 4350", "Bunbury WA 6230"), "(03) 5550 0{}"),
    "nz": ("Aroha Mereana Philippa Kiri", "Wiremu Hemi Angus Callum", "Ngata Henare McAllister Paewai Sutherland",
           ("Pohutukawa Place", "Kauri Road", "Marine Parade"), ("Napier 4110", "Nelson 7010", "Rotorua 3010"), "(06) 555 0{}"),
    "ae": ("Fatima Mariam Noura Latifa", "Khalid Saeed Hamdan Yousef", "Al Mansoori|Al Falasi|Haddad|Al Ketbi|Rahmani",
           ("Al Wasl Road", "Corniche Street", "Al Nahda Street"), ("Dubai", "Sharjah", "Abu Dhabi"), "+971 4 555 0{}"),
    "eu": ("Annika Liesbeth Giulia Katarzyna", "Matteo Joost Stanislav Henrik", "Vandenberghe Hoffmann Moretti Kowalska Lindstrom",
           ("Linden Street",), ("Utrecht",), "+31 30 555 0{}"),
}


@dataclasses.dataclass
class Folk(Person):
    """A person with a sex, F or M."""

    sex: str = "F"

    @property
    def title(self):
        return "Mrs" if self.sex == "F" else "Mr"

    @property
    def initial(self):
        return f"{self.first[0]} {self.last}"


def words(text):
    return text.split("|" if "|" in text else " ")


def folk(rng, land, oldest=84, youngest=22, sex=None):
    """Somebody of that country who does not exist, born on a day that is no month."""
    women, men, last, streets, towns, phone = LANDS[land]
    sex = sex or rng.choice("FM")
    first = rng.choice(words(women if sex == "F" else men))
    return Folk(first, rng.choice(words(last)), some_day(rng, 2023 - oldest, 2023 - youngest), f"{rng.randint(2, 240)} {rng.choice(streets)}",
                rng.choice(towns), phone.format(number(rng, 3)), sex)


def colleague(rng, land, *others):
    """Somebody else of that country, of another name than `others`."""
    while True:
        who = folk(rng, land, 66, 32)
        if all(who.last != other.last and who.first != other.first for other in others):
            return who


def nhs_number(rng):
    """A number of England's health service: its last digit is right by modulus 11."""
    while True:
        body = number(rng, 9)
        digit = 11 - sum(int(d) * (10 - n) for n, d in enumerate(body)) % 11
        if digit != 10:
            whole = body + str(digit % 11)
            return f"{whole[:3]} {whole[3:6]} {whole[6:]}"


def called(page, who, *shown):
    """The patient's name is right in either order, with or without title."""
    named = [*shown, who.listed, f"{who.last} {who.first}"]
    for title in (who.title, "Miss" if who.sex == "F" else "Master", "Ms"):
        named += [f"{title} {who.name}", f"{who.last}, {who.first} {title}", f"{title} {who.last} {who.first}"]
    page.know("patientName", who.name, *dict.fromkeys(named))


def doctor(page, field, who, *shown):
    """A doctor's name is right with or without title and degrees, and in either order."""
    forms = [*shown[1:], who.name, f"Dr {who.name}", f"{who.last} {who.first}", f"Dr {who.last} {who.first}"]
    page.know(field, shown[0] if shown else f"Dr {who.name}", *dict.fromkeys(forms))


def joined(rows, *choices):
    """Rows of a table as one text, once for each choice of columns."""
    return [", ".join(" ".join(row[column] for column in choice if row[column]) for row in rows) for choice in choices]
