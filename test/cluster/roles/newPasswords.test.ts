import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import { wipeVolume } from "../support/faults";
import { sql } from "../support/mysql";
import { namespace, Scene } from "../support/roles";
import type { TestStack } from "../support/stack";
import { exactly, found, seen, until } from "../support/until";
import { longest, outages } from "../support/witnesses/judge";

// As docs/how-it-works.md has it, of all three accounts at once.

const accounts = ["replication", "clone", "controller"] as const;

describe("new passwords of the cluster itself", () => {
    const scene = Scene.set();

    it("come to all servers by one up and a statement for each account, and clients see one switchover", async () => {
        const { stack, witnesses } = scene;
        const since = witnesses.mark();
        const former = await internalSecret();
        const update = stack.up(accounts.map((account) => passwordUrn(stack, account)));
        const secret = await until("the controller has the new Secret", 60, async () => {
            const name = await internalSecret();
            return name === former ? seen(name) : found(name);
        });
        const passwords = (await testCluster().kubectl.get("secret", secret, namespace))?.data;
        await asRoot((account) => {
            const password = Buffer.from(passwords?.[`${account}-password`] ?? "", "base64");
            return `IDENTIFIED BY '${String(password)}' RETAIN CURRENT PASSWORD`;
        });
        assert.equal((await update).error, undefined);
        await asRoot(() => "DISCARD OLD PASSWORD");
        await scene.verify(since);
        assert.ok(longest(outages(witnesses.writes, since)) <= 5_000);
        for (const { name } of witnesses.pods()) {
            await untilNoSecondPassword(name);
        }
    });

    it("are what servers are copied and followed by from then on", async () => {
        const { witnesses } = scene;
        const since = witnesses.mark();
        const [replica] = witnesses.replicas();
        assert.ok(replica !== undefined);
        const server = await scene.serverUuid(replica.name);
        await wipeVolume(namespace, replica.name, replica.uid);
        await scene.untilAnotherServer(replica.name, server);
        await scene.verify(since);
    });

    async function asRoot(change: (account: string) => string): Promise<void> {
        const statements = accounts.map(
            (account) => `ALTER USER cluster_${account}@'%' ${change(account)};`,
        );
        await sql({ namespace, pod: scene.witnesses.primary().name }, statements.join("\n"));
    }
});

/** Waits until the primary's word has arrived. */
async function untilNoSecondPassword(pod: string): Promise<void> {
    const statement = "SELECT COUNT(User_attributes->'$.additional_password') FROM mysql.user";
    await until(`no account of ${pod} takes two passwords`, 20, async () =>
        exactly("0", await sql({ namespace, pod }, statement)),
    );
}

function passwordUrn(stack: TestStack, account: string): string {
    const { checkpoint } = JSON.parse(stack.state()) as {
        checkpoint: { latest: { resources: readonly { urn: string }[] } };
    };
    const urns = checkpoint.latest.resources.map(({ urn }) => urn);
    const found = urns.find((urn) => urn.endsWith(`:RandomPassword::mysql-${account}`));
    assert.ok(found !== undefined, account);
    return found;
}

/** The name of the Secret that the controller's Pods are to have. */
async function internalSecret(): Promise<string> {
    const path = "{.spec.template.spec.volumes[*].secret.secretName}";
    const args = ["deployment", "mysql-controller", "-n", namespace, "-o", `jsonpath=${path}`];
    return testCluster().kubectl.run(["get", ...args]);
}
