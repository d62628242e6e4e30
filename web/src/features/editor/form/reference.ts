// How a field of an item is written in an expression.

/** Where expressions of a form are tried: which node, on which recorded run. */
export interface Trial {
  node: string;
  executionId?: string;
  /** Saves the draft, where that is allowed: the node is one of it. */
  save?: () => Promise<void>;
}

export const reference = (path: string) => (path.startsWith("[") ? `$json${path}` : `$json.${path}`);

/** What a field becomes that is dropped; within braces it needs none. */
export function droppedText(data: DataTransfer, isInside: boolean): string | undefined {
  const path = data.getData("text/x-field");
  return path ? (isInside ? reference(path) : `{{ ${reference(path)} }}`) : undefined;
}
