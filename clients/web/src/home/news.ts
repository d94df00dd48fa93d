/** What changes at home, told as it happens (server-sent events). */

/** Call back at each change of documents of a type, until the returned function is called. */
export function listen(doctype: string, changed: () => void): () => void {
  const news = new EventSource(`/realtime/events?type=${encodeURIComponent(doctype)}`);
  const told = () => changed();
  for (const kind of ["created", "updated", "deleted"]) news.addEventListener(kind, told);
  return () => news.close();
}
