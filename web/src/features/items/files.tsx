// The files that come with items: named, measured, and brought to the reader's disk.
import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Item, Schemas } from "~/api/types";
import { sizeOf } from "~/features/settings/amounts";
import { download } from "~/lib/download";
import { IconButton } from "~/ui/button";
import { say } from "~/ui/toast";

type ItemFile = Schemas["ItemFile"];

/** Where the items of a run lie, so that what they do not bring along can be fetched. */
export interface Source {
  executionId: string;
  node: string;
  run: number;
  output: number;
}

interface Found {
  item: number;
  name: string;
  file: ItemFile;
}

/** So many files are listed. */
const LISTED_MAX = 50;

export function Files({ items, source }: { items: Item[]; source?: Source }) {
  const { t, i18n } = useTranslation();
  const found = items.flatMap((it, item): Found[] => Object.entries(it.binary ?? {}).map(([name, file]) => ({ item, name, file })));
  const fetched = useMutation({
    mutationFn: async (it: Found) => download(await bytesOf(it, source), titleOf(it)),
    onError: (error) => say(messageOf(error), "error"),
  });
  if (!found.length) return null;
  return (
    <section aria-label={t("Files")}>
      <h4 className="mb-1 text-small font-medium text-text3">{t("Files")}</h4>
      <ul className="rounded-card border">
        {found.slice(0, LISTED_MAX).map((it) => (
          <li key={`${it.item} ${it.name}`} className="flex items-center gap-2 border-b px-2 py-1 text-small last:border-b-0">
            <code className="text-text3">#{it.item + 1} {it.name}</code>
            <span className="min-w-0 flex-1 truncate" title={it.file.mimeType}>{titleOf(it)}</span>
            <span className="text-text2 tabular-nums">{it.file.bytes !== undefined && sizeOf(it.file.bytes, i18n.language)}</span>
            {(it.file.data ?? source) && <IconButton label={t("Download {{name}}", { name: titleOf(it) })} className="size-7!" disabled={fetched.isPending} onClick={() => fetched.mutate(it)}><Download size={14} strokeWidth={1.9} /></IconButton>}
          </li>
        ))}
      </ul>
      {found.length > LISTED_MAX && <p className="mt-1 text-small text-text3">{t("The first {{count}} are shown.", { count: LISTED_MAX })}</p>}
    </section>
  );
}

const titleOf = ({ file, name }: Found) => file.fileName || (file.fileExtension ? `${name}.${file.fileExtension}` : name);

async function bytesOf({ item, name, file }: Found, source: Source | undefined): Promise<Blob> {
  const type = file.mimeType || "application/octet-stream";
  if (file.data) return new Blob([Uint8Array.from(atob(file.data), (it) => it.charCodeAt(0))], { type });
  if (!source) throw new Error("The file is not here any more.");
  const { executionId, node, run, output } = source;
  const path = { id: executionId, node, run, item, name };
  // As bytes, whatever the description calls them.
  return (await body(api.GET("/api/executions/{id}/steps/{node}/{run}/items/{item}/files/{name}", { params: { path, query: { output } }, parseAs: "blob" }))) as unknown as Blob;
}
