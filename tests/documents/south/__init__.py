"""Documents as hospitals, practices and programs print them in eight countries from Canada to Kenya, laid out without knowledge of how they are read here.

Of a prescription with several medicines the first is what a reader should find.
"""
from south import discharges, notes, prescriptions, vaccines

TEMPLATES = {
    "prescription": prescriptions.TEMPLATES,
    "discharge-summary": discharges.TEMPLATES,
    "clinical-notes": notes.TEMPLATES,
    "vaccine-certificate": vaccines.TEMPLATES,
}
