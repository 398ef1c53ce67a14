"""Documents as they are printed in the United States and Canada, laid out without knowledge of how documents are read here.

Of a prescription with several medicines the first is what a reader should find; of a register's rows any row's value is right.
"""
from . import discharges, notes, prescriptions, vaccines

TEMPLATES = {"prescription": prescriptions.ALL, "discharge-summary": discharges.ALL, "clinical-notes": notes.ALL, "vaccine-certificate": vaccines.ALL}
