"""The policy that the page is served with, as the browser enforces it."""

from playwright.sync_api import Route, expect

from tests.browser.conftest import Demo, Watched
from tests.browser.looking import settle


def test_the_browser_refuses_a_script_within_the_page(watched: Watched, demo: Demo) -> None:
    page = watched.page

    def inject(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("<body>", "<body><script>injected = 1</script>"))

    page.route("**/ui/", inject)
    page.goto(demo.address("overview"))
    settle(page)
    assert page.evaluate("typeof injected") == "undefined"
    watched.expect_problem("refused by the policy: script-src-elem inline")
    watched.expect_problem("Executing inline script violates")


def test_the_browser_refuses_to_make_markup_of_text(watched: Watched, demo: Demo) -> None:
    page = watched.page
    page.goto(demo.address("overview"))
    said = page.evaluate("() => { try { document.body.innerHTML = '<b>x</b>'; } catch (error) { return error.name; } }")
    assert said == "TypeError"
    watched.expect_problem("refused by the policy: require-trusted-types-for")
    watched.expect_problem("requires 'TrustedHTML' assignment")


def test_the_page_speaks_to_its_own_stack_only(watched: Watched, demo: Demo) -> None:
    page = watched.page
    page.goto(demo.address("overview"))
    asked = "(to) => fetch(to).then(() => 'answered', (error) => error.name)"
    assert page.evaluate(asked, "http://127.0.0.1:9/") == "TypeError"
    watched.expect_problem("refused by the policy: connect-src http://127.0.0.1:9/")
    watched.expect_problem("Content Security Policy")
    expect(page.get_by_role("main")).not_to_be_empty()
