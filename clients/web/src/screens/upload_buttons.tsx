/** The ways to put files into a directory: chosen, a whole folder, from the camera, or pasted. */
import { useEffect, useRef } from "preact/hooks";
import type { Drive } from "../drive.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { useDrive } from "../parts/use_drive.ts";
import { t } from "../words/words.ts";
import { uploadFiles } from "./actions.ts";
import { say } from "./saying.tsx";

export function UploadButtons({ id }: { id: string }) {
  const drive = useDrive();
  usePasted(drive, id);
  const take = (files: readonly File[]) => void uploadFiles(drive, id, files).catch(say);
  return (
    <>
      <Picker icon="folderUp" says={t("uploadFolder")} kind="wide-only" folder onFiles={take} />
      <Picker icon="camera" says={t("camera")} kind="narrow-only" camera onFiles={take} />
      <Picker icon="up" says={t("upload")} main onFiles={take} />
    </>
  );
}

interface PickerProps {
  readonly icon: IconName;
  readonly says: string;
  readonly kind?: string;
  readonly main?: boolean;
  readonly folder?: boolean;
  readonly camera?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

/** A button, and the field of the browser behind it. */
function Picker({ icon, says, kind = "", main, folder, camera, onFiles }: PickerProps) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      {main ? (
        <button type="button" class="small" id="upload" onClick={() => field.current?.click()}>
          <Icon name={icon} />
          <span class="word">{says}</span>
        </button>
      ) : (
        <button
          type="button"
          class={`plain round ${kind}`}
          aria-label={says}
          title={says}
          onClick={() => field.current?.click()}
        >
          <Icon name={icon} />
        </button>
      )}
      <input
        ref={(element) => {
          field.current = element;
          if (folder) element?.setAttribute("webkitdirectory", "");
        }}
        type="file"
        hidden
        multiple={main ?? false}
        aria-label={says}
        {...(camera && { accept: "image/*,video/*", capture: "environment" as const })}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          currentTarget.value = "";
          onFiles(files);
        }}
      />
    </>
  );
}

/** Take files that are pasted anywhere on the screen; a picture from elsewhere gets the time as name. */
function usePasted(drive: Drive, id: string): void {
  useEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (!files.length || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      void uploadFiles(drive, id, files.map(named)).catch(say);
    };
    addEventListener("paste", pasted);
    return () => removeEventListener("paste", pasted);
  }, [drive, id]);
}

function named(file: File): File {
  if (file.name !== "image.png") return file;
  const at = new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".");
  return new File([file], `${at}.png`, { type: file.type, lastModified: file.lastModified });
}
