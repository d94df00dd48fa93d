"""Files looked at in the app, and put there by other ways than the button."""

from tests.support.odd_files import HEIC
from tests.support.screens.content import picture, sound
from tests.support.web_app import ask, click, enter, eventually, make_folder, names, press, row

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n"


async def look_at(tab, name):
    await tab.until(row(name))
    await tab.run(f"{row(name)}.querySelector('a').click()")
    await tab.until("document.querySelector('dialog.full .stage > *')")


async def test_markdown_is_read_as_it_was_meant_and_runs_nothing(home, tab):
    text = "# Title\n\n- **bold** <script>window.ran = 1</script>\n- [a](javascript:window.ran=1)\n"
    ask(home, "PUT", "/dav/files/note.md", text.encode(), "text/markdown")
    await enter(tab, home)
    await look_at(tab, "note.md")
    assert await tab.run("document.querySelector('.reading h3').innerText") == "Title"
    assert await tab.run("document.querySelector('.reading strong').innerText") == "bold"
    assert await tab.run("document.querySelectorAll('.reading a, .reading script').length") == 0
    assert await tab.run("window.ran") is None


async def test_a_pdf_is_shown_in_the_page_and_what_only_says_so_runs_nothing(home, tab):
    ask(home, "PUT", "/dav/files/a.pdf", PDF, "application/pdf")
    evil = b"<script>parent.ran = 1; top.ran = 1</script>"
    ask(home, "PUT", "/dav/files/evil.pdf", evil, "application/pdf")
    await enter(tab, home)
    for name in ("a.pdf", "evil.pdf"):
        await look_at(tab, name)
        await tab.until("document.querySelector('.stage iframe')?.src.startsWith('blob:')")
        kind = "fetch(document.querySelector('.stage iframe').src).then(r => r.blob())"
        assert await tab.run(f"{kind}.then(b => b.type, () => 'refused')") in (
            "application/pdf",
            "refused",
        )
        await tab.run("document.querySelector('dialog.full').close()")
        await tab.until("!document.querySelector('dialog.full')")
    assert await tab.run("window.ran") is None


async def test_what_is_pasted_is_sent(home, tab):
    await enter(tab, home)
    await tab.run(
        "(() => { const data = new DataTransfer();"
        "data.items.add(new File(['pasted'], 'pasted.txt', {type: 'text/plain'}));"
        "data.items.add(new File(['shot'], 'image.png', {type: 'image/png'}));"
        "dispatchEvent(new ClipboardEvent('paste', {clipboardData: data})); })()"
    )
    await tab.until(row("pasted.txt"))
    await eventually(lambda: "pasted.txt" in names(home))
    await eventually(lambda: any(name.endswith(".png") for name in names(home)))
    assert "image.png" not in names(home)  # a picture without a name is called by its time


async def test_a_star_is_taken_back_by_undo(home, tab):
    ask(home, "PUT", "/dav/files/a.txt", b"x", "text/plain")
    await enter(tab, home)
    await tab.until(row("a.txt"))
    await tab.run("document.querySelector('#list').focus()")
    await tab.run(f"{row('a.txt')}.querySelector('input').click()")
    await tab.until("document.querySelector('.marked')")
    await tab.run("document.querySelector('[title=\"Add to favourites\"]').click()")
    await tab.until(f"{row('a.txt')}.querySelector('.icon.filled')")
    await tab.until("document.querySelector('.saying button')")
    await tab.run("document.querySelector('.saying button').click()")
    await tab.until(f"!{row('a.txt')}.querySelector('.icon.filled')")


FILM = """
(async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm' });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const over = new Promise(done => (recorder.onstop = done));
  recorder.start();
  for (let n = 0; n < 20; n += 1) {
    canvas.getContext('2d').fillRect(n, n, 20, 20);
    await new Promise(done => setTimeout(done, 25));
  }
  recorder.stop();
  await over;
  const data = new DataTransfer();
  data.items.add(new File(parts, 'film.webm', { type: 'video/webm' }));
  dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));
})()
"""


async def test_pictures_sound_films_and_code_are_shown_one_after_the_other(home, tab):
    ask(home, "PUT", "/dav/files/a.jpg", picture(1, 1), "image/jpeg")
    ask(home, "PUT", "/dav/files/b.wav", sound(), "audio/wav")
    ask(home, "PUT", "/dav/files/c.py", b"print('code')", "text/x-python")
    await enter(tab, home)
    await tab.run(FILM)
    await eventually(lambda: "film.webm" in names(home))
    await look_at(tab, "a.jpg")
    await tab.until("document.querySelector('.stage img')?.naturalWidth === 1200")
    await press(tab, "ArrowRight", 39)
    await tab.until("document.querySelector('.stage audio')?.duration > 0.9")
    await press(tab, "ArrowRight", 39)
    await tab.until("document.querySelector('.stage pre')?.innerText === \"print('code')\"")
    await press(tab, "ArrowRight", 39)
    await tab.until("document.querySelector('.stage video')?.videoWidth === 64")
    await press(tab, "Escape", 27)
    await tab.until("!document.querySelector('dialog')")


async def test_photos_lie_by_month_wherever_they_are_and_arrows_walk_through_them(home, tab):
    make_folder(home, "/Phone")
    for name, number, month in (
        ("Phone/new.jpg", 1, 6),
        ("old.jpg", 0, 3),
        ("Phone/mid.jpg", 1, 2),
    ):
        ask(home, "PUT", f"/dav/files/{name}", picture(number, month), "image/jpeg")
    await enter(tab, home)
    await tab.run("location.hash = '#/photos'")
    told = "[...document.querySelectorAll('.tile')].map(e => e.ariaLabel.split(', ').at(-1)).join()"
    await tab.until(f"{told} === 'new.jpg,mid.jpg,old.jpg'")
    months = "[...document.querySelectorAll('.month')].map(e => e.innerText)"
    assert await tab.run(months) == ["June 2025", "February 2025", "March 2024"]
    await tab.run("document.querySelector('#list').focus()")
    await press(tab, "ArrowDown", 40)
    await tab.enter()
    await tab.until("document.querySelector('dialog.full h2')?.innerText === 'mid.jpg'")
    await tab.until("document.querySelector('.stage img')?.naturalWidth > 0")
    await press(tab, "ArrowRight", 39)
    await tab.until("document.querySelector('dialog.full h2')?.innerText === 'old.jpg'")
    await click(tab, "dialog.full header button")


async def test_a_picture_that_browsers_do_not_show_is_made_by_the_home(home, tab):
    ask(home, "PUT", "/dav/files/phone.heic", HEIC.read_bytes(), "image/heic")
    await enter(tab, home)
    await look_at(tab, "phone.heic")
    await tab.until("document.querySelector('.stage img')?.naturalWidth > 0")
    await tab.until(f"{row('phone.heic')}.querySelector('.picture img')?.naturalWidth <= 96")
