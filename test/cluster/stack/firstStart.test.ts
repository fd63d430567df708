import assert from "node:assert/strict";
import { instance, testCluster } from "../support/cluster";
import { sql, untilSql, write } from "../support/mysql";
import { untilPodsReady } from "../support/pods";
import { killHard, podProcesses } from "../support/processes";
import type { Run } from "../support/stack";
import { TestStack } from "../support/stack";
import { found, seen, until } from "../support/until";
import { untilSettled } from "../support/witnesses/settled";
import { verify } from "../support/witnesses/verify";
import { Witnesses } from "../support/witnesses/witnesses";

// Each kill comes so many milliseconds after a mysqld was seen to start: while it initialises or
// clones, while accounts are made, and while it serves for the first time.
const moments = [0, 400, 1500];

describe("a first start that is killed again and again", () => {
    const namespace = "mysql-nfs-killed";
    const pods = ["mysql-0", "mysql-1", "mysql-2"];
    let stack: TestStack;
    let up: Promise<Run>;

    before(async () => {
        stack = await TestStack.open("killed", { mysqlPods: 3 });
        up = stack.up();
    });

    after(async () => {
        await stack.destroy();
    });

    /** Kills the Pod's server at each moment of its life in turn, whichever container it is in. */
    async function killRepeatedly(pod: string): Promise<void> {
        const uid = await until(`Pod ${pod} is there`, 60, async () => {
            const object = await testCluster().kubectl.get("pod", pod, namespace);
            return object === undefined ? seen("no Pod") : found(object.metadata.uid);
        });
        for (const moment of moments) {
            await until(`a mysqld of ${pod} to kill`, 60, async () => {
                if (podProcesses(uid, "mysqld").length === 0) {
                    return seen("no such process");
                }
                await new Promise((resolve) => setTimeout(resolve, moment));
                const ids = podProcesses(uid, "mysqld");
                killHard(ids);
                return ids.length > 0 ? found(true) : seen("it ended by itself");
            });
        }
    }

    it("ends with every Pod ready", async () => {
        await Promise.all(pods.map(killRepeatedly));
        const run = await up;
        assert.equal(run.error, undefined);
        await untilPodsReady(namespace, pods, 60);
    });

    it("leaves three different servers that replicate", async () => {
        const statements = "CREATE TABLE survived (n INT); INSERT INTO survived VALUES (1)";
        await write(namespace, "mysql-0", statements);
        for (const pod of pods) {
            await untilSql({ namespace, pod }, "SELECT n FROM app.survived", "1", 30);
        }
        const uuids = await Promise.all(
            pods.map((pod) => sql({ namespace, pod }, "SELECT @@server_uuid")),
        );
        assert.equal(new Set(uuids).size, 3);
    });

    it("leaves no half-made copy on any volume", async () => {
        for (const pod of pods) {
            const files = ["exec", "-n", namespace, pod, "-c", "mysqld", "--"];
            const list = await testCluster().kubectl.run([...files, "ls", "/var/lib/mysql"]);
            assert.deepEqual(
                list.split("\n").filter((name) => name.startsWith("incoming")),
                [],
                pod,
            );
        }
    });

    it("does not stop a later kill from being survived with every acknowledged row", async () => {
        const { kubectl } = testCluster();
        const witnesses = await Witnesses.start({ kubectl, instance, namespace });
        try {
            const since = witnesses.mark();
            for (const victim of [
                () => witnesses.primary(),
                () => witnesses.replicas()[0],
                () => witnesses.primary(),
            ]) {
                await witnesses.untilAcknowledged(15, 90);
                await untilSettled(witnesses, pods.length, 90);
                killHard(podProcesses(victim()?.uid ?? "", "mysqld"));
            }
            await witnesses.untilAcknowledged(15, 90);
            await verify(witnesses, since, { namespace, pods: pods.length, lagBoundSeconds: 60 });
        } finally {
            await witnesses.stop();
        }
    });
});
