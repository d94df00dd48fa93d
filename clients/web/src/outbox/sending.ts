/** How the home is told of an operation: each is one request to `/files`. */
import { ask, Refused, send } from "../home/api.ts";
import type { Current } from "./asking.ts";
import { mergedTags } from "./deciding.ts";
import type { Operation } from "./operation.ts";
import { sendPieces, type Underway } from "./pieces.ts";

interface Answer {
  readonly data: { readonly id: string };
}

/** The content of a file is not at hand any more. */
export class Missing extends Error {}

export interface Sending extends Underway {
  content(): Promise<Blob | undefined>;
  /** The node as the home has just said that it is. */
  readonly current: Current | undefined;
}

const PIECE = 16 << 20;

/**
 * Tell the home; returns the id that it gave to what was made. Throws Refused, Missing, Stopped and
 * Unreachable.
 *
 * A new file or directory whose name is taken gets another, as file managers do: nothing is
 * overwritten by something made elsewhere.
 */
export async function sendOperation(
  operation: Operation,
  sending: Sending,
): Promise<string | undefined> {
  const { current } = sending;
  const at = `/files/${encodeURIComponent(operation.id)}`;
  switch (operation.kind) {
    case "make":
      return unlessTaken(operation.name, (name) =>
        ask<Answer>("POST", `${into(operation.parent)}?Type=directory&Name=${encoded(name)}`),
      );
    case "upload":
      return upload(operation, await contentOf(sending), sending);
    case "rename":
      return patch(operation.id, { name: operation.to }, current);
    case "move":
      return patch(operation.id, { dir_id: operation.to }, current);
    case "trash":
      return allowing(404, 400, ask("DELETE", at, undefined, current?.rev));
    case "restore":
      return allowing(400, 404, ask("POST", `/files/trash/${encoded(operation.id)}`));
    case "destroy":
      return allowing(404, 404, ask("DELETE", `/files/trash/${encoded(operation.id)}`));
    case "tags":
      return patch(operation.id, { tags: merged(operation, current) }, current);
    case "favourite":
      return patch(operation.id, { cozyMetadata: { favorite: operation.to } }, current);
  }
}

async function contentOf(sending: Sending): Promise<Blob> {
  const content = await sending.content();
  if (!content) throw new Missing();
  return content;
}

function upload(
  operation: Operation & { kind: "upload" },
  content: Blob,
  sending: Sending,
): Promise<string> {
  const { parent, mime, updatedAt } = operation;
  if (content.size > PIECE) {
    return unlessTaken(operation.name, async (name) => ({
      data: { id: await sendPieces({ parent, name, mime, updatedAt }, content, sending) },
    }));
  }
  return unlessTaken(operation.name, async (name) => {
    const query = `Type=file&Name=${encoded(name)}&UpdatedAt=${encoded(updatedAt)}`;
    const headers = { "Content-Type": mime || "application/octet-stream" };
    const text = await send("POST", `${into(parent)}?${query}`, content, headers, sending);
    return JSON.parse(text) as Answer;
  });
}

async function patch(id: string, attributes: object, current?: Current): Promise<undefined> {
  const data = { type: "io.cozy.files", id, attributes };
  await ask("PATCH", `/files/${encoded(id)}`, { data }, current?.rev);
}

function merged({ from, to }: Operation & { kind: "tags" }, current?: Current): string[] {
  return mergedTags(from, to, current?.node.tags ?? []);
}

async function unlessTaken(
  name: string,
  make: (name: string) => Promise<Answer>,
): Promise<string> {
  for (let number = 1; ; number += 1) {
    try {
      return (await make(number === 1 ? name : numbered(name, number))).data.id;
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 409 || number > 99) throw error;
    }
  }
}

/** `report.pdf` becomes `report (2).pdf`. */
export function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  return `${stem} (${number})${ending}`;
}

async function allowing(one: number, other: number, asked: Promise<unknown>): Promise<undefined> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof Refused) || (error.status !== one && error.status !== other)) {
      throw error;
    }
  }
  return undefined;
}

const encoded = encodeURIComponent;
const into = (parent: string): string => `/files/${encoded(parent)}`;
