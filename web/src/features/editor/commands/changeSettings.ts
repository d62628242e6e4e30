// Changes settings of the workflow; what is set to nothing is as usual again.
import type { Schemas } from "~/api/types";
import type { Change } from "../model/document";

export type Settings = Schemas["Settings"];

export const changeSettings = (fields: Partial<Settings>): Change => (doc) => {
  const settings: Settings = { ...doc.settings, ...fields };
  for (const key of Object.keys(fields) as (keyof Settings)[]) if (settings[key] === undefined || settings[key] === null) delete settings[key];
  return { ...doc, settings };
};
