// Starts the editor on the configuration in the page, and answers what it asks. What people may not
// do has no handler here, for a handler is what makes the editor show its button.
const start = JSON.parse(document.getElementById("start").textContent);
const words = start.words;
const PATIENCE = 30000;
let editor = null;
let title = start.config.document.title;

const said = document.getElementById("said");
function say(text) {
  said.textContent = text;
  clearTimeout(say.until);
  say.until = setTimeout(() => { said.textContent = ""; }, 8000);
}

function fail(reason) {
  document.body.classList.add("failed");
  document.getElementById("waiting").hidden = true;
  document.getElementById("reason").textContent = reason;
  document.getElementById("trouble").hidden = false;
}

async function ask(path, body) {
  const headers = start.token ? { Authorization: `Bearer ${start.token}` } : {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const query = start.name ? `?name=${encodeURIComponent(start.name)}` : "";
  const response = await fetch(`/office/${start.id}/${path}${query}`, {
    method: body === undefined ? "GET" : "POST",
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const told = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(told.errors?.[0]?.detail || response.statusText);
  return told;
}

// Runs an answer to the editor; what goes wrong is said, and the editor goes on.
function answering(handler) {
  return async (event) => {
    try {
      await handler(event?.data);
    } catch (error) {
      say(`${words.failed} ${error.message}`);
    }
  };
}

function showTitle(changed) {
  document.title = `${changed ? "● " : ""}${title}`;
}

const history = {
  onRequestHistory: answering(async () => editor.refreshHistory(await ask("history"))),
  onRequestHistoryData: answering(async (version) => {
    editor.setHistoryData(await ask(`history/${version}`));
  }),
  onRequestHistoryClose: () => location.reload(),
};

const changes = {
  onRequestRestore: answering(async (asked) => {
    editor.refreshHistory(await ask(`history/${asked.version}/restore`, {}));
    say(words.restored);
  }),
  onRequestInsertImage: answering(async (asked) => choosePicture(asked?.c)),
  onRequestUsers: answering(async (asked) => {
    editor.setUsers({ c: asked?.c ?? "mention", ...(await ask("users")) });
  }),
  onRequestSendNotify: answering(async (asked) => {
    const { mailed } = await ask("notify", asked);
    say(mailed ? words.mailed : words.notified);
  }),
};

const outward = {
  onRequestSaveAs: answering(async (asked) => {
    const made = await ask("save-as", { title: asked.title, url: asked.url });
    say(`${words.saved_as} ${made.name}`);
  }),
};

const owning = {
  onRequestRename: answering(async (name) => {
    title = (await ask("rename", { name })).name;
    showTitle(false);
  }),
};

async function refreshed() {
  const { data } = await ask("open");
  const told = data.attributes.onlyoffice;
  const config = {
    type: told.type,
    documentType: told.documentType,
    document: told.document,
    editorConfig: told.editor,
    token: told.token,
  };
  if (editor.refreshFile) editor.refreshFile(config);
  else location.reload();
}

const always = {
  onAppReady: () => { document.getElementById("waiting").hidden = true; },
  onDocumentReady: () => showTitle(false),
  onDocumentStateChange: (event) => showTitle(event.data),
  onMetaChange: (event) => {
    if (event.data?.title) title = event.data.title;
    showTitle(false);
  },
  onRequestClose: () => { location.assign(start.back); },
  onRequestRefreshFile: answering(refreshed),
  onOutdatedVersion: () => location.reload(),
  onMakeActionLink: (event) => {
    const link = new URL(location.href);
    link.searchParams.set("actionLink", JSON.stringify(event.data));
    editor.setActionLink(link.href);
  },
  onWarning: (event) => say(event.data?.warningDescription || ""),
  onError: (event) => say(`${words.editor_says} ${event.data?.errorDescription || ""}`),
};

const pictures = document.getElementById("pictures");
async function choosePicture(c) {
  const { images } = await ask("images");
  const list = document.getElementById("picture-list");
  list.replaceChildren(...images.map((image) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = image.name;
    button.addEventListener("click", answering(async () => {
      pictures.close();
      editor.insertImage(await ask("images", { c, ids: [image.id] }));
    }));
    item.append(button);
    return item;
  }));
  document.getElementById("no-pictures").hidden = images.length > 0;
  pictures.showModal();
}

for (const button of document.querySelectorAll("[data-convert]")) {
  button.addEventListener("click", answering(async () => {
    button.disabled = true;
    try {
      const made = await ask("convert", { to: button.dataset.convert });
      const query = new URLSearchParams(location.search);
      location.assign(`${made.edit}?${query}`);
    } finally {
      button.disabled = false;
    }
  }));
}

function open() {
  if (!window.DocsAPI) return fail(words.unreachable);
  const link = new URLSearchParams(location.search).get("actionLink");
  const events = {
    ...always,
    ...(start.may.history ? history : {}),
    ...(start.may.change ? changes : {}),
    ...(start.may.take_out ? outward : {}),
    ...(start.may.rename ? owning : {}),
  };
  const config = { ...start.config, width: "100%", height: "100%", events };
  if (link) {
    try {
      config.editorConfig = { ...config.editorConfig, actionLink: JSON.parse(link) };
    } catch { /* a link that somebody cut short leads to the document all the same */ }
  }
  editor = new window.DocsAPI.DocEditor("desk", config);
  window.docEditor = editor;
}

document.getElementById("again").addEventListener("click", () => location.reload());
const script = document.createElement("script");
const patience = setTimeout(() => fail(words.slow), PATIENCE);
script.src = start.api;
script.onload = () => { clearTimeout(patience); open(); };
script.onerror = () => { clearTimeout(patience); fail(words.unreachable); };
document.head.append(script);
