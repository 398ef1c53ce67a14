"""Certificates of vaccination and prescriptions as they are printed in English in many countries, laid out without knowledge of how they are read here.

Of a prescription with several medicines the first is what a reader should find; of a register's rows any row's value is right, of a
certificate with a history what was given today.
"""

from . import certificates_home, certificates_travel, scripts_abroad, scripts_america

TEMPLATES = {
    "prescription": scripts_america.ALL + scripts_abroad.ALL,
    "vaccine-certificate": certificates_home.ALL + certificates_travel.ALL,
    "discharge-summary": (),
    "clinical-notes": (),
}
