/** Opens the app: what is kept here is shown first, the home follows. */
import { render } from "preact";
import { App } from "./app.tsx";
import { Drive } from "./drive.ts";
import { keepUp } from "./kept.ts";
import "./style.css";

const KEEPING = 5_000;

async function start(): Promise<void> {
  const place = document.getElementById("app");
  if (!place) return;
  const drive = new Drive();
  render(<App drive={drive} name={document.title} />, place);
  void navigator.serviceWorker?.register("/sw.js");
  await drive.open();
  let timer = 0;
  drive.subscribe(() => {
    if (drive.reach !== "current") return;
    clearTimeout(timer);
    timer = setTimeout(() => void keepUp(drive).catch(() => undefined), KEEPING) as unknown as number;
  });
}

void start();
