"""Reading the audit journal: what each kind is called, and where the things it names are opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models import AuditEntry, User

Found = Mapping[str, tuple[str, str]]  # reference → (what it is called, its address)
Opens = Callable[[User, list[str]], Found]

#: Every kind the journal holds; the part before the dot is its sort.
KINDS: dict[str, str | Promise] = {
    "look.applicant": _("Saw personal data in full"),
    "look.attachment": _("Looked at a file"),
    "look.letter": _("Looked at a letter"),
    "look.reception": _("Saw who comes to a reception"),
    "look.reception_day": _("Saw the receptions of a day"),
    "look.state_code": _("Saw the applicant's code"),
    "download.attachment": _("Took a file"),
    "download.letter": _("Took a letter"),
    "download.memo": _("Took a memo"),
    "download.report": _("Took a report"),
    "download.own_report": _("Took an own report"),
    "download.export": _("Took an export of rows"),
    "download.structures": _("Took the directory of structures"),
    "refuse.attachment": _("A file was refused"),
    "refused.referral": _("A referral to whom it complains about was refused"),
    "refused.executor": _("An executor the complaint is about was refused"),
    "refused.inheritance": _("A successor the complaint is about was passed over"),
    "applicant.contact_dropped": _("Dropped a contact of an applicant"),
    "setting.added": _("Added to a dictionary"),
    "setting.changed": _("Changed a rule or a dictionary"),
    "calendar.day": _("Changed a day of the calendar"),
    "user.added": _("Added a user"),
    "user.changed": _("Changed a user"),
    "user.password_given": _("Gave a first password"),
    "user.password_chosen": _("Chose an own password"),
    "user.let_in": _("Let in somebody shut out"),
    "user.left": _("Ended somebody's access"),
    "user.returned": _("Gave access again"),
    "user.delegated": _("Let one person act for another"),
    "user.delegation_ended": _("Ended acting for another"),
    "token.made": _("Made a token"),
    "token.revoked": _("Revoked a token"),
    "token.used": _("A token was used"),
    "feed.made": _("Made a calendar address"),
    "feed.revoked": _("Revoked a calendar address"),
    "rule.saved": _("Saved a rule"),
    "rule.moved": _("Moved a rule"),
    "rule.switched_on": _("Switched a rule on"),
    "rule.switched_off": _("Switched a rule off"),
    "rule.handed_over": _("A rule passed to the successor"),
    "rule.passed_over_accused": _("A rule passed over whom it complains about"),
    "structure.added": _("Added a structure"),
    "structure.changed": _("Changed a structure"),
    "structure.closed": _("Ended a structure"),
    "structures.imported": _("Imported structures"),
    "place.given": _("Gave a place in a structure"),
    "place.ended": _("Ended a place in a structure"),
    "change.answer_template": _("Changed an answer template"),
    "suggestion.threshold": _("Set a threshold of suggestions"),
    "ladder.added": _("Added a step of reminding"),
    "ladder.changed": _("Changed a step of reminding"),
    "ladder.removed": _("Removed a step of reminding"),
    "alarm.handled": _("Dealt with an alarm"),
    "memo.resent": _("Sent a memo again"),
    "export.asked": _("Asked for an export of rows"),
    "export.ready": _("An export of rows is ready"),
    "own_report.saved": _("Saved an own report"),
    "own_report.deleted": _("Deleted an own report"),
    "report.ask": _("Asked for a report"),
    "report.begin": _("Building of a report began"),
    "report.finish": _("A report was built"),
    "report.fail": _("A report was not built"),
    "report.retry": _("Asked for a report again"),
    "report.comment": _("Commented a report"),
    "report.sign": _("Signed a report"),
    "report.present": _("Presented a report"),
    "report.read": _("Read a report"),
    "report.archive": _("Archived a report"),
    "report.correct": _("Corrected a report"),
    "report.blocks": _("Changed the blocks of a report"),
}
#: What the lines can be cut by: the part before the dot.
SORTS: dict[str, str | Promise] = {
    "look": _("Looks"),
    "download": _("Files taken"),
    "refuse": _("Refusals"),
    "user": _("Users"),
    "token": _("Tokens"),
    "setting": _("Rules and dictionaries"),
    "calendar": _("Calendar"),
    "rule": _("Routing rules"),
    "structure": _("Structures"),
    "place": _("Places in structures"),
    "report": _("Reports"),
    "export": _("Exports"),
}
_opens: dict[str, Opens] = {}


def know_object(sort: str, opens: Opens) -> None:
    """Say what things of a sort are called and where they are opened, for a reader who may see them."""
    _opens[sort] = opens


def label_of(kind: str) -> str:
    """A kind in words; one that nobody names is told as it is."""
    return str(KINDS.get(kind, kind))


def objects_of(user: User, entries: Iterable[AuditEntry]) -> dict[tuple[str, str], tuple[str, str]]:
    """(sort, reference) → (name, address) of what the lines are about, in one question a sort."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        if entry.object_kind in _opens and entry.object_ref:
            wanted.setdefault(entry.object_kind, set()).add(entry.object_ref)
    return {
        (sort, ref): found
        for sort, refs in wanted.items()
        for ref, found in _opens[sort](user, sorted(refs)).items()
    }
