/** The pictures of the app: few strokes, in the colour of the text around them. */

const PATHS = {
  folder: "M3 6.5A1.5 1.5 0 0 1 4.5 5h4l2 2.5h9A1.5 1.5 0 0 1 21 9v8.5a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5z",
  file: "M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5",
  folderUp: "M3 6.5A1.5 1.5 0 0 1 4.5 5h4l2 2.5h9A1.5 1.5 0 0 1 21 9v8.5a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5zM12 16.5v-6M9.500 12.500 12 10l2.500 2.500",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 16M15.5 9.2v.1",
  video: "M4 6h16v12H4zM10 9.5v5l4.5-2.5z",
  audio: "M9 17.5V6l10-2v11.5M9 17.5a2.5 2.5 0 1 1-2.5-2.5A2.5 2.5 0 0 1 9 17.5zM19 15.5a2.5 2.5 0 1 1-2.5-2.5 2.5 2.5 0 0 1 2.5 2.5z",
  text: "M6 3.5h12v17H6zM9 8h6M9 12h6M9 16h4",
  zip: "M6 3.5h12v17H6zM12 3.5v2M12 7.5v2M12 11.5v2M10.5 15h3v2.5h-3z",
  clock: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4.5l3 2",
  star: "M12 4l2.4 5.2 5.6.6-4.2 3.8 1.2 5.6-5-2.9-5 2.9 1.2-5.6L4 9.8l5.6-.6z",
  bin: "M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13M10.5 10.5v6M13.5 10.5v6",
  more: "M5 12a.6.6 0 1 0 1.200 0 .6.6 0 1 0-1.200 0M11.400 12a.6.6 0 1 0 1.200 0 .6.6 0 1 0-1.200 0M17.800 12a.6.6 0 1 0 1.200 0 .6.6 0 1 0-1.200 0",
  search: "M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15 15l5 5",
  plus: "M12 5v14M5 12h14",
  up: "M12 20V5M6 11l6-6 6 6",
  download: "M12 4v12M7 11l5 5 5-5M4.5 20h15",
  pencil: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  move: "M3 6.5A1.5 1.5 0 0 1 4.5 5h4l2 2.5h9A1.5 1.5 0 0 1 21 9v8.5a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5zM8.5 13h7M13 10.5l2.5 2.5-2.5 2.5",
  tag: "M4 4h8l8 8-8 8-8-8zM8 8h.1",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1",
  pin: "M7 4h10l-1.500 6 3 3.500H5.500l3-3.500zM12 13.500V20",
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 12.500l4.500 4.500L19 7.500",
  info: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 11v5M12 8v.1",
  undo: "M8 5L4 9l4 4M4 9h10a5.500 5.500 0 0 1 0 11H9",
  cloud: "M7 18.500a4 4 0 0 1-.500-8 6 6 0 0 1 11.500 1.500 3.300 3.300 0 0 1-.500 6.500z",
  off: "M7 18.500a4 4 0 0 1-.500-8 6 6 0 0 1 11.500 1.500 3.300 3.300 0 0 1-.500 6.500zM4 4l16 16",
  warn: "M12 4.500l9 15.500H3zM12 10v5M12 17.500v.1",
  camera: "M4 8h3.500L9 5.500h6L16.500 8H20v11H4zM12 10.500a3 3 0 1 1 0 6 3 3 0 0 1 0-6z",
  rows: "M4 6.500h16M4 12h16M4 17.500h16",
  tiles: "M4.500 4.500h6v6h-6zM13.500 4.500h6v6h-6zM4.500 13.500h6v6h-6zM13.500 13.500h6v6h-6z",
  filter: "M4 6h16M7 12h10M10.500 18h3",
  device: "M4 5h16v10.500H4zM9 19.500h6M12 15.500v4",
  phone: "M7.500 3.500h9v17h-9zM11 17.800h2",
  pause: "M8.500 5.500v13M15.500 5.500v13",
  play: "M8 5.500v13l10.500-6.500z",
  person: "M12 4.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7zM5 20a7 7 0 0 1 14 0",
  eyeOff: "M4 4l16 16M10 6.500A9 9 0 0 1 21 12a12 12 0 0 1-2.500 3M6.500 8A12 12 0 0 0 3 12a9.500 9.500 0 0 0 12 5.300",
  gear: "M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM12 3.500v3M12 17.500v3M3.500 12h3M17.500 12h3M6 6l2 2M16 16l2 2M18 6l-2 2M8 16l-2 2",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, filled }: { name: IconName; filled?: boolean }) {
  return (
    <svg
      class={`icon${filled ? " filled" : ""}`}
      viewBox="0 0 24 24"
      width="24"
      height="24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The picture for a kind of file. */
export function iconOf(kind: string, fileClass: string): IconName {
  if (kind === "directory") return "folder";
  switch (fileClass) {
    case "image":
    case "video":
    case "audio":
    case "zip":
      return fileClass;
    case "text":
    case "code":
    case "pdf":
    case "slide":
    case "spreadsheet":
      return "text";
    default:
      return "file";
  }
}
