import assert from "node:assert/strict";
import { parseArguments } from "../../commands/arguments";

describe("the arguments of a command", () => {
    it("are the sandbox and its stack when nothing is given", () => {
        assert.deepEqual(parseArguments("start", [], {}), {
            context: undefined,
            stackName: "sandbox",
            help: false,
        });
    });

    it("are read with a space or an equals sign", () => {
        assert.deepEqual(parseArguments("start", ["--context", "kind-a", "--stack=dev"], {}), {
            context: "kind-a",
            stackName: "dev",
            help: false,
        });
    });

    const refused: readonly [string, readonly string[], string][] = [
        [
            "an unknown flag",
            ["--contxt", "a"],
            'Unknown argument "--contxt". npm start takes --context NAME and --stack NAME, after a --.',
        ],
        [
            "a stray word",
            ["dev"],
            'Unknown argument "dev". npm start takes --context NAME and --stack NAME, after a --.',
        ],
        [
            "a flag without its name",
            ["--context"],
            "--context needs a name after it: --context NAME",
        ],
        ["an empty name", ["--stack="], "--stack needs a name after it: --stack NAME"],
        [
            "a flag in place of a name",
            ["--stack", "--context"],
            "--stack needs a name after it: --stack NAME",
        ],
        [
            "a stack name that Pulumi refuses",
            ["--stack", "a b"],
            '--stack "a b" is no name of a Pulumi stack: use letters, digits, "-", "_" and ".".',
        ],
    ];
    for (const [what, words, message] of refused) {
        it(`are refused for ${what}`, () => {
            assert.throws(() => parseArguments("start", words, {}), { name: "UserError", message });
        });
    }

    it("are refused when npm took the flag for itself", () => {
        assert.throws(() => parseArguments("preview", ["kind-a"], { npm_config_context: "true" }), {
            message:
                "--context went to npm and not to this command. " +
                "Put -- before it: npm run preview -- --context NAME",
        });
    });
});
