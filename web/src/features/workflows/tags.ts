// Tags as they are written into one field, and what becomes of a document's.
import type { Workflow } from "~/api/types";

export interface Wish {
  folder: string;
  tags: string[];
  /** What is wished replaces what is there; else tags are added, and an empty folder changes nothing. */
  isWhole: boolean;
}

/** Each tag once, without the spaces around it. */
export const tagsOf = (text: string) => [...new Set(text.split(",").map((it) => it.trim()).filter(Boolean))];

export function changed(draft: Workflow, { folder, tags, isWhole }: Wish): Workflow {
  const name = folder.trim();
  return {
    ...draft,
    folder: name || (isWhole ? null : draft.folder),
    tags: isWhole ? tags : [...new Set([...(draft.tags ?? []), ...tags])],
  };
}
