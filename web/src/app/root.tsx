// What lies over every page, also over those of the way in: questions, and short words about what happened.
import { Outlet } from "@tanstack/react-router";
import { Questions } from "~/ui/question";
import { Toasts } from "~/ui/toast";

export function Root() {
  return (
    <>
      <Outlet />
      <Questions />
      <Toasts />
    </>
  );
}
