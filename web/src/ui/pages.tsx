// From page to page of a list.
import { Button } from "./button";

interface Props {
  list: { page: number; pageSize: number; total: number; totalIsAtLeast?: boolean };
  onPage: (page: number) => void;
  labels: [string, string];
}

export function Pages({ list, onPage, labels }: Props) {
  const last = Math.ceil(list.total / list.pageSize);
  if (last <= 1) return null;
  return (
    <div className="mt-3 flex items-center gap-3 text-text2">
      <Button small disabled={list.page <= 1} onClick={() => onPage(list.page - 1)}>{labels[0]}</Button>
      <span className="tabular-nums">{list.page} / {last}{list.totalIsAtLeast && "+"}</span>
      <Button small disabled={list.page >= last} onClick={() => onPage(list.page + 1)}>{labels[1]}</Button>
    </div>
  );
}
