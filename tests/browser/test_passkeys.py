"""A passkey in a real Chromium, whose authenticator is a virtual one (WebAuthn, section 11)."""

from __future__ import annotations

import re

import pytest

from corrections_app import create_app
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts, factors
from tests.applications import TRIAL
from tests.browser.barriers import barriers
from tests.processes import free_port, serving

pytestmark = pytest.mark.browser
MAX = "max@courier.example"


@pytest.fixture(scope="module")
def named(tmp_path_factory, databases):
    """A newsroom at an address with a name: browsers have no passkeys at a number."""
    instance, url, port = tmp_path_factory.mktemp("keys"), databases.fresh(), free_port()
    settings = {"PUBLIC_URL": f"http://localhost:{port}", "LIMITS": "off", "DATABASE_URL": url}
    with serving(instance, "--port", str(port), **settings):
        app = create_app(TRIAL | settings | {"INSTANCE": str(instance)})
        with app.app_context():
            yield app, settings["PUBLIC_URL"]
            db.session.remove()
            db.engine.dispose()
    databases.drop(url)


@pytest.fixture
def page(chromium):
    """A page of its own: axe, which looks at pages here, has their policy complain."""
    context = chromium.new_context(locale="en-GB")
    page, broken = context.new_page(), []
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    context.close()
    assert broken == []


@pytest.fixture
def device(page):
    """The page's authenticator: it is touched whenever it is asked."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": False}
    made = tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return lambda command, **given: tools.send(
        f"WebAuthn.{command}", {"authenticatorId": made["authenticatorId"]} | given
    )


def link_for(url):
    link = accounts.one_time_link(MAX, now=now())
    db.session.rollback()
    return url + link[link.index("/", 8) :]


def come(page, url):
    page.goto(link_for(url))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/(queue|sign-in/second-step)"))


def test_a_passkey_is_made_asked_for_and_removed(named, page, device):
    _, url = named
    accounts.add(MAX, role=Role.MODERATOR, now=now())
    come(page, url)
    page.goto(f"{url}/account/second-factor")
    assert barriers(page) == []
    page.get_by_label("Name of the passkey").fill("blue key")
    page.keyboard.press("Enter")
    page.get_by_text("Your passkey is set up.").wait_for()
    assert len(page.locator(".codes code").all()) == 10
    assert barriers(page) == []

    come(page, url)
    page.get_by_role("heading", name="The second step").wait_for()
    assert barriers(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile("/queue"))
    [key] = factors.held_by(accounts.by_email(MAX).id).passkeys
    assert key.sign_count >= 2
    assert key.last_used_at is not None
    db.session.rollback()

    page.goto(f"{url}/account/second-factor")
    page.get_by_role("button", name="Remove the passkey blue key").click()
    page.get_by_text("Removed.").wait_for()
    come(page, url)
    page.wait_for_url(re.compile("/queue"))


def test_a_device_without_the_key_leaves_the_page_as_it_is(named, page, device):
    _, url = named
    accounts.add(MAX, role=Role.MODERATOR, now=now())
    come(page, url)
    page.goto(f"{url}/account/second-factor")
    page.get_by_label("Name of the passkey").fill("blue key")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("Your passkey is set up.").wait_for()
    come(page, url)
    device("clearCredentials")
    button = page.get_by_role("button", name="Use a passkey")
    button.focus()
    page.keyboard.press("Enter")

    page.get_by_text("The browser gave no passkey.").wait_for()

    assert button.is_enabled()
    assert page.locator("[data-passkey] button:focus").count() == 1
    page.get_by_text("Use a recovery code").click()
    assert page.get_by_label("Recovery code").is_visible()
