"""Everything of this room over JSON, for `app.asgi`; one's own account has pages only."""

from app.accounts.audit import api as audit
from app.accounts.keys import api as keys
from app.accounts.organisations import api as organisations
from app.accounts.people import api as people

ROUTERS = (organisations.router, people.router, keys.router, audit.router)
