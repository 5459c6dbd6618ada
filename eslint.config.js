const js = require("@eslint/js");
const { defineConfig, globalIgnores } = require("eslint/config");
const typescript = require("typescript-eslint");

module.exports = defineConfig([
  // The demo's scripts run in a browser, and its language is Python.
  globalIgnores([".tidemark/", "examples/demo/app/", "examples/demo/versions/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.js"],
    extends: [js.configs.recommended],
    languageOptions: {
      sourceType: "commonjs",
      globals: {
        require: "readonly",
        module: "writable",
        process: "readonly",
        __dirname: "readonly",
        __filename: "readonly",
      },
    },
  },
  {
    files: ["**/*.ts"],
    extends: [js.configs.recommended, typescript.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      // What is loaded late is loaded by require, with its type.
      "@typescript-eslint/no-require-imports": "off",
      // node:test waits by itself for what these return.
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: ["it", "describe", "test"] }] },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // Where a promise is what the type asks for, async is the shortest way to one.
      "@typescript-eslint/require-await": "off",
      // Members of plain objects are handed on as functions; none of them has a this.
      "@typescript-eslint/unbound-method": "off",
      "no-misleading-character-class": ["error", { allowEscape: true }],
      eqeqeq: "error",
      // An error says itself what was wrong; a cause would be printed below it.
      "preserve-caught-error": "off",
    },
  },
]);
