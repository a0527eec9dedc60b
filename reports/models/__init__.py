"""Reports, their files and to whom they were presented."""

from reports.facts.models import (
    AppealFact,
    DayFact,
    FactsState,
    OpenFact,
    ReferralFact,
    Rise,
    StaleAppeal,
    StepFact,
)
from reports.models.block import ReportBlock
from reports.models.delivery import DeliveryState, ReportDelivery
from reports.models.file import ReportFile
from reports.models.run import ReportRun

__all__ = [
    "AppealFact",
    "DayFact",
    "FactsState",
    "OpenFact",
    "ReferralFact",
    "Rise",
    "StaleAppeal",
    "StepFact",
    "DeliveryState",
    "ReportBlock",
    "ReportDelivery",
    "ReportFile",
    "ReportRun",
]
