"""Reports, their files and to whom they were presented."""

from reports.facts.models import (
    AppealFact,
    DayFact,
    FactsState,
    MonthMark,
    OpenFact,
    ReferralFact,
    Rise,
    StaleAppeal,
    StepFact,
)
from reports.models.block import ReportBlock
from reports.models.delivery import DeliveryState, ReportDelivery
from reports.models.export import Export, ExportState
from reports.models.file import ReportFile
from reports.models.own import Mailed, OwnMail, OwnReport
from reports.models.run import ReportRun

__all__ = [
    "AppealFact",
    "DayFact",
    "FactsState",
    "MonthMark",
    "OpenFact",
    "ReferralFact",
    "Rise",
    "StaleAppeal",
    "StepFact",
    "DeliveryState",
    "Export",
    "ExportState",
    "Mailed",
    "OwnMail",
    "OwnReport",
    "ReportBlock",
    "ReportDelivery",
    "ReportFile",
    "ReportRun",
]
