// Loads the editor's script as the editor's page does, and says whether that worked here.
const here = document.getElementById("here");
const script = document.createElement("script");
function say(worked) {
  here.hidden = false;
  here.querySelector(worked ? ".good" : ".bad").hidden = false;
  here.querySelector(".advice").hidden = worked;
}
script.src = here.dataset.api;
script.onload = () => say(Boolean(window.DocsAPI));
script.onerror = () => say(false);
document.head.append(script);
