// New workflows: an empty one, and a first one that runs at once.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Workflow } from "~/api/types";
import { say } from "~/ui/toast";
import { firstWorkflow } from "./first";
import type { Template } from "./templates";

function useMaking<From = void>(make: (from: From) => Workflow) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (from: From) => body(api.POST("/api/workflows", { body: make(from) })),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ["workflows"] });
      await navigate({ to: "/workflows/$id", params: { id } });
    },
    onError: (error) => say(messageOf(error), "error"),
  });
}

export function useNewWorkflow() {
  const { t } = useTranslation();
  return useMaking(() => ({ name: t("Untitled workflow"), nodes: [], connections: [] }));
}

/** Runs by hand without any account elsewhere, and shows a branch, an expression and items. */
export function useFirstWorkflow() {
  const { t } = useTranslation();
  return useMaking(() => firstWorkflow(t));
}

/** Makes a workflow of a template, and goes there. */
export const useFromTemplate = () => useMaking((it: Template) => it.make());
