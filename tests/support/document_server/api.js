// Stands in for the Document Server's api.js: it makes a frame of its own origin, keeps what it is
// given and what it is told, and lets a test fire the events that the real editor fires.
window.DocsAPI = {
  DocEditor: class {
    constructor(id, config) {
      window.given = JSON.parse(JSON.stringify({ ...config, events: undefined }));
      window.handlers = Object.keys(config.events).sort();
      window.told = [];
      const frame = document.createElement("iframe");
      frame.src = new URL("/web-apps/frame.html", window.stubOrigin).href;
      frame.style.cssText = "border:0;width:100%;height:100%";
      frame.addEventListener("load", () => {
        config.events.onAppReady?.({});
        config.events.onDocumentReady?.({});
      });
      document.getElementById(id).replaceWith(frame);
      window.fire = (name, data) => config.events[name]({ target: this, data });
      for (const verb of ["refreshHistory", "setHistoryData", "insertImage", "setUsers",
        "setActionLink", "refreshFile"]) {
        this[verb] = (value) => window.told.push({ verb, value });
      }
    }
  },
};
window.stubOrigin = new URL(document.currentScript.src).origin;
