import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { prepareNfsServer } from "../../../commands/nfsServer";
import { testCluster } from "../support/cluster";
import { root } from "../support/command";
import { Example } from "../support/example";
import {
    claim,
    dropClaims,
    free,
    untilBound,
    untilPhase,
    untilUnschedulable,
} from "../support/staticClaims";
import { found, seen, until } from "../support/until";

describe("the example static-volumes", () => {
    let example: Example;
    let namespace: string;
    let storageClassName: string;
    /** Of the second Pod of notes, without what all of them begin with. */
    let notesVolume: string;

    before(async () => {
        // The directories stay when the example goes, so they are there before it.
        const exportDirectory = join(testCluster().sandbox.exportsDirectory, "export");
        rmSync(directory(), { recursive: true, force: true });
        prepareNfsServer(join(root, "examples/static-volumes"), { exportDirectory });
        example = await Example.up("static-volumes");
        namespace = await example.stack.output("namespace");
        storageClassName = await example.stack.output("storageClassName");
    });

    after(async () => {
        await example.takeAway();
        rmSync(directory(), { recursive: true });
    });

    /** Of the volumes, on the server. */
    function directory(): string {
        return join(testCluster().sandbox.exportsDirectory, "export/static-volumes");
    }

    /** The name of a volume as the program's list has it. */
    function short(volume: string): string {
        return volume.replace(`${storageClassName}-`, "");
    }

    function long(volume: string): string {
        return `${storageClassName}-${volume}`;
    }

    /** "name phase", of all volumes of the class. */
    async function volumes(): Promise<string[]> {
        const all = await testCluster().kubectl.list("pv");
        return all
            .filter(({ spec }) => String(spec["storageClassName"]) === storageClassName)
            .map(({ metadata, status }) => `${short(metadata.name)} ${String(status?.["phase"])}`)
            .sort();
    }

    /** What the Pods on a volume wrote down, read on the server. */
    function starts(volume: string): string {
        return readFileSync(join(directory(), volume, "starts"), "utf8");
    }

    const noVolume = "1 node(s) didn't find available persistent volumes to bind";

    it("gives each claim the smallest volume of its size and mode, and one that is reserved to its owner", async () => {
        const bound = async (name: string) => short(await untilBound(namespace, name));
        assert.equal(await bound("data-board-0"), "shared");
        assert.equal(await bound("data-ledger-0"), "ledger");
        const notes = [await bound("data-notes-0"), await bound("data-notes-1")];
        assert.deepEqual([...notes].sort(), ["small-1", "small-2"]);
        notesVolume = notes[1] ?? "";
        assert.deepEqual(await volumes(), [
            "large Available",
            "ledger Bound",
            "shared Bound",
            "small-1 Bound",
            "small-2 Bound",
            "tiny Available",
        ]);
    });

    it("has no provisioner, and its Pods write into the directories that were there", async () => {
        const found = await testCluster().kubectl.get("sc", storageClassName);
        const { provisioner } = found as unknown as { provisioner: string };
        assert.equal(provisioner, "kubernetes.io/no-provisioner");
        assert.equal(starts("ledger"), "ledger-0 started\n");
        assert.equal(starts("shared"), "board-0 started\n");
        assert.equal(starts(notesVolume), "notes-1 started\n");
    });

    it("leaves a claim pending whose mode or size no free volume has, and the scheduler says so", async () => {
        await claim(namespace, "many", { storageClassName, mode: "ReadWriteMany", size: "50Mi" });
        await claim(namespace, "huge", { storageClassName, mode: "ReadWriteOnce", size: "20Gi" });
        assert.equal(await untilUnschedulable(namespace, "many"), noVolume);
        assert.equal(await untilUnschedulable(namespace, "huge"), noVolume);
        await dropClaims(namespace, "many", "huge");
    });

    it("leaves a claim of another class pending, and an event on the claim says so", async () => {
        const other = "no-such-class";
        await claim(namespace, "other", {
            storageClassName: other,
            mode: "ReadWriteOnce",
            size: "50Mi",
        });
        assert.equal(
            await untilUnschedulable(namespace, "other"),
            "pod has unbound immediate PersistentVolumeClaims",
        );
        await until("the claim's event", 30, async () => {
            const events = await testCluster().kubectl.run([
                ...["events", "-n", namespace, "--for", "pvc/other", "--no-headers"],
            ]);
            return events.includes(`storageclass.storage.k8s.io "${other}" not found`)
                ? found(true)
                : seen(events);
        });
        await dropClaims(namespace, "other");
        assert.deepEqual(
            (await volumes()).filter((each) => each.endsWith("Available")),
            ["large Available", "tiny Available"],
        );
    });

    it("keeps claim and volume of a Pod that was scaled away, and frees no volume in use", async () => {
        example.stack.configure({ notesPods: 1 });
        await example.stack.mustUp();
        assert.equal(await testCluster().kubectl.get("pod", "notes-1", namespace), undefined);
        assert.equal(short(await untilBound(namespace, "data-notes-1")), notesVolume);
        for (const whom of ["for the same claim", "for any claim"] as const) {
            const refused = await free(long(notesVolume), whom);
            assert.equal(refused.code, 1);
            assert.match(refused.stderr, /^The request is invalid/);
        }
        assert.equal(short(await untilBound(namespace, "data-notes-1")), notesVolume);
    });

    it("keeps the data on a Released volume, which no other claim gets", async () => {
        await testCluster().kubectl.run(["delete", "pvc", "-n", namespace, "data-notes-1"]);
        await untilPhase(long(notesVolume), "Released");
        // Of the volumes with room for this one, the Released one would be the smallest.
        await claim(namespace, "stray", { storageClassName, mode: "ReadWriteOnce", size: "500Mi" });
        assert.equal(short(await untilBound(namespace, "stray")), "large");
        assert.equal(starts(notesVolume), "notes-1 started\n");
    });

    it("gives a Released volume back to its claim and to no other, and the stack has nothing against it", async () => {
        const freed = await free(long(notesVolume), "for the same claim");
        assert.equal(freed.code, 0, freed.stderr);
        const volume = await untilPhase(long(notesVolume), "Available");
        assert.deepEqual(volume.spec["claimRef"], {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            name: "data-notes-1",
            namespace,
        });
        await claim(namespace, "late", { storageClassName, mode: "ReadWriteOnce", size: "500Mi" });
        assert.equal(await untilUnschedulable(namespace, "late"), noVolume);
        assert.deepEqual(Object.keys((await example.stack.refresh()).changes), ["same"]);

        example.stack.configure({});
        await example.stack.mustUp();
        assert.equal(short(await untilBound(namespace, "data-notes-1")), notesVolume);
        assert.equal(starts(notesVolume), "notes-1 started\nnotes-1 started\n");
    });

    it("gives a Released volume to whoever waits for one, when it is freed for any claim", async () => {
        await dropClaims(namespace, "stray");
        await untilPhase(long("large"), "Released");
        const freed = await free(long("large"), "for any claim");
        assert.equal(freed.code, 0, freed.stderr);
        assert.equal(short(await untilBound(namespace, "late")), "large");
        await dropClaims(namespace, "late");
        assert.deepEqual(Object.keys((await example.stack.preview()).changes), ["same"]);
    });

    it("takes its volumes with it, and leaves what was written", async () => {
        await example.takeAway();
        assert.deepEqual(await volumes(), []);
        assert.equal(starts(notesVolume), "notes-1 started\nnotes-1 started\n");
    });
});
