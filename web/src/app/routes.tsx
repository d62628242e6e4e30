// Every address under `/app`. Pages are fetched when somebody goes there.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { session } from "~/api/session";
import { Root } from "./root";
import { Broken, Missing } from "./trouble";
import { Shell } from "./shell";

const entry = () => import("~/features/entry/entry");
const links = () => import("~/features/entry/links");
const root = createRootRoute({ component: Root, notFoundComponent: Missing });

const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: Shell,
  beforeLoad: ({ location }) => {
    if (session.isKept()) return;
    // TanStack's way to say where to go instead.
    throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { to: location.href } });
  },
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: lazyRouteComponent(entry, "SignIn"),
  validateSearch: (search): { to?: string } => ({ to: typeof search.to === "string" ? search.to : undefined }),
});

const home = createRoute({ getParentRoute: () => inside, path: "/", component: lazyRouteComponent(() => import("~/features/overview/home"), "Home") });
const workflows = createRoute({
  getParentRoute: () => inside,
  path: "/workflows",
  component: lazyRouteComponent(() => import("~/features/workflows"), "Workflows"),
  validateSearch: (it): { search?: string; tag?: string; folder?: string; sort?: string; state?: string; page?: number } => it,
});
const editor = createRoute({
  getParentRoute: () => inside,
  path: "/workflows/$id",
  component: lazyRouteComponent(() => import("~/features/editor"), "Editor"),
  validateSearch: (it): { node?: string; panel?: string } => it,
});
const executions = createRoute({
  getParentRoute: () => inside,
  path: "/executions",
  component: lazyRouteComponent(() => import("~/features/runs"), "Runs"),
  validateSearch: (it): { status?: string; workflowId?: string; search?: string; since?: string; from?: string; until?: string; page?: number; view?: "causes" } => it,
});
const execution = createRoute({
  getParentRoute: () => inside,
  path: "/executions/$id",
  component: lazyRouteComponent(() => import("~/features/runs/run"), "Run"),
  validateSearch: (it): { step?: string } => it,
});
const compare = createRoute({
  getParentRoute: () => inside,
  path: "/executions/$id/compare/$other",
  component: lazyRouteComponent(() => import("~/features/runs/comparing"), "Compare"),
  validateSearch: (it): { step?: string } => it,
});
const webhooks = createRoute({
  getParentRoute: () => inside,
  path: "/webhooks",
  component: lazyRouteComponent(() => import("~/features/webhooks/webhooks"), "Webhooks"),
  validateSearch: (it): { hook?: string } => it,
});
const settings = createRoute({ getParentRoute: () => inside, path: "/settings", component: lazyRouteComponent(() => import("~/features/settings/settings"), "Settings") });
const part = createRoute({ getParentRoute: () => inside, path: "/settings/$part", component: lazyRouteComponent(() => import("~/features/settings/settings"), "Settings") });

const tree = root.addChildren([
  inside.addChildren([home, workflows, editor, executions, execution, compare, webhooks, settings, part]),
  signIn,
  createRoute({ getParentRoute: () => root, path: "/sign-in/done", component: lazyRouteComponent(() => import("~/features/entry/done"), "SignInDone") }),
  createRoute({ getParentRoute: () => root, path: "/sign-in/sso", component: lazyRouteComponent(() => import("~/features/entry/sso"), "Sso") }),
  createRoute({ getParentRoute: () => root, path: "/register", component: lazyRouteComponent(entry, "Register") }),
  createRoute({ getParentRoute: () => root, path: "/forgot", component: lazyRouteComponent(entry, "Forgot") }),
  createRoute({ getParentRoute: () => root, path: "/reset", component: lazyRouteComponent(links, "Reset") }),
  createRoute({ getParentRoute: () => root, path: "/join", component: lazyRouteComponent(links, "Join") }),
  createRoute({ getParentRoute: () => root, path: "/email", component: lazyRouteComponent(links, "NewEmail") }),
  createRoute({ getParentRoute: () => root, path: "/verify", component: lazyRouteComponent(links, "Verify") }),
]);

export const router = createRouter({ routeTree: tree, basepath: "/app", defaultPreload: "intent", defaultErrorComponent: Broken, defaultNotFoundComponent: Missing });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
