// Rules of the web app. Imports go one way: app -> features -> api, ui, lib.
import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import ts from "typescript-eslint";

const may = (files, group, message) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns: [{ group, message }] }] },
});

export default ts.config(
  { ignores: ["dist", "src/api/schema.ts", "public"] },
  js.configs.recommended,
  ...ts.configs.strict,
  hooks.configs.flat["recommended-latest"],
  {
    plugins: { "import-x": importX },
    rules: {
      "max-lines": ["error", 400],
      "import-x/no-cycle": "error",
      "no-console": "error",
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
    },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver()] },
  },
  { files: ["scripts/*", "*.config.*"], languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } }, rules: { "no-console": "off" } },
  may(["src/ui/**", "src/lib/**"], ["~/app/*", "~/features/*", "~/api/*"], "ui and lib know nothing of the product"),
  may(["src/api/**"], ["~/app/*", "~/features/*", "~/ui/*"], "api knows the server only"),
  may(["src/features/**"], ["~/app/*"], "features do not know the shell around them"),
  may(
    ["src/features/editor/model/**", "src/features/editor/commands/**"],
    ["react", "react-dom", "@xyflow/react", "~/ui/*", "../canvas/*", "../form/*", "../run/*"],
    "the document and its commands are free of React and the DOM",
  ),
);
