/** Draws a component anew when the drive has changed. */
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Drive } from "../drive.ts";

export const DriveContext = createContext<Drive | undefined>(undefined);

export function useDrive(): Drive {
  const drive = useContext(DriveContext);
  if (!drive) throw new Error("no drive around this component");
  const [, draw] = useState(drive.version);
  useEffect(() => drive.subscribe(() => draw(drive.version)), [drive]);
  return drive;
}
