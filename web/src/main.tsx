// The first file that runs: language, session, pages.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Failure } from "~/api/client";
import { router } from "~/app/routes";
import { startLanguages } from "~/lib/i18n";
import "~/app/style.css";

/** What the server refused it will refuse again; only a silent line is worth another try. */
const isWorthATry = (n: number, error: unknown) =>
  n < 3 && !(error instanceof Failure && error.status < 500);

const client = new QueryClient({ defaultOptions: { queries: { retry: isWorthATry, staleTime: 5000 } } });

void startLanguages().then(() => {
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html has a root");
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
});
