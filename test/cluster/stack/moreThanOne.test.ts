import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { secondServer } from "../../../sandbox/node/layout";
import { testCluster } from "../support/cluster";
import { sql, untilSql } from "../support/mysql";
import type { Objects } from "../support/objects";
import { everyObject, newIn, settledObjects, touched } from "../support/objects";
import {
    claimDirectory,
    exportedDirectories,
    primaryOf,
    replicaOf,
    untilEndpoints,
} from "../support/pods";
import { sharedStack } from "../support/shared";
import { TestStack } from "../support/stack";
import { exactly, found, seen, until } from "../support/until";

// The shared stack is "dev" here. Beside it: prod on an NFS server and with passwords of its own, another cluster in
// prod's namespace by another stack, and two clusters in one namespace by one program.
describe("more than one of everything on one cluster", () => {
    const namespace = "mysql-nfs-prod";
    /** The sandbox's node has two processors for all of them. */
    const small = {
        mysqlPods: 1,
        mysqlResources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "512Mi" } },
        controllerPods: 1,
    };
    const stacks: TestStack[] = [];
    let prod: TestStack;
    let reports: TestStack;
    let pair: TestStack;
    const own: { prod?: Objects; reports?: Objects; billing?: Objects } = {};

    before(async () => {
        await sharedStack();
        const { kubectl, directory } = testCluster();
        await kubectl.run(["create", "namespace", namespace]);
        const secret = ["create", "secret", "generic", "own-passwords", "-n", namespace];
        const values = { "root-password": 'root\'s "own" pass', password: "app's \\own\\ pass" };
        const literals = Object.entries(values).map(
            ([key, value]) => `--from-literal=${key}=${value}`,
        );
        await kubectl.run([...secret, ...literals]);
        prod = await TestStack.open("prod", {
            ...small,
            nfsServer: secondServer,
            nfsReclaimPolicy: "Delete",
            createNamespace: false,
            existingSecretName: "own-passwords",
            timeZone: "+08:00",
            readsFromPrimary: "whenAlone",
        });
        reports = await TestStack.open("reports", {
            ...small,
            mysqlName: "reports",
            namespace,
            createNamespace: false,
        });
        pair = await TestStack.openAt({
            stackName: "pair",
            projectDirectory: join(__dirname, "../support/twoClusters"),
            workDirectory: join(directory, "pair/project"),
            backendDirectory: join(directory, "pair/backend"),
            passphrase: "test",
        });
        stacks.push(prod, reports, pair);
    });

    after(async () => {
        for (const stack of stacks) {
            await stack.destroy();
        }
    });

    /** Brings a stack up, and fails when that touched anything; returns what it made. */
    async function upBeside(stack: TestStack): Promise<Objects> {
        const objects = await settledObjects();
        await stack.mustUp();
        const after = await everyObject();
        assert.deepEqual(touched(objects, after), []);
        return newIn(after, objects);
    }

    it("a second stack comes up on a server of its own, and touches nothing of the first", async () => {
        own.prod = await upBeside(prod);
        assert.equal(await prod.output("credentialsSecretName"), "own-passwords");
        assert.ok(existsSync(join(claimDirectory(namespace, "data-mysql-0", "export2"), "data")));
        assert.deepEqual(
            exportedDirectories("export").filter((path) => basename(path).startsWith(namespace)),
            [],
        );
        // By the password of the Secret it was given.
        assert.equal(await sql({ namespace, pod: "mysql-0" }, "SELECT @@time_zone"), "+08:00");
    });

    it("another stack comes up in the same namespace, and touches nothing of what is there", async () => {
        own.reports = await upBeside(reports);
        // Alone, a primary answers reads only where that was asked for.
        await untilEndpoints(namespace, "mysql-read", ["mysql-0"]);
        await untilEndpoints(namespace, "reports-primary", ["reports-0"]);
        await untilEndpoints(namespace, "reports-read", []);
    });

    it("a stack whose MySQL has the name of one that is there is refused, and touches nothing", async () => {
        const objects = await settledObjects();
        const intruder = await TestStack.open("intruder", {
            mysqlPods: 2,
            namespace,
            createNamespace: false,
            existingSecretName: "own-passwords",
            // On another class its claims would not fit, and the preview would say so.
            storageClassName: "nfs-mysql-nfs-prod",
            nfsServer: undefined,
            nfsPath: undefined,
        });
        const run = await intruder.up();
        // By whichever comes first of those that are never taken over: the Services and the controller's Lease.
        const refusal =
            /(services "mysql(-primary|-read)?"|leases\S* "mysql-controller") already exists/;
        assert.match(run.error ?? "", refusal);
        assert.deepEqual(touched(objects, await everyObject()), []);
        await intruder.destroy();
        const after = await settledObjects();
        assert.deepEqual([...touched(objects, after), ...newIn(after, objects).keys()], []);
    });

    it("one program brings two clusters into one namespace, each on a server and a class of its own", async () => {
        pair.configure({ clusters: ["orders"] });
        await upBeside(pair);
        pair.configure({ clusters: ["orders", "billing"] });
        own.billing = await upBeside(pair);

        const where = await pair.output("namespace");
        const primary = await primaryOf(where, "orders");
        const replica = await replicaOf(where, "orders");
        await untilEndpoints(where, "orders-primary", [primary]);
        await untilEndpoints(where, "orders-read", [replica]);
        await untilEndpoints(where, "billing-primary", ["billing-0"]);
        // It is alone, and asked to serve reads then.
        await untilEndpoints(where, "billing-read", ["billing-0"]);
        assert.ok(existsSync(claimDirectory(where, "data-orders-1", "export")));
        assert.ok(existsSync(claimDirectory(where, "data-billing-0", "export2")));
        const client = { namespace: where, pod: primary };
        await sql(client, "CREATE TABLE app.mine (n INT); INSERT INTO app.mine VALUES (7)");
        await untilSql({ ...client, pod: replica }, "SELECT n FROM app.mine", "7", 20);
    });

    it("one of the two goes without touching the other, nor any other stack", async () => {
        const objects = await settledObjects();
        pair.configure({ clusters: ["orders"] });
        await pair.mustUp();
        assert.deepEqual(touched(without(objects, own.billing), await everyObject()), []);
        const orders = { namespace: await pair.output("namespace"), pod: "orders-1" };
        assert.equal(await sql(orders, "SELECT n FROM app.mine"), "7");
    });

    it("a stack goes without touching the other in its namespace, nor any other stack", async () => {
        const objects = await settledObjects();
        const run = await reports.destroy();
        assert.equal(run.error, undefined);
        assert.deepEqual(touched(without(objects, own.reports), await everyObject()), []);
        assert.equal(await sql({ namespace, pod: "mysql-0" }, "SELECT @@time_zone"), "+08:00");
    });

    it("archives a volume's directory when its claim is deleted", async () => {
        const { kubectl } = testCluster();
        const name = basename(claimDirectory(namespace, "data-mysql-0", "export2"));
        // The class and its provisioner have to live on to act; so only the Pod goes.
        await kubectl.run(["scale", "sts", "mysql", "--replicas=0", "-n", namespace]);
        await until("no Pod uses the claim", 60, async () =>
            (await kubectl.get("pod", "mysql-0", namespace)) === undefined
                ? found(true)
                : seen("the Pod"),
        );
        await kubectl.run(["delete", "pvc", "data-mysql-0", "-n", namespace]);
        await until("the directory is archived", 30, () => {
            const names = exportedDirectories("export2").map((path) => basename(path));
            const state = names.filter((each) => each.includes(name)).join();
            return Promise.resolve(exactly(`archived-${name}`, state));
        });
    });

    it("a destroyed stack leaves the first as it was", async () => {
        const objects = await settledObjects();
        const run = await prod.destroy();
        assert.equal(run.error, undefined);
        assert.deepEqual(touched(without(objects, own.prod), await everyObject()), []);
        const { stack: first } = await sharedStack();
        assert.deepEqual(Object.keys((await first.preview()).changes), ["same"]);
    });
});

function without(objects: Objects, own: Objects = new Map()): Objects {
    return new Map([...objects].filter(([name]) => !own.has(name)));
}
