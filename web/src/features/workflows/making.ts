// New workflows: an empty one, a first one that runs at once, and those made of a template.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Workflow } from "~/api/types";
import { say } from "~/ui/toast";
import { firstWorkflow } from "./first";
import { failure, type Given, type Template } from "./templates";

function useMaking<From = void>(make: (from: From) => Workflow | Promise<Workflow>) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (from: From) => body(api.POST("/api/workflows", { body: await make(from) })),
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

export interface Filled {
  template: Template;
  given: Given;
  /** An address that hears of its failures. */
  alarm?: string;
}

/** Makes a workflow of a template, and goes there. */
export function useFromTemplate() {
  const { t } = useTranslation();
  return useMaking(async ({ template, given, alarm }: Filled) => {
    const document = template.make(given);
    return alarm ? { ...document, settings: { errorWorkflow: await telling(t, alarm) } } : document;
  });
}

/** Makes the workflow that tells an address of failures, for one that is there already. */
export function useTelling(onMade: (id: string) => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (address: string) => telling(t, address),
    onSuccess: async (id) => {
      await client.invalidateQueries({ queryKey: ["workflows"] });
      onMade(id);
    },
  });
}

/** A published workflow that posts to an address what failed. */
async function telling(t: TFunction, address: string): Promise<string> {
  const { id } = await body(api.POST("/api/workflows", { body: failure(t).make({ to: address }) }));
  await body(api.POST("/api/workflows/{id}/publish", { params: { path: { id } }, body: {} }));
  return id;
}
