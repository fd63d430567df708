import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type {
    ReadResourceRequest,
    RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { deserializeProperties } from "@pulumi/pulumi/runtime/rpc";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { parse } from "yaml";
import { leaveOutSdkDebugging } from "../commands/sdkDebugging";

leaveOutSdkDebugging();

/** A resource as the engine would have been asked for it. */
export interface Registered {
    type: string;
    name: string;
    /** `Type name` of the parent; empty at the top. */
    parent: string;
    inputs: Record<string, unknown>;
    /** Top-level inputs that hold a secret. */
    secretInputs: string[];
    /** `Type name` of every resource that goes first, whether by dependsOn or by an output used. */
    dependsOn: string[];
    /** Name of the explicit provider; empty for the default one. */
    provider: string;
    retainOnDelete: boolean;
    protect: boolean;
    ignoreChanges: string[];
    beforeUpdate: string[];
    onError: string[];
    timeouts: { create: string; update: string; delete: string };
    /** Read from the cluster rather than made. */
    isRead: boolean;
}

export interface Run<T> {
    result: T;
    resources: Registered[];
    /** The only resource of this type, by its last part, and name: `Service`, `mysql`. */
    get(type: string, name: string): Registered;
    /** `Type name` of the children of `Type name`, sorted. */
    childrenOf(parent: string): string[];
}

export interface RunOptions {
    project?: string;
    stack?: string;
    preview?: boolean;
    /** Keys as in a stack file, `mysql-nfs:mysqlPods`; values as `pulumi config` keeps them. */
    config?: Record<string, string>;
    /** What the cluster holds already, by `namespace/name`. */
    existing?: Record<string, Record<string, unknown>>;
    /** Outputs that differ from the inputs, by `Type name`. */
    live?: Record<string, Record<string, unknown>>;
}

/** Runs a program as the engine would, without one, and tells what it asked for. */
export async function runUnderMocks<T>(
    program: () => T | Promise<T>,
    options: RunOptions = {},
): Promise<Run<T>> {
    const {
        project = "mysql-nfs",
        stack = "dev",
        preview = false,
        config = {},
        existing = {},
        live = {},
    } = options;
    const resources: Registered[] = [];
    recorded = resources;
    pulumi.runtime.setAllConfig(config);
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs, id }) => ({
                id: id === undefined || id === "" ? `${name}-id` : id,
                state: {
                    ...withOutputs(type, name, inputs as Record<string, unknown>),
                    ...existing[id ?? ""],
                    ...live[labelOf(type, name)],
                },
            }),
            call: () => ({}),
        },
        project,
        stack,
        preview,
    );
    const failures: unknown[] = [];
    const onFailure = (reason: unknown) => failures.push(reason);
    process.prependListener("unhandledRejection", onFailure);
    try {
        const result = await program();
        await waitForRPCs();
        // Failures of resources surface a turn later.
        await new Promise((resolve) => setImmediate(resolve));
        if (failures.length > 0) {
            throw failures[0];
        }
        return {
            result,
            resources,
            get(type, name) {
                const label = `${type} ${name}`;
                const found = resources.filter((each) => labelOf(each.type, each.name) === label);
                const [only] = found;
                if (found.length !== 1 || only === undefined) {
                    const all = resources.map((each) => labelOf(each.type, each.name)).join("\n");
                    throw new Error(`${found.length} resources are ${label} among\n${all}`);
                }
                return only;
            },
            childrenOf: (parent) =>
                resources
                    .filter((each) => each.parent === parent)
                    .map((each) => labelOf(each.type, each.name))
                    .sort(),
        };
    } finally {
        process.removeListener("unhandledRejection", onFailure);
    }
}

/** Waits for the value of an output. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => {
        output.apply((value) => {
            resolve(value);
        });
    });
}

/** What stands at a path of keys and indexes, such as `spec.template.spec.containers.0.image`. */
export function at(value: unknown, path: string): unknown {
    return path
        .split(".")
        .reduce<unknown>(
            (found, key) =>
                typeof found === "object" && found !== null
                    ? (found as Record<string, unknown>)[key]
                    : undefined,
            value,
        );
}

/** The parts of Pulumi.yaml that tests look at. */
export interface ProjectFile {
    name: string;
    config: Record<string, { type: string; default: unknown; description: string }>;
}

export function readProjectFile(): ProjectFile {
    const file = parse(readFileSync(join(__dirname, "..", "Pulumi.yaml"), "utf8")) as ProjectFile;
    // Keys of providers have a value and no schema.
    const own = Object.entries(file.config).filter(([key]) => !key.includes(":"));
    return { ...file, config: Object.fromEntries(own) };
}

/** Pulumi.yaml's defaults as the engine hands them to a program, and some keys of the stack's own. */
export function stackConfig(own: Record<string, unknown> = {}): Record<string, string> {
    const project = readProjectFile();
    const defaults = Object.entries(project.config).map(([key, each]) => [key, each.default]);
    return Object.fromEntries(
        [...defaults, ...Object.entries(own)].map(([key, value]) => [
            String(key).includes(":") ? String(key) : `${project.name}:${String(key)}`,
            typeof value === "string" ? value : JSON.stringify(value),
        ]),
    );
}

const { waitForRPCs } = pulumi.runtime as unknown as { waitForRPCs: () => Promise<void> };

/** Where the requests of the run under way are kept. */
let recorded: Registered[] = [];

/** What the official providers would add: a name to what has none, a password that is a secret. */
function withOutputs(
    type: string,
    name: string,
    inputs: Record<string, unknown>,
): Record<string, unknown> {
    if (type === "random:index/randomPassword:RandomPassword") {
        return { ...inputs, result: pulumi.secret(`secret-of-${name}`) };
    }
    if (type === "random:index/randomId:RandomId") {
        return { ...inputs, hex: `hex-of-${name}` };
    }
    return typeof inputs["kind"] === "string"
        ? { ...inputs, metadata: { name: `${name}-auto`, ...(inputs["metadata"] as object) } }
        : inputs;
}

// The SDK's mocks show a test no options and have no answer for resource hooks, without which a program
// that has one waits for ever. Both are mended where the requests arrive.
type Respond = (error: Error | null, response?: unknown) => void;
type Receive<Request> = (this: MockMonitor, request: Request, respond: Respond) => unknown;
const monitor = MockMonitor.prototype as unknown as {
    registerResource: Receive<RegisterResourceRequest>;
    readResource: Receive<ReadResourceRequest>;
    registerResourceHook: Receive<unknown>;
    registerErrorHook: Receive<unknown>;
};
const { registerResource, readResource } = monitor;

monitor.registerResource = function (request, respond) {
    const timeouts = request.getCustomtimeouts();
    recorded.push({
        ...recordOf(request, request.getObject()),
        retainOnDelete: request.getRetainondelete() ?? false,
        protect: request.getProtect() ?? false,
        ignoreChanges: request.getIgnorechangesList(),
        beforeUpdate: request.getHooks()?.getBeforeUpdateList() ?? [],
        onError: request.getHooks()?.getOnErrorList() ?? [],
        timeouts: {
            create: timeouts?.getCreate() ?? "",
            update: timeouts?.getUpdate() ?? "",
            delete: timeouts?.getDelete() ?? "",
        },
    });
    return registerResource.call(this, request, respond);
};
monitor.readResource = function (request, respond) {
    recorded.push({ ...recordOf(request, request.getProperties()), isRead: true });
    return readResource.call(this, request, respond);
};
monitor.registerResourceHook = monitor.registerErrorHook = (_request, respond) => {
    respond(null, {});
};

function recordOf(
    request: RegisterResourceRequest | ReadResourceRequest,
    properties = new Struct(),
): Registered {
    const inputs = deserializeProperties(properties, true) as Record<string, unknown>;
    return {
        type: request.getType(),
        name: request.getName(),
        parent: labelOfUrn(request.getParent()),
        inputs: revealed(inputs) as Record<string, unknown>,
        secretInputs: Object.keys(inputs).filter((key) => holdsSecret(inputs[key])),
        dependsOn: request.getDependenciesList().map(labelOfUrn).sort(),
        provider: request.getProvider().split("::")[3] ?? "",
        retainOnDelete: false,
        protect: false,
        ignoreChanges: [],
        beforeUpdate: [],
        onError: [],
        timeouts: { create: "", update: "", delete: "" },
        isRead: false,
    };
}

function labelOf(type: string, name: string): string {
    return `${type.split(":").pop() ?? ""} ${name}`;
}

function labelOfUrn(urn: string): string {
    const [, , types = "", name = ""] = urn.split("::");
    return urn === "" ? "" : labelOf(types.split("$").pop() ?? "", name);
}

/** What marks a secret on the wire between a program and the engine. */
const signature = "4dabf18193072939515e22adb298388d";

function holdsSecret(value: unknown): boolean {
    return (
        typeof value === "object" &&
        value !== null &&
        (signature in value || Object.values(value).some(holdsSecret))
    );
}

function revealed(value: unknown): unknown {
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (signature in value) {
        return revealed((value as { value?: unknown }).value);
    }
    return Array.isArray(value)
        ? value.map(revealed)
        : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revealed(each)]));
}
