// A question before something that cannot be taken back: asked from anywhere, answered over the page.
import * as Radix from "@radix-ui/react-dialog";
import { useRef, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button";

interface Question {
  text: string;
  /** What the button does, as a verb. */
  yes: string;
}

interface Asked extends Question {
  answer: (is: boolean) => void;
}

let asked: Asked | undefined;
const listeners = new Set<() => void>();

function set(next: Asked | undefined) {
  asked = next;
  for (const listener of listeners) listener();
}

/** Whether the person says yes. A question that another one takes the place of counts as no. */
export function ask(text: string, yes: string): Promise<boolean> {
  asked?.answer(false);
  return new Promise((answer) => set({ text, yes, answer }));
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function Questions() {
  const { t } = useTranslation();
  const question = useSyncExternalStore(subscribe, () => asked);
  const no = useRef<HTMLButtonElement>(null);
  const answer = (is: boolean) => {
    question?.answer(is);
    set(undefined);
  };
  return (
    <Radix.Root open={question !== undefined} onOpenChange={(is) => !is && answer(false)}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-60 bg-[rgb(0_0_0/0.4)]" />
        <Radix.Content
          role="alertdialog"
          aria-describedby=""
          onOpenAutoFocus={(event) => {
            // The harmless answer is the one that Enter gives.
            event.preventDefault();
            no.current?.focus();
          }}
          className="fixed top-[20vh] left-1/2 z-60 flex w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 flex-col gap-5 rounded-dialog border bg-surface p-5 shadow-sh2"
        >
          <Radix.Title className="text-read font-medium break-words">{question?.text}</Radix.Title>
          <div className="flex justify-end gap-2">
            <Button ref={no} onClick={() => answer(false)}>{t("Cancel")}</Button>
            <Button look="danger" onClick={() => answer(true)}>{question?.yes}</Button>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
