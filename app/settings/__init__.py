"""The typed settings of a deployment, in groups, read from the environment and files (`reading`).

To add a setting, give it a line in its group, or in `model.Settings`, and a row in `docs/settings.md`. If it must agree
with another one, add a check to `contradictions`.
"""

from app.settings.faults import Fault, beside
from app.settings.mail import Bounces, ReplyTo, Smtp
from app.settings.model import Environment, Settings
from app.settings.money import Bank, ElectronicInvoices, EligibleBodies, Fee
from app.settings.names import misspelt, secret_paths
from app.settings.organisation import (
    AccountTeamMember,
    AwardingOrganisation,
    HelpContacts,
    UsefulLink,
    WorkingDays,
)
from app.settings.parts import SHORTEST_KEY, DatabaseTls
from app.settings.reading import InvalidSettings, get_settings, settings_of
from app.settings.scanning import ClamdAddress, VirusScan
from app.settings.secret_files import read_by_all
from app.settings.storage import S3
from app.settings.supplier import ElectronicAddressSetting, Supplier, SupplierAddress
from app.settings.transport import in_the_clear
from app.settings.vat_rules import vat_faults

__all__ = [
    "S3",
    "SHORTEST_KEY",
    "AccountTeamMember",
    "AwardingOrganisation",
    "Bank",
    "Bounces",
    "ClamdAddress",
    "DatabaseTls",
    "ElectronicAddressSetting",
    "ElectronicInvoices",
    "EligibleBodies",
    "Environment",
    "Fault",
    "Fee",
    "HelpContacts",
    "InvalidSettings",
    "ReplyTo",
    "Settings",
    "Smtp",
    "Supplier",
    "SupplierAddress",
    "UsefulLink",
    "VirusScan",
    "WorkingDays",
    "beside",
    "get_settings",
    "in_the_clear",
    "misspelt",
    "read_by_all",
    "secret_paths",
    "settings_of",
    "vat_faults",
]
