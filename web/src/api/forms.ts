// When a field of a form counts, as the server reckons it.
import type { Form, FormField, Schemas } from "./types";

type Values = Record<string, unknown>;

const valueOf = (form: Form, name: string, values: Values) => values[name] ?? form.fields.find((it) => it.name === name)?.default ?? null;

/** Whether a field has one of the values of a rule. */
export const holds = (form: Form, rule: Schemas["FormShow"], values: Values): boolean => rule.is.some((it) => it === valueOf(form, rule.field, values));

/** A field counts only while the fields that it names have one of these values. */
export function isShown(form: Form, field: FormField, values: Values): boolean {
  return (field.show ?? []).every((rule) => {
    const other = form.fields.find((it) => it.name === rule.field);
    return holds(form, rule, values) && (!other || isShown(form, other, values));
  });
}

/** Whether a node with these values cannot do without a credential. */
export const isNeeded = (form: Form, use: Schemas["CredentialUse"], values: Values): boolean =>
  use.required || (Boolean(use.when?.length) && (use.when ?? []).every((it) => holds(form, it, values)));
