import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { testCluster } from "../support/cluster";
import { passwordsIn } from "../support/passwords";
import { podNames, namespace, sharedStack } from "../support/shared";
import type { Shared } from "../support/shared";
import { claimDirectory } from "../support/pods";

describe("the generated passwords", () => {
    let shared: Shared;
    let passwords: readonly string[];
    let everSeen: readonly string[];

    before(async () => {
        shared = await sharedStack();
        passwords = shared.firstPasswords;
        everSeen = [...new Set([...passwords, ...(await passwordsIn(namespace))])];
    });

    /** Which of them occur, also in the base64 that Kubernetes stores. */
    function found(text: string): string[] {
        return everSeen.filter(
            (password) =>
                text.includes(password) || text.includes(Buffer.from(password).toString("base64")),
        );
    }

    it("are one for each account, 32 characters of every kind, all different", () => {
        assert.equal(passwords.length, 5);
        assert.equal(new Set(passwords).size, 5);
        for (const password of passwords) {
            assert.match(password, /^[A-Za-z0-9._-]{32}$/);
            for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[._-]/]) {
                assert.match(password, kind);
            }
        }
    });

    it("are what the secret outputs hold", () => {
        assert.ok(passwords.includes(String(shared.firstUp.outputs["password"]?.value)));
        assert.ok(passwords.includes(String(shared.firstUp.outputs["rootPassword"]?.value)));
    });

    it("are in nothing that previews and runs print or report", async () => {
        const preview = await shared.stack.preview();
        const text = shared.firstPreview.text + shared.firstUp.text + preview.text;
        assert.deepEqual(found(text), []);
    });

    it("are encrypted in the stack's state", () => {
        assert.deepEqual(found(shared.stack.state()), []);
    });

    it("are in no command line and no environment of any process on the node", async () => {
        // Also what runs later than the first start: probes.
        assert.deepEqual(
            shared.processes.filter((text) => found(text).length > 0),
            [],
        );
        const { stdout } = await testCluster().kubectl.try(["get", "pods", "-A", "-o", "yaml"]);
        assert.deepEqual(found(stdout), []);
    });

    it("are in no event and no ConfigMap", async () => {
        const { kubectl } = testCluster();
        assert.deepEqual(
            found(await kubectl.run(["get", "events,configmaps", "-A", "-o", "yaml"])),
            [],
        );
    });

    it("are in no log of any container: of MySQL, of its controller, of the NFS provisioner", async () => {
        const { kubectl } = testCluster();
        const pods = (await kubectl.list("pods", "-A")).filter(
            ({ metadata }) => metadata.namespace?.includes(namespace) === true,
        );
        const ofDeployments = /(-[0-9a-f]{8})?-[0-9a-z]+-[0-9a-z]{5}$/;
        assert.deepEqual(
            pods.map(({ metadata }) => metadata.name.replace(ofDeployments, "")).sort(),
            [...podNames, "mysql-controller", "mysql-controller", "nfs"].sort(),
        );
        for (const { metadata } of pods) {
            const where = ["-n", metadata.namespace ?? "", metadata.name];
            const log = await kubectl.run(["logs", ...where, "--all-containers"]);
            assert.notEqual(log, "", metadata.name);
            assert.deepEqual(found(log), [], metadata.name);
        }
    });

    it("are in no file on the export", () => {
        const directories = podNames.map((pod) => claimDirectory(namespace, `data-${pod}`));
        for (const password of everSeen) {
            // grep ends with 1 when it finds nothing.
            assert.throws(
                () =>
                    execFileSync("grep", ["-rlF", "-f", "-", ...directories], { input: password }),
                { status: 1 },
            );
        }
    });
});
