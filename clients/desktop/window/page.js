// The small window: shows what the program says of the folders, and tells it what was pressed.
// All texts come from the program, and are put in as text, never as markup.

const KEY = "foyer-window";
const AGAIN = 2000; // milliseconds until a lost program is looked for again
const at = (id) => document.getElementById(id);
let held = null; // what /enter gave: the token, and words
let ticked = new Map(); // ids of directories in the dialog: what they were and are

function made(tag, props = {}, ...children) {
  const { data, ...rest } = props;
  const node = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(data ?? {})) node.dataset[name] = value;
  node.append(...children.filter((child) => child !== null));
  return node;
}

async function enter() {
  const code = location.hash.slice(1);
  history.replaceState(null, "", "/"); // the code is good no more, and stays in no history
  if (code) {
    const answer = await fetch("/enter", { method: "POST", body: JSON.stringify({ code }) });
    if (answer.ok) sessionStorage.setItem(KEY, await answer.text());
  }
  held = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
}

function ask(path, body) {
  const headers = { Authorization: `Bearer ${held.token}` };
  return fetch(path, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
}

async function told(path, body) {
  const answer = await ask(path, body);
  const answered = await answer.json().catch(() => ({}));
  say(answer.ok ? "" : (answered.why ?? held.words.gone));
  return answer.ok ? answered : null;
}

function say(text) {
  at("said").textContent = text;
}

// Views

async function follow() {
  for (;;) {
    try {
      const answer = await ask("/view");
      if (answer.status === 401) return say(held.words.gone);
      await lines(answer.body.pipeThrough(new TextDecoderStream()).getReader());
    } catch { /* the program is gone, or this computer slept */ }
    say(held.words.gone);
    await new Promise((done) => setTimeout(done, AGAIN));
  }
}

async function lines(reader) {
  for (let text = "", piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const whole = (text + piece.value).split("\n");
    text = whole.pop();
    const last = whole.filter(Boolean).pop();
    if (last) show(JSON.parse(last));
  }
}

function show(view) {
  if (at("said").textContent === held.words.gone) say("");
  at("headline").textContent = view.headline;
  document.title = `Foyer – ${view.headline}`;
  const main = at("folders");
  const ids = new Set(view.folders.map((folder) => folder.id));
  for (const card of [...main.children]) if (!ids.has(card.dataset.id)) card.remove();
  for (const folder of view.folders) placed(main, folder);
}

// Only what is another is made anew, so that whoever is about to press a button still can.
function placed(main, folder) {
  const card =
    [...main.children].find((one) => one.dataset.id === folder.id) ??
    main.appendChild(made("section", { data: { id: folder.id } }));
  card.className = `folder ${folder.mood}`;
  const parts = {
    head: [[folder.name, folder.path, folder.home], head],
    state: [[folder.headline, folder.share], state],
    notes: [folder.notes, notes],
    conflicts: [folder.conflicts, conflicts],
    moving: [folder.moving, moving],
    buttons: [folder.buttons, (buttons) => [pressed(folder, buttons)]],
    room: [folder.home, () => [room(folder)]],
    recent: [folder.recent, recent],
  };
  for (const [name, [value, draw]] of Object.entries(parts)) {
    const key = JSON.stringify(value);
    let part = card.querySelector(`:scope > .${name}`);
    part ??= card.appendChild(made("div", { className: name }));
    if (part.dataset.key === key) continue;
    const focus = part.contains(document.activeElement) ? document.activeElement.dataset.name : "";
    part.dataset.key = key;
    part.replaceChildren(...draw(value, folder));
    if (focus) part.querySelector(`[data-name="${CSS.escape(focus)}"]`)?.focus();
  }
}

const head = ([name, path, home]) => [
  made("h2", { textContent: name }),
  made("p", { className: "where", textContent: home ? `${path} ⇄ ${home}` : path }),
];

const state = ([headline, share]) => [
  made("span", {}, headline, share === null ? null : made("progress", { value: share, ariaLabel: headline })),
];

const notes = (list, folder) => list.map((note) => noted(note, folder));

const noted = (note, folder) =>
  made("div", { className: "note" }, made("p", { textContent: note.text }), pressed(folder, note.buttons));

const conflicts = (list, folder) =>
  list.length ? [made("h3", { textContent: held.words.conflicts }), ...notes(list, folder)] : [];

const moving = (list) =>
  list.length
    ? [
        made("h3", { textContent: held.words.moving }),
        made(
          "ul",
          {},
          ...list.map((one) =>
            made(
              "li",
              {},
              made("span", { textContent: `${one.is_upload ? "↑" : "↓"} ${one.path}` }),
              made("span", { textContent: one.text }),
              made("progress", { value: one.share, ariaLabel: one.path }),
            ),
          ),
        ),
      ]
    : [];

const recent = (list) => [
  made("h3", { textContent: held.words.recent }),
  list.length
    ? made(
        "ul",
        {},
        ...list.map((one) =>
          made(
            "li",
            {},
            made("span", { textContent: one.path }),
            made("span", { className: "word", textContent: `${one.word} · ${one.when}` }),
          ),
        ),
      )
    : made("p", { className: "where", textContent: held.words.nothing_recent }),
];

function room(folder) {
  const place = made("div");
  ask(`/room?folder=${folder.id}`)
    .then((answer) => (answer.ok ? answer.json() : null))
    .then((told) => {
      if (!told) return;
      place.append(made("p", { className: "where", textContent: told.text }));
      if (told.share !== null) place.append(made("progress", { value: told.share, ariaLabel: told.text }));
    })
    .catch(() => {}); // without the home, nothing is told of its room
  return place;
}

// What is pressed

const pressed = (folder, buttons) =>
  made(
    "p",
    { className: "buttons", hidden: !buttons.length },
    ...buttons.map((button, number) =>
      made("button", {
        textContent: button.text,
        className: button.act === "resume" || button.act === "start" ? "first" : "",
        data: { name: `${button.act} ${button.path} ${button.answer} ${number}` },
        onclick: () => press(folder, button),
      }),
    ),
  );

function press(folder, button) {
  if (button.act === "select") return select(folder);
  const { act, path, answer } = button;
  return told("/do", { folder: folder.id, act, path, answer });
}

// The directories that this computer has

async function select(folder) {
  const tops = await told(`/directories?folder=${folder.id}`);
  if (!tops) return;
  ticked = new Map();
  at("selecting-title").textContent = held.words.select;
  at("save").textContent = held.words.save;
  at("leave").textContent = held.words.leave;
  at("tree").replaceChildren(...branches(folder, tops, true));
  at("save").onclick = () => save(folder);
  at("leave").onclick = () => at("selecting").close();
  at("selecting").showModal();
}

const branches = (folder, list, isIn) =>
  list.length ? list.map((one) => branch(folder, one, isIn)) : [made("li", { className: "where", textContent: held.words.empty })];

function branch(folder, one, isIn) {
  ticked.set(one.id, { was: !one.left_out, is: !one.left_out });
  const box = made("input", { type: "checkbox", checked: !one.left_out, disabled: !isIn });
  const inside = made("ul", { hidden: true });
  const open = made("button", { type: "button", textContent: "▸", ariaExpanded: "false", ariaLabel: one.name });
  box.onchange = () => {
    ticked.get(one.id).is = box.checked;
    for (const below of inside.querySelectorAll("input")) below.disabled = !box.checked || box.disabled;
  };
  open.onclick = async () => {
    if (!inside.childElementCount) {
      const found = await told(`/directories?folder=${folder.id}&in=${encodeURIComponent(one.id)}`);
      if (found) inside.replaceChildren(...branches(folder, found, box.checked && !box.disabled));
    }
    inside.hidden = !inside.hidden;
    open.textContent = inside.hidden ? "▸" : "▾";
    open.ariaExpanded = String(!inside.hidden);
  };
  return made("li", {}, made("div", { className: "row" }, open, made("label", {}, box, one.name)), inside);
}

async function save(folder) {
  const changed = [...ticked].filter(([, { was, is }]) => was !== is);
  const out = changed.filter(([, { is }]) => !is).map(([id]) => id);
  const back = changed.filter(([, { is }]) => is).map(([id]) => id);
  if (await told("/select", { folder: folder.id, out, back })) at("selecting").close();
}

await enter();
if (held) {
  document.documentElement.lang = held.words.language;
  await follow();
} else {
  say("foyer-sync window");
}
