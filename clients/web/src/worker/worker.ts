/**
 * The service worker: the app opens without a network. It keeps the page and what the page is made
 * of, and nothing of the home's data.
 */
const worker = self as unknown as ServiceWorkerGlobalScope;

const SHELL = `shell-${__BUILD__}`;

worker.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(clear().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin) return;
  if (pathname === "/" && request.mode === "navigate") event.respondWith(page(request));
  else if (pathname.startsWith("/app/") || pathname.startsWith("/assets/")) {
    event.respondWith(kept(request));
  }
});

/** The page as the home has it now, and as it was kept where the home is not reached in time. */
async function page(request: Request): Promise<Response> {
  const store = await caches.open(SHELL);
  const old = await store.match("/");
  const fresh = fetch(request).then(async (response) => {
    if (response.ok && !response.redirected) await store.put("/", response.clone());
    return response;
  });
  if (!old) return fresh;
  const patience = new Promise<Response>((resolve) => setTimeout(() => resolve(old), 1_500));
  return Promise.race([fresh, patience]).catch(() => old);
}

async function kept(request: Request): Promise<Response> {
  const store = await caches.open(SHELL);
  const old = await store.match(request);
  if (old) return old;
  const response = await fetch(request);
  if (response.ok) await store.put(request, response.clone());
  return response;
}

async function fill(): Promise<void> {
  const store = await caches.open(SHELL);
  const response = await fetch("/", { cache: "no-store" });
  if (!response.ok || response.redirected) throw new Error("not signed in");
  const text = await response.clone().text();
  const parts = [...text.matchAll(/(?:href|src)="(\/(?:app|assets)\/[^"]+)"/g)].flatMap(
    ([, address]) => address ?? [],
  );
  await store.addAll(parts);
  await store.put("/", response);
}

async function clear(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith("shell-") && name !== SHELL) await caches.delete(name);
  }
}
