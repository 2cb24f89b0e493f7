"""Charts: drawn for both sides, told in words, saved as files, legible from a phone to a projector."""

import pytest

from .visit import QUICK

WIDTHS = (360, 768, 1280, 1920)

CONTRAST = """() => {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => Number(part) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !one.getClientRects().length || one.closest('title, option, script')) continue;
    const colour = one.closest('svg') ? getComputedStyle(one).fill : getComputedStyle(one).color;
    const [light, dark] = [luminance(colour), luminance(ground(one))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)}: ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return found;
}"""


def test_the_line_drawn_is_the_line_sent(visit):
    visit.open(f"{QUICK}&policy.regulator=fca")
    shape = visit.tab.locator("#chart-paid svg g[fill='none'] path").first.get_attribute("d")
    assert shape.count("L") == 23
    words = visit.tab.inner_text("#chart-paid .readout")
    assert "baseline £" in words
    assert "policy £" in words


def test_moving_along_the_months_moves_what_is_said(visit):
    visit.open(f"{QUICK}&at=3")
    first = visit.tab.inner_text("#chart-experience .readout")
    assert first.startswith("year 1, month 4")
    visit.tab.locator("#month").focus()
    visit.tab.locator("#month").press("ArrowRight")
    visit.until(lambda: visit.tab.inner_text("#chart-experience .readout").startswith("year 1, month 5"))
    box = visit.tab.locator("#chart-experience svg").bounding_box()
    visit.tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    visit.until(lambda: "month 5" not in visit.tab.inner_text("#chart-experience .readout"))


def test_figures_are_saved_as_drawings_and_pictures(visit, tmp_path):
    visit.open()
    for kind, start in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with visit.tab.expect_download() as saved:
            visit.tab.click(f"#chart-experience .saves button:has-text('{kind}')")
        saved.value.save_as(tmp_path / f"figure.{kind}")
        assert (tmp_path / f"figure.{kind}").read_bytes().startswith(start)
    drawing = (tmp_path / "figure.SVG").read_text(encoding="utf-8")
    for words in ("What customers experience", "index from 0 to 100", "baseline", "policy", "seed 1"):
        assert words in drawing
    saved_files = []
    visit.tab.on("download", lambda one: saved_files.append(one.suggested_filename))
    visit.tab.click("#save-figures")
    visit.until(lambda: len(set(saved_files)) == 9)


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_hangs_over_the_edge_and_all_can_be_hit(visit, width):
    visit.tab.set_viewport_size({"width": width, "height": 800})
    visit.open(f"{QUICK}&market=energy&policy.market.price_cap=94.75")
    visit.open_sections()
    for tab in ("why", "customer", "firm", "table"):
        visit.tab.click(f"#tab-{tab}")
        visit.tab.wait_for_selector(f"#panel-{tab} :is(h3, svg, td)")
        assert visit.tab.evaluate("document.documentElement.scrollWidth") <= width
        small = visit.tab.evaluate("""[...document.querySelectorAll('button, select, summary, input')].filter((one) => one.offsetParent)
            .map((one) => [one, one.closest('label') ?? one].map((part) => part.getBoundingClientRect().height).concat(one.outerHTML))
            .filter(([own, around]) => Math.max(own, around) < 24)""")  # WCAG 2.2: target size (minimum)
        assert small == []


@pytest.mark.parametrize("panel", ["why", "customer", "firm", "table"])
def test_letters_stand_out_from_their_ground(visit, panel):
    visit.open(f"{QUICK}&policy.market.n_firms=3&open={panel}")
    visit.tab.wait_for_selector(f"#panel-{panel} :is(h3, svg, td)")
    visit.until(lambda: visit.tab.locator(".busy").count() == 0)
    visit.open_sections()
    assert visit.tab.evaluate(CONTRAST) == []  # WCAG 2.1, level AA


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_firms_can_be_told_apart_by_their_names_at_any_width(visit, width):
    visit.tab.set_viewport_size({"width": width, "height": 900})
    visit.open(f"{QUICK}&market=home_insurance")
    names = visit.tab.locator("#chart-firms svg text[font-weight='600']").all_text_contents()
    assert len(names) == len(set(names)) == 12
    assert not any("…" in name for name in names)


def test_every_control_has_a_name_and_every_drawing_a_text(visit):
    visit.open()
    visit.open_sections()
    nameless = visit.tab.evaluate("""[...document.querySelectorAll('button, select, input, textarea')].filter((one) => !(
        one.getAttribute('aria-label') || one.labels?.length || one.textContent.trim())).map((one) => one.outerHTML)""")
    assert nameless == []
    for drawing in visit.tab.locator("figure.chart svg").all():
        ids = drawing.get_attribute("aria-labelledby").split()
        assert all(visit.tab.inner_text(f"#{one}") for one in ids)
    assert visit.tab.get_attribute("html", "lang") == "en-GB"
    assert visit.tab.locator("main").count() == visit.tab.locator("h1").count() == 1
    ids = visit.tab.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))


def test_the_whole_page_can_be_reached_by_keyboard(visit):
    visit.open()
    reached = set()
    for _ in range(70):
        visit.tab.keyboard.press("Tab")
        reached.add(visit.tab.evaluate("document.activeElement.id"))
    assert {"scenario", "copy-link", "month", "why-button", "tab-why"} <= reached
