"""The surfaces as their clients see them: what they write, what they read, and how it is told afterwards what is stored."""
from .fhir import Fhir
from .hemato import Hemato
from .imagemedix import ImageMedix
from .smartscan import SmartScan
from .smartz import Smartz

ALL = (Fhir, SmartScan, ImageMedix, Hemato, Smartz)
