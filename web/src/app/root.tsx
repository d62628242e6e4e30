// What lies over every page, also over those of the way in: questions, and short words about what happened.
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { closed } from "~/api/closed";
import { Questions } from "~/ui/question";
import { Toasts } from "~/ui/toast";
import { Closed } from "./closed";

export function Root() {
  const isClosed = useSyncExternalStore(closed.listen, closed.now);
  // Who looks after the server comes in by this way.
  const isEntry = useRouterState({ select: (it) => it.location.pathname.startsWith("/sign-in") });
  return (
    <>
      {/* It covers the page: what was typed there and is not saved yet is saved once the server is open again. */}
      {isClosed && !isEntry && <Closed />}
      <Outlet />
      <Questions />
      <Toasts />
    </>
  );
}
