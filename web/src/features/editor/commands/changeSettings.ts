// Changes settings of the workflow; what is set to nothing is as usual again.
import type { Schemas } from "~/api/types";
import type { Change } from "../model/document";

export type Settings = Schemas["Settings"];

export const changeSettings = (fields: Partial<Settings>): Change => (doc) => {
  const settings = Object.fromEntries(Object.entries({ ...doc.settings, ...fields }).filter(([, it]) => it !== undefined && it !== null)) as Settings;
  return { ...doc, settings };
};
