"""Documents as they are printed in English outside America: forms, letters, records and certificates of many countries.

Written from how such papers look and from the fields of the vendor's document, without knowledge of how they are read here.
"""
from world import discharges, notes, prescriptions, vaccines

TEMPLATES = {
    "prescription": prescriptions.TEMPLATES,
    "discharge-summary": discharges.TEMPLATES,
    "clinical-notes": notes.TEMPLATES,
    "vaccine-certificate": vaccines.TEMPLATES,
}
