/** Asks between which days something must have changed; one of the two may be left open. */
import { useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { t } from "../words/words.ts";

export interface Days {
  /** `2026-11-27`, or undefined for an open end. */
  readonly since: string | undefined;
  readonly until: string | undefined;
}

interface Props extends Days {
  readonly onDays: (days: Days) => void;
  readonly onClose: () => void;
}

export function DatesDialog({ since = "", until = "", onDays, onClose }: Props) {
  const [first, begin] = useState(since);
  const [last, end] = useState(until);
  return (
    <Dialog title={t("datesOwn")} onClose={onClose}>
      <form
        method="dialog"
        onSubmit={() => onDays({ since: first || undefined, until: last || undefined })}
      >
        <label for="since">{t("dateFrom")}</label>
        <input
          id="since"
          type="date"
          value={first}
          max={last}
          onInput={({ currentTarget }) => begin(currentTarget.value)}
        />
        <label for="until">{t("dateTo")}</label>
        <input
          id="until"
          type="date"
          value={last}
          min={first}
          onInput={({ currentTarget }) => end(currentTarget.value)}
        />
        <div class="actions">
          <button type="submit">{t("datesShow")}</button>
        </div>
      </form>
    </Dialog>
  );
}
