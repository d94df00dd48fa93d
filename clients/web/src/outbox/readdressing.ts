/** What was made here gets another id from the home: pure. */
import type { Operation } from "./operation.ts";

/** Address an operation to the real id of something that was made here. */
export function readdressed(operation: Operation, from: string, to: string): Operation {
  let changed: Operation = operation;
  const makes = operation.kind === "make" || operation.kind === "upload";
  if (operation.id === from && !makes) changed = { ...changed, id: to };
  if (makes && operation.parent === from) changed = { ...changed, parent: to } as Operation;
  if (operation.kind === "move" && operation.to === from) changed = { ...changed, to } as Operation;
  return changed;
}
