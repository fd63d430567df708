import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent, OpMap, OutputMap, StepEventMetadata } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import type { ViewMode } from "../../../commands/changes";
import { engineWords } from "../../../commands/engineProcess";
import { EngineView } from "../../../commands/engineView";
import { failureMessage } from "../../../commands/failures";
import type { OpenedStack } from "../../../commands/stack";
import { copySettings, openStack } from "../../../commands/stack";
import { testCluster } from "./cluster";
import { remember } from "./history";

export const repository = join(__dirname, "../../..");
/** Of Pulumi.sandbox.yaml as it was when the run began: tests of the commands change that, on another sandbox at the same time. */
const repositorySettings = configIn(repository);

export type Settings = Readonly<Record<string, unknown>>;

/** How a run of the engine went. */
export interface Run {
    /** The one message a user would get, or undefined when the run succeeded. */
    readonly error: string | undefined;
    readonly changes: OpMap;
    /** What the engine did or, in a preview, would do to each resource. */
    readonly steps: readonly StepEventMetadata[];
    /** Everything the run printed and reported, with nothing left out. */
    readonly text: string;
    readonly outputs: OutputMap;
}

/** Whose stack it is, and where its settings and its state lie. */
export interface Place {
    readonly stackName: string;
    /** Where index.ts is. */
    readonly projectDirectory: string;
    readonly workDirectory: string;
    readonly backendDirectory: string;
    readonly passphrase: string;
}

/** A stack on the test cluster. */
export class TestStack {
    private constructor(
        private readonly place: Place,
        private readonly projectName: string,
        private readonly opened: OpenedStack,
    ) {}

    /**
     * A stack of this repository's program, with state and settings of its own: those of Pulumi.sandbox.yaml with
     * these in place of or beside them.
     */
    static open(name: string, settings: Settings = {}): Promise<TestStack> {
        const own = join(testCluster().directory, name);
        const place = {
            stackName: name,
            projectDirectory: repository,
            workDirectory: join(own, "project"),
            backendDirectory: join(own, "backend"),
            passphrase: "test",
        };
        return TestStack.openAt(place, settings);
    }

    static async openAt(place: Place, settings: Settings = {}): Promise<TestStack> {
        const { engine, sandbox } = testCluster();
        const { projectDirectory, workDirectory, stackName } = place;
        mkdirSync(workDirectory, { recursive: true });
        copySettings(projectDirectory, workDirectory, stackName);
        const project = asFields(parseFile(join(projectDirectory, "Pulumi.yaml")));
        const kubeconfigPath = sandbox.kubeconfigPath;
        const opened = await openStack({ ...place, engine, kubeconfigPath });
        const stack = new TestStack(place, String(project["name"]), opened);
        stack.configure(settings);
        return stack;
    }

    get name(): string {
        return this.place.stackName;
    }

    /** The whole of the settings; what an earlier call set is forgotten. */
    configure(settings: Settings): void {
        const path = join(this.place.workDirectory, `Pulumi.${this.name}.yaml`);
        const before = asFields(parseFile(path));
        const { projectDirectory } = this.place;
        const sandbox =
            projectDirectory === repository
                ? { ...repositorySettings }
                : configIn(projectDirectory);
        const own = Object.entries(settings).map(([key, value]) => [
            `${this.projectName}:${key}`,
            value,
        ]);
        // Without it each stack gets a namespace of its own.
        delete sandbox["mysql-nfs:namespace"];
        const config = { ...sandbox, ...Object.fromEntries(own) };
        writeFileSync(path, stringify({ encryptionsalt: before["encryptionsalt"], config }));
    }

    /** @param replace URNs of what is to be made anew, as with `pulumi up --replace`. */
    up(replace: readonly string[] = []): Promise<Run> {
        return this.run("up", "run", (onEvent) => this.opened.up({ onEvent, replace }));
    }

    preview(): Promise<Run> {
        return this.run("preview", "preview", (onEvent) => this.opened.preview({ onEvent }));
    }

    refresh(): Promise<Run> {
        return this.run("refresh", "refresh", (onEvent) => this.opened.refresh({ onEvent }));
    }

    destroy(): Promise<Run> {
        return this.run("destroy", "run", (onEvent) => this.opened.destroy({ onEvent }));
    }

    /** Like up(), and the test fails with the run's own message when it fails. */
    async mustUp(): Promise<Run> {
        const run = await this.up();
        if (run.error !== undefined) {
            throw new Error(run.error);
        }
        return run;
    }

    interrupt(): void {
        this.opened.interrupt();
    }

    /** An output of the last up, as text. */
    async output(name: string): Promise<string> {
        const outputs = await this.opened.automation.outputs();
        return String(outputs[name]?.value);
    }

    /** The stack's state as it lies on disk. */
    state(): string {
        const file = `.pulumi/stacks/${this.projectName}/${this.name}.json`;
        return readFileSync(join(this.place.backendDirectory, file), "utf8");
    }

    private async run(
        action: string,
        mode: ViewMode,
        act: (onEvent: (event: EngineEvent) => void) => Promise<OutputMap | void>,
    ): Promise<Run> {
        const text: string[] = [];
        const steps: StepEventMetadata[] = [];
        const view = new EngineView(mode, (line) => text.push(line), {
            write: () => undefined,
            isTerminal: false,
            columns: 80,
            now: () => Date.now(),
            every: () => () => undefined,
        });
        const onEvent = (event: EngineEvent) => {
            // Nobody sees those without asking for them (pulumi --debug), and they show secrets.
            if (String(event.diagnosticEvent?.severity) !== "debug") {
                text.push(JSON.stringify(event));
            }
            if (event.resourcePreEvent !== undefined) {
                steps.push(event.resourcePreEvent.metadata);
            }
            view.onEvent(event);
        };
        try {
            const outputs = (await act(onEvent)) ?? {};
            view.close();
            return {
                error: undefined,
                changes: view.changes,
                steps,
                text: text.join("\n"),
                outputs,
            };
        } catch (error) {
            view.close();
            const words = engineWords(error);
            const message = failureMessage({
                stackName: this.name,
                programFailure: this.opened.program.failure,
                faults: view.faults,
                engineWords: words,
                error,
            });
            text.push(words);
            return {
                error: message,
                changes: view.changes,
                steps,
                text: text.join("\n"),
                outputs: {},
            };
        } finally {
            remember(`${action} of ${this.name}`, text.join("\n"));
        }
    }
}

function configIn(projectDirectory: string): Record<string, unknown> {
    return asFields(asFields(parseFile(join(projectDirectory, "Pulumi.sandbox.yaml")))["config"]);
}

function parseFile(path: string): unknown {
    return parse(readFileSync(path, "utf8"));
}

function asFields(value: unknown): Record<string, unknown> {
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
