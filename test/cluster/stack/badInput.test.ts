import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import type { Settings } from "../support/stack";
import type { Shared } from "../support/shared";
import { namespace, sharedSettings, sharedStack } from "../support/shared";

interface BadInput {
    readonly what: string;
    readonly settings: Settings;
    /** Each must be in the one error: the key, the value, what to do. */
    readonly says: readonly (string | RegExp)[];
}

const inputs: readonly BadInput[] = [
    {
        what: "too many Pods",
        settings: { mysqlPods: 16 },
        says: ["mysql-nfs:mysqlPods", "16", /1 to 15/],
    },
    { what: "no Pods", settings: { mysqlPods: 0 }, says: ["mysql-nfs:mysqlPods", "0", /1 to 15/] },
    {
        what: "a word for the number of Pods",
        settings: { mysqlPods: "many" },
        says: ["mysql-nfs:mysqlPods", "many", /give a whole number/],
    },
    {
        what: "a primary that isn't one of the Pods",
        settings: { mysqlPrimary: 3 },
        says: ["mysql-nfs:mysqlPrimary", "3", /0 to 2/],
    },
    {
        what: "reads from where there are none",
        settings: { readsFromPrimary: "always" },
        says: ["mysql-nfs:readsFromPrimary", "always", /never/, /whenAlone/],
    },
    {
        what: "a failover without patience",
        settings: { failoverAfterSeconds: 1 },
        says: ["mysql-nfs:failoverAfterSeconds", "1", /2 to 600/],
    },
    {
        what: "a size that shrinks",
        settings: { storageSize: "512Mi" },
        says: ["mysql-nfs:storageSize", "512Mi", "1Gi"],
    },
    {
        what: "a size that grows on NFS",
        settings: { storageSize: "2Gi" },
        says: ["mysql-nfs:storageSize", "2Gi", "1Gi", /bring the old value back: .*NFS/],
    },
    {
        what: "an unknown mysqld setting",
        settings: { mysqldSettings: { inodb_flush_method: "O_DIRECT" } },
        says: ["mysql-nfs:mysqldSettings", "inodb_flush_method", "O_DIRECT"],
    },
    {
        what: "a forbidden mysqld setting",
        settings: { mysqldSettings: { server_id: 7 } },
        says: ["mysql-nfs:mysqldSettings", "server_id", "7"],
    },
    {
        what: "a malformed time zone",
        settings: { timeZone: "Mars/Phobos" },
        says: ["mysql-nfs:timeZone", "Mars/Phobos", /\+08:00/],
    },
    {
        what: "no NFS server",
        settings: { nfsServer: "" },
        says: ["mysql-nfs:nfsServer", "(empty)", /host name or IP address/],
    },
    {
        what: "a relative NFS path",
        settings: { nfsPath: "srv/mysql" },
        says: ["mysql-nfs:nfsPath", "srv/mysql", /absolute path/],
    },
    {
        what: "a soft mount",
        settings: { nfsMountOptions: ["soft"] },
        says: ["mysql-nfs:nfsMountOptions", "soft", /remove it/],
    },
    {
        what: "a mount without locks",
        settings: { nfsMountOptions: ["nolock"] },
        says: ["mysql-nfs:nfsMountOptions", "nolock", /remove it/],
    },
    {
        what: "an image without a tag",
        settings: { mysqlImage: "mysql" },
        says: ["mysql-nfs:mysqlImage", "mysql", /tag/],
    },
    {
        what: "a StorageClass that isn't there",
        settings: { storageClassName: "not-there", nfsServer: "", nfsPath: "" },
        says: ["storageClassName", "not-there", /Create it, or correct/],
    },
    {
        what: "a Secret that isn't there",
        settings: { existingSecretName: "not-there" },
        says: ["existingSecretName", "not-there", /Create it, or correct/],
    },
    {
        what: "a Secret without the needed keys",
        settings: { existingSecretName: "half-a-secret" },
        says: ["existingSecretName", "half-a-secret", "root-password"],
    },
    {
        what: "a key that doesn't exist",
        settings: { mysqlPod: 3 },
        says: ["mysql-nfs:mysqlPod", "mysqlPods"],
    },
];

describe("bad input to a stack that runs", () => {
    let shared: Shared;

    before(async () => {
        shared = await sharedStack();
        const secret = ["create", "secret", "generic", "half-a-secret", "-n", namespace];
        await testCluster().kubectl.run([...secret, "--from-literal=password=enough-characters"]);
    });

    after(async () => {
        shared.stack.configure(sharedSettings);
        await testCluster().kubectl.run(["delete", "secret", "half-a-secret", "-n", namespace]);
        assert.deepEqual(Object.keys((await shared.stack.preview()).changes), ["same"]);
    });

    for (const { what, settings, says } of inputs) {
        it(`is refused with one clear error, and changes nothing: ${what}`, async () => {
            const before = await versions();
            shared.stack.configure({ ...sharedSettings, ...settings });
            const run = await shared.stack.up();
            assertSays(run.error, says);
            assert.deepEqual(await versions(), before);
        });
    }
});

function assertSays(error: string | undefined, says: BadInput["says"]): void {
    assert.ok(error !== undefined, "the run succeeded");
    for (const part of says) {
        const found = typeof part === "string" ? error.includes(part) : part.test(error);
        assert.ok(found, `"${String(part)}" is not in: ${error}`);
    }
    assert.doesNotMatch(error, /^\s+at .*:\d+:\d+\)?$/m, "it has a stack trace");
}

async function versions(): Promise<string[]> {
    const kinds = "sts,svc,cm,secret,sa,pdb,pvc,deploy,role,rolebinding,pods";
    const objects = await testCluster().kubectl.list(kinds, "-n", namespace);
    return objects
        .map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.resourceVersion}`)
        .sort();
}
