import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { existsSync } from "node:fs";
import { testCluster } from "./support/cluster";
import { sql } from "./support/mysql";
import { claimDirectory, exportedDirectories } from "./support/pods";
import { sharedStack } from "./support/shared";
import { TestStack } from "./support/stack";
import { exactly, found, seen, until } from "./support/until";

// One Pod, on the other export, with volumes that are given back, and with passwords of the user's own.
describe("a second stack on the same cluster", () => {
    const namespace = "mysql-nfs-second";
    let stack: TestStack;

    before(async () => {
        await sharedStack();
        const { kubectl } = testCluster();
        await kubectl.run(["create", "namespace", namespace]);
        const secret = ["create", "secret", "generic", "own-passwords", "-n", namespace];
        const values = { "root-password": 'root\'s "own" pass', password: "app's \\own\\ pass" };
        const files = Object.entries(values).map(
            ([key, value]) => `--from-literal=${key}=${value}`,
        );
        await kubectl.run([...secret, ...files]);
        stack = await TestStack.open("second", {
            mysqlPods: 1,
            nfsPath: "/export2",
            nfsReclaimPolicy: "Delete",
            createNamespace: false,
            existingSecretName: "own-passwords",
            timeZone: "+08:00",
        });
    });

    after(async () => {
        await stack.destroy();
    });

    it("comes up beside the first and touches nothing of it", async () => {
        const { stack: first } = await sharedStack();
        const run = await stack.mustUp();
        assert.equal(run.outputs["credentialsSecretName"]?.value, "own-passwords");
        assert.deepEqual(Object.keys((await first.preview()).changes), ["same"]);
    });

    it("keeps its volume on its own export", () => {
        const directory = claimDirectory(namespace, "data-mysql-0", "export2");
        assert.ok(existsSync(join(directory, "data")));
        assert.deepEqual(
            exportedDirectories("export").filter((path) => basename(path).startsWith(namespace)),
            [],
        );
    });

    it("serves by the passwords of the Secret it was given, in its time zone", async () => {
        const root = await sql({ namespace, pod: "mysql-0" }, "SELECT @@time_zone");
        assert.equal(root, "+08:00");
    });

    it("archives a volume's directory when its claim is deleted after a destroy", async () => {
        const { kubectl } = testCluster();
        const name = basename(claimDirectory(namespace, "data-mysql-0", "export2"));
        // The class and its provisioner have to live on to act; so only the Pods go.
        await kubectl.run(["scale", "sts", "mysql", "--replicas=0", "-n", namespace]);
        await until("no Pod uses the claim", 60, async () => {
            const pods = await kubectl.list(
                "pods",
                "-n",
                namespace,
                "-l",
                "app.kubernetes.io/name",
            );
            const own = pods
                .map(({ metadata }) => metadata.name)
                .filter((each) => /^mysql-\d/.test(each));
            return own.length === 0 ? found(true) : seen(own.join());
        });
        await kubectl.run(["delete", "pvc", "data-mysql-0", "-n", namespace]);
        await until("the directory is archived", 30, () => {
            const names = exportedDirectories("export2").map((path) => basename(path));
            const state = names.filter((each) => each.includes(name)).join();
            return Promise.resolve(exactly(`archived-${name}`, state));
        });
    });
});
