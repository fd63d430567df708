import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import { freezeControllers, freezeServer, killServer } from "../support/faults";
import { controllers, namespace, Scene } from "../support/roles";
import { found, seen, until } from "../support/until";

describe("a primary that is told to stop while it waits for its replicas", () => {
    const scene = Scene.set();

    const answers = (pod: string) =>
        scene.witnesses.ask(pod, "SELECT 1").then(
            () => true,
            () => false,
        );

    it("confirms nothing that none of them has, though they are lost meanwhile", async () => {
        const { witnesses } = scene;
        const { name } = witnesses.primary();
        const replicas = witnesses.replicas();
        const since = witnesses.mark();
        await witnesses.ask(name, "CREATE TABLE IF NOT EXISTS patient (n INT PRIMARY KEY)");
        // Nobody takes over, so that all is the server's own doing.
        const pods = (await controllers()).map(({ metadata }) => metadata.uid);
        const thaw = scene.undoLater(freezeControllers(pods));
        replicas.forEach((replica) => scene.undoLater(freezeServer(replica.uid)));
        // By a client that doesn't give up.
        const outcome = witnesses.ask(name, "INSERT INTO patient VALUES (1)", 60_000).then(
            () => "confirmed",
            () => "failed",
        );
        const waiting =
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST " +
            // For the acknowledgement, or behind a write of the ledger's that does.
            "WHERE STATE IN ('Waiting for semi-sync ACK from replica', 'waiting for handler commit') " +
            "AND INFO LIKE 'INSERT INTO patient%'";
        await until("the write waits for an acknowledgement", 20, async () => {
            const [row] = await witnesses.ask(name, waiting);
            return row?.[0] === "1" ? found(undefined) : seen("it doesn't");
        });

        const inPod = ["exec", name, "-n", namespace, "-c", "mysqld", "--"];
        await testCluster().kubectl.run([...inPod, "bash", "-c", "kill -TERM 1"]);
        await until(`${name} takes no connection any more`, 30, async () =>
            (await answers(name)) ? seen("it does") : found(undefined),
        );
        replicas.forEach((replica) => killServer(replica.uid));
        assert.equal(await outcome, "failed");

        await thaw();
        await scene.verify(since);
    });
});
