// Starts the editor in its frame, and answers what it says: only to the client's own origin.
const start = document.getElementById("start");
const origin = start?.dataset.origin;
const frame = document.querySelector("iframe[name=editor]");

function tell(id, values = {}) {
  const message = { MessageId: id, SendTime: Date.now(), Values: values };
  frame.contentWindow.postMessage(JSON.stringify(message), origin);
}

function read(data) {
  try {
    return typeof data === "string" ? JSON.parse(data) : data;
  } catch {
    return null;
  }
}

const answers = {
  App_LoadingStatus: (values) => {
    if (values?.Status === "Frame_Ready") tell("Host_PostmessageReady");
    document.body.dataset.status = values?.Status || "";
  },
  Doc_ModifiedStatus: (values) => {
    const name = document.title.replace(/^● /, "");
    document.title = `${values?.Modified ? "● " : ""}${name}`;
  },
  File_Rename: (values) => {
    if (values?.NewName) document.title = values.NewName;
  },
  UI_SaveAs: (values) => {
    const name = values?.args?.name || values?.name;
    if (name) tell("Action_SaveAs", { Filename: name, Notify: true });
  },
  UI_Close: () => location.assign("/"),
  Session_Closed: () => location.assign("/"),
};

window.addEventListener("message", (event) => {
  if (event.origin !== origin || event.source !== frame.contentWindow) return;
  const message = read(event.data);
  answers[message?.MessageId]?.(message.Values);
});

start?.submit();
