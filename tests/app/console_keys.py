"""An API key of a demonstration enterprise, made the way its people make one: signed in, on the page /keys."""

import re

import httpx

from app.demo.people import DOMAIN, PASSWORD

WAIT_S = 60


def make_key(base: str, handle: str, name: str, *scopes: str) -> str:
    """The key; without scopes one with every right this person may give."""
    with httpx.Client(base_url=base, trust_env=False, timeout=WAIT_S, headers={"Origin": base}) as browser:
        typed = {"email": f"{handle}@{DOMAIN}", "password": PASSWORD, "next": "/keys"}
        assert browser.post("/signin", data=typed).status_code == 303
        page = browser.get("/keys").text
        (token,) = set(re.findall(r'name="csrf" value="([^"]+)"', page))
        offered = re.findall(r'name="scopes" value="([^"]+)"', page)
        assert set(scopes) <= set(offered), offered
        form = {"csrf": token, "name": name, "scopes": list(scopes) or offered, "days": "30", "networks": "127.0.0.1"}
        made = browser.post("/keys", data=form)
        assert made.status_code == 200, made.text
        (key,) = set(re.findall(r"zpm_live_[A-Za-z0-9_-]{20,}", made.text))
        return key
