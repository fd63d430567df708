import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { stateDirectory } from "../../../sandbox/build/paths";
import { instance, testCluster } from "./cluster";
import { command, root } from "./command";
import { exportedDirectories } from "./pods";
import { TestStack } from "./stack";
import { found, seen, until } from "./until";

/** An example on the test cluster, brought up and taken away by its command, as a user would. */
export class Example {
    private isGone = false;

    private constructor(
        readonly name: string,
        /** Its stack as the command has it, for changes that a user makes by `pulumi config` and `pulumi up`. */
        readonly stack: TestStack,
        /** What the command printed. */
        readonly printed: string,
        private readonly before: readonly string[],
    ) {}

    static async up(name: string): Promise<Example> {
        const before = await clusterWide();
        const run = await command("example", name);
        assert.equal(run.code, 0, run.stderr);
        const own = stateDirectory(instance);
        const stack = await TestStack.openAt({
            stackName: "sandbox",
            projectDirectory: join(root, "examples", name),
            workDirectory: join(own, "project/examples", name),
            backendDirectory: join(own, "backend"),
            passphrase: "sandbox",
        });
        return new Example(name, stack, run.stdout, before);
    }

    /**
     * Fails unless nothing is left of it: no object that isn't in a namespace, and no directory on an export. The
     * second time it does nothing.
     */
    async takeAway(): Promise<void> {
        if (this.isGone) {
            return;
        }
        this.isGone = true;
        const run = await command("example", this.name, "--destroy");
        assert.equal(run.code, 0, run.stderr);
        await until(`nothing is left of the example ${this.name}`, 30, async () => {
            const left = (await clusterWide()).filter((each) => !this.before.includes(each));
            return left.length === 0 ? found(true) : seen(left.join());
        });
    }
}

const kinds = [
    "namespaces",
    "persistentvolumes",
    "storageclasses",
    "clusterroles",
    "clusterrolebindings",
];

/** Everything that could be left where no namespace takes it along. */
async function clusterWide(): Promise<string[]> {
    const objects = await testCluster().kubectl.list(kinds.join());
    return [
        ...objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
        ...["export", "export2"].flatMap((name) =>
            exportedDirectories(name).map((path) => `directory ${name}/${basename(path)}`),
        ),
    ];
}
