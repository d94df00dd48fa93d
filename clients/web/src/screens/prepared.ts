/** How a file is looked at in the page, and what has to be fetched for that first. */
import { hasPreviews } from "../home/session.ts";
import { pictureOf } from "../parts/pictures.ts";
import type { Node } from "../replica/node.ts";
import { addressFor, isOffice, pdfOf, previewOf, textOf } from "./actions.ts";

export type Prepared =
  | { readonly how: "text" | "markdown"; readonly text: string }
  | { readonly how: "image" | "video" | "audio" | "pdf" | "beside"; readonly address: string };

/** Bytes; what is larger opens beside, where it can be read as it comes. */
const LARGEST_PDF = 50 << 20;
/** Pictures that browsers show themselves; of others the home makes one. */
const SHOWN = /^image\/(jpeg|png|gif|webp|avif|bmp|svg\+xml|x-icon|vnd\.microsoft\.icon)$/;
const MEDIA = ["image", "video", "audio"] as const;

/** Fetch what it takes. Addresses that begin with `blob:` are for the caller to end. */
export async function prepared(node: Node): Promise<Prepared> {
  if (isOffice(node)) {
    if (navigator.pdfViewerEnabled && (await hasPreviews())) {
      return { how: "pdf", address: await previewOf(node) };
    }
  } else if (node.class === "text" || node.class === "code") {
    const how = node.mime === "text/markdown" ? "markdown" : "text";
    return { how, text: await textOf(node) };
  }
  if (node.class === "pdf" && node.size <= LARGEST_PDF && navigator.pdfViewerEnabled) {
    return { how: "pdf", address: await pdfOf(node) };
  }
  if (node.class === "image" && !SHOWN.test(node.mime)) {
    const picture = await pictureOf(node, "large");
    if (picture) return { how: "image", address: URL.createObjectURL(picture) };
    return { how: "beside", address: await addressFor(node) };
  }
  const how = MEDIA.find((each) => each === node.class) ?? "beside";
  return { how, address: await addressFor(node) };
}
