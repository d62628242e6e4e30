// Dialogs: a question or a short form over the page.
import * as Radix from "@radix-ui/react-dialog";
import { clsx } from "clsx";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "./button";

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  about?: string;
  closeLabel: string;
  wide?: boolean;
  children: ReactNode;
}

export function Dialog({ open, onClose, title, about, closeLabel, wide, children }: Props) {
  return (
    <Radix.Root open={open} onOpenChange={(is) => !is && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[rgb(0_0_0/0.4)]" />
        <Radix.Content
          aria-describedby={about ? undefined : ""}
          className={clsx(
            "fixed top-[8vh] left-1/2 z-50 flex max-h-[84vh] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col overflow-hidden rounded-dialog border bg-surface shadow-sh2",
            wide ? "max-w-3xl" : "max-w-lg",
          )}
        >
          <div className="flex items-start justify-between gap-4 px-5 pt-4 pb-2">
            <div className="min-w-0">
              <Radix.Title className="text-title font-semibold">{title}</Radix.Title>
              {about && <Radix.Description className="text-text2">{about}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton label={closeLabel} className="-mt-1 -mr-2"><X size={16} strokeWidth={1.75} /></IconButton>
            </Radix.Close>
          </div>
          <div className="min-h-0 overflow-auto px-5 pt-1 pb-5">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
