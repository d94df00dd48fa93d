/** Where in the app one is: after the `#` of the address, so that it works without a network. */
import { useEffect, useState } from "preact/hooks";
import { ROOT } from "../replica/node.ts";

export type Route =
  | { readonly screen: "files"; readonly id: string }
  | { readonly screen: "recent" | "photos" | "favourites" | "shared" | "trash" | "settings" | "troubles" }
  | { readonly screen: "search"; readonly question: string };

export function parse(hash: string): Route {
  const [screen = "", ...rest] = hash.replace(/^#\/?/, "").split("/");
  const value = decodeURIComponent(rest.join("/"));
  switch (screen) {
    case "recent":
    case "photos":
    case "shared":
    case "favourites":
    case "trash":
    case "settings":
    case "troubles":
      return { screen };
    case "search":
      return { screen, question: value };
    default:
      return { screen: "files", id: value || ROOT };
  }
}

export function address(route: Route): string {
  if (route.screen === "files") {
    return route.id === ROOT ? "#/" : `#/files/${encodeURIComponent(route.id)}`;
  }
  if (route.screen === "search") return `#/search/${encodeURIComponent(route.question)}`;
  return `#/${route.screen}`;
}

export function go(route: Route): void {
  location.hash = address(route);
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
