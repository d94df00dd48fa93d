/** A text as a QR code, drawn by the home: what it says stays between this page and the home. */
import { useEffect, useState } from "preact/hooks";
import { ask } from "../home/api.ts";

interface Drawn {
  readonly path: string;
  /** Modules of a side. */
  readonly side: number;
}

export function QrCode({ text, label }: { text: string; label: string }) {
  const [drawn, draw] = useState<Drawn>();
  useEffect(() => {
    draw(undefined);
    ask<Drawn>("POST", "/app/qr", { text }).then(draw, () => undefined);
  }, [text]);
  if (!drawn) return null;
  return (
    <svg class="qr" viewBox={`0 0 ${drawn.side} ${drawn.side}`} role="img" aria-label={label}>
      <path d={drawn.path} fill="#000" />
    </svg>
  );
}
