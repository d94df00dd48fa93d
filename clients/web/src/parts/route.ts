/** Where in the app one is: after the `#` of the address, so that it works without a network. */
import { useEffect, useState } from "preact/hooks";
import { ROOT } from "../replica/node.ts";
import { type Filters, readFilters, written } from "../search/filters.ts";

export type Route =
  | { readonly screen: "files"; readonly id: string }
  | { readonly screen: Simple }
  | { readonly screen: "device"; readonly id: string }
  | { readonly screen: "search"; readonly question: string; readonly filters: Filters };

const SIMPLE = [
  "recent",
  "photos",
  "favourites",
  "shared",
  "trash",
  "settings",
  "devices",
  "sending",
  "troubles",
] as const;
type Simple = (typeof SIMPLE)[number];

export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [screen = "", ...rest] = path.split("/");
  const value = decodeURIComponent(rest.join("/"));
  if (screen === "search") return { screen, question: value, filters: readFilters(query) };
  if (screen === "devices" && value) return { screen: "device", id: value };
  const simple = SIMPLE.find((each) => each === screen);
  return simple ? { screen: simple } : { screen: "files", id: value || ROOT };
}

export function address(route: Route): string {
  if (route.screen === "files") {
    return route.id === ROOT ? "#/" : `#/files/${encodeURIComponent(route.id)}`;
  }
  if (route.screen === "search") {
    return `#/search/${encodeURIComponent(route.question)}${written(route.filters)}`;
  }
  if (route.screen === "device") return `#/devices/${encodeURIComponent(route.id)}`;
  return `#/${route.screen}`;
}

/** Go somewhere, and have it drawn at once: the browser tells of a new address a moment later. */
export function go(route: Route): void {
  location.hash = address(route);
  dispatchEvent(new Event("hashchange"));
}

export function useRoute(): Route {
  const [hash, change] = useState(location.hash);
  useEffect(() => {
    const changed = () => change(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return parse(hash);
}
