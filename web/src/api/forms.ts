// When a field of a form counts, as the server reckons it.
import type { Form, FormField } from "./types";

/** A field counts only while the fields that it names have one of these values. */
export function isShown(form: Form, field: FormField, values: Record<string, unknown>): boolean {
  return (field.show ?? []).every((rule) => {
    const other = form.fields.find((it) => it.name === rule.field);
    const value = values[rule.field] ?? other?.default ?? null;
    return rule.is.some((it) => it === value) && (!other || isShown(form, other, values));
  });
}
