"""The words the scripts say to a person."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """Everything the scripts say to a person; {x} is filled in by the script."""
    return {
        "saved": _("Saved {time}"),
        "saving": _("Saving…"),
        "kept": _("Not saved on the server, kept in this browser {time}"),
        "restored": _("Text typed in this browser at {time} was put back."),
        "sent": _("You sent this text at {time}. It is still kept in this browser."),
        "restore": _("Put it back"),
        "elsewhere": _(
            "This text was changed in another window. Reload to see it; yours is kept in this browser."
        ),
        "offline": _("No connection. What you typed is kept; try again in a moment."),
        "too_much": _("This is too long to be taken. Shorten it; what you typed is kept here."),
        "failed": _(
            "The server could not do this. Try again; if it repeats, tell the administrator."
        ),
        "forbidden": _("You may not do this, or it is no longer here."),
        "browser_full": _("This browser has no room left to keep the text; save it on the server."),
        "ended": _("Your session has ended. Go on writing; the text is kept in this browser."),
        "sign_in": _("Sign in"),
        "wrong_person": _(
            "Another person signed in. Reload the page; the text typed here is kept."
        ),
        "sign_in_failed": _("That did not work. Check the password and try again."),
        "signed_in": _("You are signed in again. Go on."),
        "nothing_found": _("Nothing found for “{text}”"),
        "found": _("{n} found"),
        "type_more": _("Type {n} letters or more"),
        "uploaded": _("{name} is uploaded"),
        "upload_failed": _("{name} was not uploaded: {reason}"),
        "too_large": _("larger than {size} MB"),
        "live": _("Live"),
        "polling": _("Live updates are interrupted; this page asks every 20 seconds"),
        "close": _("Close"),
        "keys_off": _("Single-letter keys are off"),
        "keys_on": _("Single-letter keys are on"),
    }
