// The ways to arrange what is chosen, for the menu and for the palette of commands.
import type { TFunction } from "i18next";
import { align, type Side } from "./commands/align";
import { distribute } from "./commands/distribute";
import { tidy } from "./commands/tidy";
import type { Change } from "./model/document";

export type Arrangement = "tidy" | Side | "across" | "down";

export const arrangements = (t: TFunction): { what: Arrangement; title: string }[] => [
  { what: "tidy", title: t("Tidy up") },
  { what: "left", title: t("Align left") },
  { what: "center", title: t("Align centres") },
  { what: "right", title: t("Align right") },
  { what: "top", title: t("Align top") },
  { what: "middle", title: t("Align middles") },
  { what: "bottom", title: t("Align bottom") },
  { what: "across", title: t("Distribute across") },
  { what: "down", title: t("Distribute down") },
];

/** Whether there is enough chosen for it. */
export const fits = (what: Arrangement, nChosen: number) => what === "tidy" || nChosen >= (what === "across" || what === "down" ? 3 : 2);

export function arrange(what: Arrangement, keys: ReadonlySet<string>): Change {
  if (what === "tidy") return tidy(keys.size > 1 ? keys : undefined);
  return what === "across" || what === "down" ? distribute(keys, what) : align(keys, what);
}
