"""The pages of organisations, people, invitations, keys and the audit log, for `app.asgi`."""

from app.accounts.audit import pages as audit
from app.accounts.keys import pages as keys
from app.accounts.organisations import pages as organisations
from app.accounts.people import invitation_pages
from app.accounts.people import pages as people

HANDLERS = [
    *organisations.HANDLERS,
    *people.HANDLERS,
    *invitation_pages.HANDLERS,
    *keys.HANDLERS,
    *audit.HANDLERS,
]
