import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["node_modules/**", "**/*.mjs", "**/*.cjs"] },
    eslint.configs.recommended,
    ...tseslint.configs.recommendedTypeChecked,
    {
        languageOptions: {
            parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
        },
        rules: {
            "@typescript-eslint/no-explicit-any": "error",
            "@typescript-eslint/no-non-null-assertion": "error",
            "@typescript-eslint/consistent-type-imports": "error",
            "@typescript-eslint/switch-exhaustiveness-check": "error",
            "@typescript-eslint/no-unnecessary-condition": "error",
            eqeqeq: "error",
            "no-console": "off",
        },
    },
    {
        files: ["index.ts", "components/**/*.ts", "configuration/**/*.ts"],
        ignores: ["components/kubernetes.ts"],
        rules: {
            "no-restricted-imports": [
                "error",
                { name: "@pulumi/kubernetes", message: "Import components/kubernetes.ts." },
            ],
        },
    },
    {
        // Components are pure: configuration, environment and clock stop at settings.ts and index.ts.
        files: ["components/**/*.ts"],
        rules: {
            "@typescript-eslint/consistent-type-assertions": [
                "error",
                { assertionStyle: "as", objectLiteralTypeAssertions: "never" },
            ],
            "no-restricted-properties": [
                "error",
                { object: "pulumi", property: "Config", message: "Only settings.ts reads config." },
                {
                    object: "process",
                    property: "env",
                    message: "A component never reads the environment.",
                },
                { object: "Date", property: "now", message: "A component never reads the clock." },
            ],
        },
    },
    {
        // Mocha's describe and it return void-like promises; tests may cast to build bad input.
        files: ["test/**/*.ts"],
        rules: {
            "@typescript-eslint/no-floating-promises": "error",
            "@typescript-eslint/no-unsafe-assignment": "off",
            "@typescript-eslint/no-unsafe-member-access": "off",
        },
    },
);
