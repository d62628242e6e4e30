// The folder and the tags of one workflow or of many.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "~/api/client";
import type { WorkflowRow } from "~/api/types";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field, Input } from "~/ui/field";
import { say } from "~/ui/toast";
import { each } from "./each";
import { changed, tagsOf, type Wish } from "./tags";

export function Sorting({ rows, onClose }: { rows: WorkflowRow[]; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const only = rows.length === 1 ? rows[0] : undefined;
  const [folder, setFolder] = useState(only?.folder ?? "");
  const [tags, setTags] = useState(only?.tags.join(", ") ?? "");
  const groups = useQuery({ queryKey: ["workflows", "groups"], queryFn: () => body(api.GET("/api/workflows/groups")) });
  const save = useMutation({
    mutationFn: () => each(rows, (row) => write(row, { folder, tags: tagsOf(tags), isWhole: only !== undefined })),
    onSuccess: async (faults) => {
      await client.invalidateQueries({ queryKey: ["workflows"] });
      if (faults.length) say(t("{{count}} could not be changed: {{why}}", { count: faults.length, why: faults[0] }), "error");
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const about = only ? only.name : t("Tags are added to those that are there; an empty folder leaves each where it is.");
  return (
    <Dialog open onClose={onClose} title={t("Folder and tags")} about={about} closeLabel={t("Close")}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t("Folder")}>
          {(ids) => <Input {...ids} list="folders" autoComplete="off" value={folder} onChange={(event) => setFolder(event.target.value)} />}
        </Field>
        <datalist id="folders">{groups.data?.folders.map((it) => <option key={it.name} value={it.name} />)}</datalist>
        <Field label={t("Tags")} hint={t("Separated by commas.")}>
          {(ids) => <Input {...ids} autoComplete="off" value={tags} onChange={(event) => setTags(event.target.value)} />}
        </Field>
        <Button type="submit" look="primary" disabled={save.isPending}>{t("Save")}</Button>
      </form>
    </Dialog>
  );
}

/** Changes the draft as it is now, and only if nobody else changes it at the same moment. */
async function write(row: WorkflowRow, wish: Wish) {
  const stored = await body(api.GET("/api/workflows/{id}", { params: { path: { id: row.id } } }));
  const params = { path: { id: row.id }, header: { "If-Match": `"${stored.revision}"` } };
  await api.PUT("/api/workflows/{id}", { params, body: changed(stored.draft, wish) });
}
