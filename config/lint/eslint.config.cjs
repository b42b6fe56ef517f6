// Rules of all JavaScript. `require` finds the packages through NODE_PATH (see tools/suite/lint.py).
const js = require("@eslint/js");
const globals = require("globals");

const rules = {
    ...js.configs.recommended.rules,
    "no-console": "error",
    "no-debugger": "error",
    "no-eval": "error",
    "no-implied-eval": "error",
    "no-new-func": "error",
    "no-restricted-globals": ["error", "event", "self"],
    "no-unused-vars": ["error", { args: "after-used", caughtErrors: "all" }],
    "no-var": "error",
    "prefer-const": "error",
    "consistent-return": "error",
    curly: ["error", "all"],
    eqeqeq: ["error", "always"],
};

module.exports = [
    {
        files: ["**/*.js"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            globals: { ...globals.browser, odoo: "readonly", luxon: "readonly" },
        },
        rules,
    },
    {
        files: ["**/static/tests/**/*.js"],
        languageOptions: { globals: { QUnit: "off" } },
    },
    {
        files: ["**/*.cjs"],
        languageOptions: { ecmaVersion: 2022, sourceType: "commonjs", globals: globals.node },
        rules,
    },
];
