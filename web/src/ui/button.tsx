// Buttons: one primary per screen, the rest quiet.
import { clsx } from "clsx";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";

type Look = "primary" | "plain" | "quiet" | "danger";
const LOOKS: Record<Look, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover border-transparent",
  plain: "bg-surface text-text border-control hover:bg-hover",
  quiet: "bg-transparent text-text2 border-transparent hover:bg-hover hover:text-text",
  danger: "bg-surface text-err border-err hover:bg-err-soft",
};

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  small?: boolean;
  icon?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

const SHAPE = "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control border font-medium whitespace-nowrap transition-colors duration-75 disabled:opacity-55 pointer-coarse:min-h-11";

/** A link that looks like what it is: the way on. */
export const LINK = clsx(SHAPE, "h-8 px-3", LOOKS.primary);

export function Button({ look = "plain", small, icon, className, children, type = "button", ...rest }: Props) {
  const size = small ? "h-7 px-2 text-small" : "h-8 px-3";
  return (
    <button
      type={type}
      className={clsx(
        SHAPE,
        size,
        LOOKS[look],
        className,
      )}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
}

interface IconProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  label: string;
  pressed?: boolean;
}

export function IconButton({ label, pressed, className, children, type = "button", ...rest }: IconProps) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      className={clsx(
        "inline-flex size-8 shrink-0 items-center justify-center rounded-control transition-colors duration-75 hover:bg-hover disabled:opacity-45 pointer-coarse:size-11",
        pressed ? "bg-accent-soft text-accent-text" : "text-text2 hover:text-text",
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  );
}
