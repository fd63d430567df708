import { passwordsIn } from "./passwords";
import { ProcessWatch } from "./processes";
import type { Run, Settings } from "./stack";
import { TestStack } from "./stack";

// One stack that several files share. A test that changes it puts it back as it was.

/** Something of each kind is set, so that unsetting it can be tried as well. */
export const sharedSettings: Settings = {
    mysqlPods: 3,
    mysqlResources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "512Mi" } },
    mysqlLabels: { team: "data" },
    mysqlNodeSelector: { "kubernetes.io/os": "linux" },
    mysqlTolerations: [{ key: "dedicated", operator: "Exists", effect: "NoSchedule" }],
    mysqldSettings: { max_allowed_packet: "32M" },
    nfsExtraClasses: [{ name: "nfs-shared-scratch", reclaimPolicy: "Delete" }],
};
export const namespace = "mysql-nfs-shared";
export const podNames = ["mysql-0", "mysql-1", "mysql-2"] as const;

export interface Shared {
    readonly stack: TestStack;
    readonly firstPreview: Run;
    readonly firstUp: Run;
    /** What the Secrets held then; a later destroy and up makes new ones. */
    readonly firstPasswords: readonly string[];
    readonly seconds: number;
    /** Every command line and environment on the machine while it came up. */
    readonly processes: readonly string[];
}

let bringingUp: Promise<Shared> | undefined;

export function sharedStack(): Promise<Shared> {
    return (bringingUp ??= bringUp());
}

async function bringUp(): Promise<Shared> {
    const stack = await TestStack.open("shared", sharedSettings);
    const firstPreview = await stack.preview();
    const watch = new ProcessWatch();
    const start = Date.now();
    const firstUp = await stack.mustUp();
    const seconds = (Date.now() - start) / 1000;
    const processes = watch.stop();
    const firstPasswords = await passwordsIn(namespace);
    return { stack, firstPreview, firstUp, firstPasswords, seconds, processes };
}
