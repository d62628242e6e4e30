// A search field over a list of choices, by keyboard and by mouse.
import { clsx } from "clsx";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Input } from "~/ui/field";

interface Props<T> {
  /** Begins the ids of its parts. */
  id: string;
  /** What the field is for. */
  label: string;
  /** What the list holds. */
  listLabel: string;
  text: string;
  onText: (text: string) => void;
  found: T[];
  keyOf: (it: T) => string;
  /** Nothing where Enter finds nothing. */
  onChoose: (it?: T) => void;
  children: (it: T) => ReactNode;
}

export function Choices<T>({ id, label, listLabel, text, onText, found, keyOf, onChoose, children }: Props<T>) {
  const { t } = useTranslation();
  const [at, setAt] = useState(0);
  const chosen = Math.min(at, found.length - 1);
  const current = found[chosen];
  return (
    <div className="flex flex-col gap-2">
      <Input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={current && `${id}-${chosen}`}
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => {
          onText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (step) {
            event.preventDefault();
            setAt(Math.max(0, Math.min(found.length - 1, chosen + step)));
          }
          if (event.key === "Enter") onChoose(current);
        }}
      />
      <ul id={id} role="listbox" aria-label={listLabel} className="max-h-[50vh] overflow-auto">
        {found.map((it, n) => (
          <li
            key={keyOf(it)}
            id={`${id}-${n}`}
            role="option"
            aria-selected={n === chosen}
            className={clsx("flex cursor-pointer items-center gap-3 rounded-control px-2 py-1.5", n === chosen && "bg-accent-soft")}
            onMouseMove={() => setAt(n)}
            onClick={() => onChoose(it)}
          >
            {children(it)}
          </li>
        ))}
      </ul>
      {!found.length && <p className="px-2 text-text2">{t("Nothing is called like this.")}</p>}
    </div>
  );
}
