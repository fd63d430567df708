import assert from "node:assert/strict";
import { exampleUsage, parseExampleArguments } from "../../commands/exampleArguments";
import { exampleClosing } from "../../commands/outputs";

const known = ["pages", "redis"];

describe("the arguments of npm run example", () => {
    it("bring the named example up on the sandbox when nothing else is given", () => {
        assert.deepEqual(parseExampleArguments(["redis"], {}, known), {
            name: "redis",
            action: "up",
            place: [],
            context: undefined,
            stackName: "sandbox",
            help: false,
        });
    });

    it("take it away from where it was brought up", () => {
        const words = ["redis", "--context", "kind-a", "--destroy", "--stack=dev"];
        assert.deepEqual(parseExampleArguments(words, {}, known), {
            name: "redis",
            action: "destroy",
            place: ["--context", "kind-a", "--stack=dev"],
            context: "kind-a",
            stackName: "dev",
            help: false,
        });
    });

    it("ask for help without naming an example", () => {
        assert.equal(parseExampleArguments(["--help"], {}, known).help, true);
        assert.match(exampleUsage(known), /^Brings an example up .*: pages, redis\.$/m);
    });

    const refused: readonly [string, readonly string[], string][] = [
        [
            "no name",
            [],
            "No example is named. The examples are pages, redis. Give one: npm run example -- pages",
        ],
        [
            "a flag where the name belongs",
            ["--destroy"],
            "No example is named. The examples are pages, redis. Give one: npm run example -- pages",
        ],
        [
            "an unknown name",
            ["mongo"],
            'There is no example "mongo". The examples are pages, redis.',
        ],
        [
            "a misspelt name",
            ["rediss"],
            'There is no example "rediss". The examples are pages, redis. ' +
                "Did you mean npm run example -- redis?",
        ],
        [
            "two actions",
            ["redis", "--destroy", "--cancel"],
            "--destroy and --cancel exclude each other: give one of them.",
        ],
        [
            "a stray word",
            ["redis", "pages"],
            'Unknown argument "pages". npm run example -- redis takes --context NAME and --stack NAME.',
        ],
    ];
    for (const [what, words, message] of refused) {
        it(`are refused for ${what}`, () => {
            assert.throws(() => parseExampleArguments(words, {}, known), {
                name: "UserError",
                message,
            });
        });
    }

    it("are refused when npm took --destroy for itself, which would bring the example up", () => {
        assert.throws(
            () => parseExampleArguments(["redis"], { npm_config_destroy: "true" }, known),
            {
                message:
                    "--destroy went to npm and not to this command. " +
                    "Put -- before it: npm run example -- redis --destroy",
            },
        );
    });

    it("are refused when npm took --context for itself", () => {
        assert.throws(
            () => parseExampleArguments(["redis", "kind-a"], { npm_config_context: "true" }, known),
            {
                message:
                    "--context went to npm and not to this command. " +
                    "Put -- before it: npm run example -- redis --context NAME",
            },
        );
    });
});

describe("the closing words of an example", () => {
    it("are its outputs, and what to type next on its cluster", () => {
        const outputs = {
            namespace: { value: "redis-1", secret: false },
            next: { value: ["kubectl get pods", "kubectl get pvc"], secret: false },
        };
        assert.deepEqual(exampleClosing(outputs, "/bin/kubectl --kubeconfig /k"), [
            "",
            "Outputs",
            "  namespace  redis-1",
            "",
            "To look at it",
            "  alias kubectl='/bin/kubectl --kubeconfig /k'",
            "  kubectl get pods",
            "  kubectl get pvc",
        ]);
    });
});
