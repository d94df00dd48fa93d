/** The devices of the home, asked again when one comes, goes or changes, and now and then. */
import { useEffect, useState } from "preact/hooks";
import { allDevices, type Device } from "../home/devices.ts";
import { listen } from "../home/news.ts";
import { t } from "../words/words.ts";

/** Documents of devices hold traces of secrets, so no news tells of them; the audit's does. */
const COMING_AND_GOING = "io.cozy.audit";
/** When a device was here last is written beside all documents. */
const NOW_AND_THEN = 30_000;

interface Known {
  readonly devices: readonly Device[] | undefined;
  readonly problem: string;
  reload(): void;
}

export function useDevices(): Known {
  const [devices, found] = useState<readonly Device[]>();
  const [problem, failed] = useState("");
  const reload = () => {
    allDevices().then(
      (all) => {
        found(all);
        failed("");
      },
      () => failed(t("needsNetwork")),
    );
  };
  useEffect(() => {
    reload();
    const timer = setInterval(reload, NOW_AND_THEN);
    const deaf = listen(COMING_AND_GOING, reload);
    return () => {
      clearInterval(timer);
      deaf();
    };
  }, []);
  return { devices, problem, reload };
}
