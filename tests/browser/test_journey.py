"""From an invitation to a code in a shopper's hand, as its people go: on a phone and on a desk."""

import csv
import io
import json
import re
import secrets
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, ConsoleMessage, expect

from app.demo.people import PASSWORD
from codes.gs1 import check_digit
from tests.browser.program import Program

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHOSEN = "teapot river stone lantern"
WIDTHS = {375: 812, 1280: 900}


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, browser: Browser, program: Program, width: int, language: str) -> None:
        locale = {"zh": "zh-CN", "en": "en-GB"}[language]
        self.context = browser.new_context(
            viewport={"width": width, "height": WIDTHS[width]},
            locale=locale,
            base_url=program.url,
            accept_downloads=True,
        )
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.program = program

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and "status of 422" not in said.text:  # a form that comes back to be mended
            self.complaints.append(said.text)

    def go(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.ok, (path, answer.status)
        self.look()

    def look(self) -> None:
        """Nothing is wider than the screen."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, self.page.url

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            field = self.page.locator(f'main [name="{name}"]')
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def send(self, form: str = "main form") -> None:
        """The form's own first act."""
        self.page.locator(f"{form} .act.full, {form} .act").first.click()
        self.page.wait_for_load_state()
        self.look()

    def sign_in(self, name: str, password: str = PASSWORD, code: str | None = None) -> None:
        self.go("/signin")
        self.fill(email=name if "@" in name else f"{name}@demo.invalid", password=password)
        self.send()
        if "/signin/totp" in self.page.url:
            self.fill(code=code or self.program.zpm("demo", "totp", name).split()[-1])
            self.send()
        expect(self.page).to_have_url(re.compile("/home"))

    def sign_out(self) -> None:
        menu = self.page.locator(".menu summary")
        if menu.is_visible():
            menu.click()
        self.page.locator('form[action^="/signout"] button:visible').click()
        self.page.wait_for_url(re.compile("/signin"))

    def text(self) -> str:
        return self.page.inner_text("main")


@pytest.fixture(params=[(375, "zh"), (1280, "en")], ids=["phone-zh", "desk-en"])
def cast(browser: Browser, program: Program, request: pytest.FixtureRequest) -> Iterator[Callable[[], Person]]:
    people: list[Person] = []

    def come() -> Person:
        people.append(Person(browser, program, *request.param))
        return people[-1]

    yield come
    for one in people:
        one.context.close()
        assert one.complaints == [], "the browser complained"


def test_from_the_invitation_to_the_scan(cast: Callable[[], Person], program: Program, pack_photo: bytes) -> None:
    owner, clerk, bureau = cast(), cast(), cast()
    name = f"journey-{secrets.token_hex(3)}@demo.invalid"
    owner.sign_in("owner")
    secret = _invited(owner, clerk, name)
    clerk.sign_out()
    clerk.sign_in(name, CHOSEN, _later(secret))

    product, gtin = _product(clerk, pack_photo)
    clerk.send(f'form[action*="/products/{product}/publish"]')
    assert clerk.page.locator(".stop").count(), "it is not recognised yet"
    _recognised(program, product)
    clerk.go(f"/products/{product}")
    clerk.send(f'form[action*="/products/{product}/publish"]')
    clerk.go(f"/01/{gtin}")
    assert "JOURNEY" in clerk.text()

    address = _ordered(clerk, gtin)
    clerk.go(address)
    assert clerk.page.locator(".status").get_attribute("class") != "status valid"
    _activated(clerk)
    clerk.go(address)
    assert "valid" in (clerk.page.locator(".status").get_attribute("class") or "").split()

    _sampled_and_returned(bureau, owner, product)


def _invited(owner: Person, clerk: Person, email: str) -> str:
    """Asked in, in with a password, and a second factor set up; gives its secret."""
    owner.go("/people")
    owner.fill(email=email, name="演示新人")
    for role in ("product_editor", "code_officer"):
        owner.page.check(f'#invite [name="roles"][value="{role}"]')
    owner.page.click("#invite button")
    owner.page.wait_for_load_state()
    assert email in owner.text()
    link = owner.program.printed_since(email, owner.program.url + "/invitation/")
    clerk.go(link)
    clerk.fill(password="short", again="short")
    clerk.send()
    assert clerk.page.locator(".error").count(), "too short"
    clerk.fill(password=CHOSEN, again=CHOSEN)
    clerk.send()
    clerk.sign_in(email, CHOSEN)
    clerk.go("/account/totp")
    secret = "".join(clerk.page.inner_text("#secret").split())
    clerk.fill(code=pyotp.TOTP(secret).now(), password=CHOSEN)
    clerk.send()
    assert clerk.page.locator("#codes").count(), "recovery codes are shown"
    return secret


def _later(secret: str) -> str:
    """A code counts once: that of the step to come is taken too."""
    return pyotp.TOTP(secret).at(time.time() + 30)


def _product(clerk: Person, photo: bytes) -> tuple[str, str]:
    """A draft with everything that is the enterprise's to say."""
    body = f"0690124{secrets.randbelow(10**6):06d}"
    gtin = body + check_digit(body)
    clerk.go("/products/new")
    clerk.fill(model=f"JOURNEY-{gtin[-4:]}", name="演示电水壶", name_en="Kettle JOURNEY", gtins=gtin)
    clerk.send()
    found = re.search(r"/products/([0-9a-f-]{36})", clerk.page.url)
    assert found, clerk.text()
    own = f"/products/{found[1]}"
    clerk.go(f"{own}/photo")
    clerk.page.set_input_files('[name="photo"]', {"name": "a.png", "mimeType": "image/png", "buffer": photo})
    clerk.send()
    clerk.go(f"{own}/test-reports")
    clerk.fill(number="演示-检-1", laboratory="演示实验室", issued_on="2026-03-02")
    clerk.send()
    clerk.go(f"{own}/indicators")
    if not clerk.page.locator('[name="0.name"]').count():
        clerk.page.click('[name="more"]')
        clerk.page.wait_for_selector('[name="0.name"]')
    clerk.fill(**{
        "0.name": "热效率", "0.unit": "%", "0.sense": "ge", "0.product_value": "91", "0.zhejiang_made_limit": "88",
        "0.test_report_number": "演示-检-1",
    })  # fmt: skip
    clerk.page.locator("#table > .acts .act.full").click()
    clerk.page.wait_for_load_state()
    clerk.go(f"{own}/commitment")
    clerk.fill(text="整机保修五年", remedy="七日内包退", telephone="400-000-0000", valid_from=date.today().isoformat())
    clerk.send()
    return found[1], gtin


def _api(program: Program, method: str, path: str, body: Any = None) -> Any:
    key = (program.data / "api.key").read_text().strip()
    asked = urllib.request.Request(
        program.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)


def _recognised(program: Program, product: str) -> None:
    """The province confirms it on the strength of a certificate that is in force."""
    enterprise = _api(program, "GET", f"/api/products/{product}")["product"]["enterprise_id"]
    certificate = next(
        one for one in _api(program, "GET", "/api/certificates?limit=200")["items"]
        if (one["enterprise_id"], one["state"]) == (enterprise, "valid") and one["valid_until"] > str(date.today())
    )  # fmt: skip
    covered = {"product_id": product, "standard_id": certificate["standard_id"], "certificate_id": certificate["id"]}
    _api(program, "POST", "/api/recognitions", {
        "enterprise_id": enterprise, "route": "certification", "confirmation_number": f"演示〔{product[:6]}〕",
        "confirmed_on": (date.today() - timedelta(days=1)).isoformat(), "products": [covered],
    })  # fmt: skip


def _ordered(clerk: Person, gtin: str) -> str:
    """Five codes to be activated at the line; the address of one, from the file."""
    clerk.go("/codes/new")
    clerk.fill(gtin=gtin, lot="JOURNEY1", count="many", policy="at_the_line")
    clerk.send()
    assert clerk.page.locator(".error").count(), "not a number"
    clerk.fill(count="5")
    clerk.send()
    clerk.page.wait_for_url(re.compile(r"/codes/\d+"))
    clerk.send('form[action*="/files"]')
    with clerk.page.expect_download() as taken:
        clerk.page.click('a[href*="/download"]')
    text = taken.value.path().read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 5
    return (
        next(value for value in rows[2].values() if value.lower().startswith("http"))
        .lower()
        .replace(clerk.program.url, "")
    )


def _activated(clerk: Person) -> None:
    clerk.go("/codes")
    clerk.page.locator("td.first a").first.click()
    clerk.page.wait_for_load_state()
    clerk.page.check('[name="whole"] >> nth=0')
    clerk.send('form[action*="/activate"]')
    assert not clerk.page.locator(".error").count()


def _sampled_and_returned(bureau: Person, owner: Person, product: str) -> None:
    bureau.sign_in("county")
    bureau.go("/review")
    bureau.go(f"/review/{product}")
    bureau.page.check('[name="outcome"][value="returned"]')
    bureau.send("main form.card")
    assert bureau.page.locator(".error").count(), "a return says why"
    bureau.fill(reasons="演示：请补充英文说明")
    bureau.send("main form.card")
    owner.go("/home")
    owner.page.click(f'main a[href*="{product}"] >> nth=0')
    owner.page.wait_for_load_state()
    owner.go(f"/products/{product}/answer")
    assert "演示：请补充英文说明" in owner.text()
    owner.send("main form.card")
    bureau.go(f"/review/{product}")
