/** Installing the app, where the browser lets a page ask for it. */

interface Prompt extends Event {
  prompt(): Promise<unknown>;
}

const changes = new EventTarget();
let prompt: Prompt | undefined;

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  prompt = event as Prompt;
  changes.dispatchEvent(new Event("change"));
});

export const installing = {
  get possible(): boolean {
    return prompt !== undefined;
  },
  async ask(): Promise<void> {
    await prompt?.prompt();
    prompt = undefined;
    changes.dispatchEvent(new Event("change"));
  },
  watch(changed: () => void): () => void {
    changes.addEventListener("change", changed);
    return () => changes.removeEventListener("change", changed);
  },
};
