import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { testCluster } from "../support/cluster";
import { sql, untilSql } from "../support/mysql";
import type { Settings } from "../support/stack";
import { TestStack } from "../support/stack";
import { applyClaim, free, untilBound, untilPhase } from "../support/staticClaims";

/** The volumes, by the directories that they are. */
const list = {
    reserved: {
        name: "reserved",
        path: "/export/static-mysql-reserved",
        capacity: "2Gi",
        accessModes: ["ReadWriteOnce"],
        claimRef: { namespace: "static-mysql", name: "data-mysql-0" },
    },
    spare: {
        name: "spare",
        path: "/export/static-mysql-spare",
        capacity: "1Gi",
        accessModes: ["ReadWriteOnce"],
    },
};

describe("MySQL on volumes that an administrator listed", () => {
    const namespace = "static-mysql";
    const session = { namespace, pod: "mysql-0" };
    let stack: TestStack;
    let storageClassName: string;

    before(async () => {
        const { directory } = testCluster();
        for (const path of directories()) {
            mkdirSync(path);
            chmodSync(path, 0o777);
        }
        stack = await TestStack.openAt({
            stackName: "static",
            projectDirectory: join(__dirname, "../support/staticMysql"),
            workDirectory: join(directory, "static/project"),
            backendDirectory: join(directory, "static/backend"),
            passphrase: "test",
        });
        configure();
        await stack.mustUp();
        storageClassName = await stack.output("storageClassName");
    });

    after(async () => {
        configure({ protect: false });
        await stack.up();
        await stack.destroy();
        const { kubectl } = testCluster();
        await kubectl.run(["delete", "namespace", namespace]);
        const own = `app.kubernetes.io/instance=${storageClassName}`;
        await kubectl.run(["delete", "pv", "-l", own]);
        directories().forEach((path) => rmSync(path, { recursive: true }));
    });

    /** Where the volumes are on this machine. */
    function directories(): string[] {
        const { exportsDirectory } = testCluster().sandbox;
        return Object.values(list).map(({ path }) => join(exportsDirectory, path));
    }

    function configure(settings: Settings = {}): void {
        stack.configure({ volumes: [list.reserved, list.spare], ...settings });
    }

    function long(volume: string): string {
        return `${storageClassName}-${volume}`;
    }

    /** Resources that a run did something to, but the stack itself. */
    function changed({ steps }: Awaited<ReturnType<TestStack["up"]>>): string[] {
        return steps
            .filter(({ op }) => op !== "same")
            .map(
                ({ op, urn }) =>
                    `${op} ${urn.split("::").slice(2).join(" ").split("$").pop() ?? ""}`,
            )
            .sort();
    }

    it("runs on the volume that is reserved for it, though a smaller one would do", async () => {
        assert.equal(await untilBound(namespace, "data-mysql-0"), long("reserved"));
        await sql(
            session,
            "CREATE TABLE app.kept (n INT PRIMARY KEY); INSERT INTO app.kept VALUES (42)",
        );
        assert.ok(existsSync(join(directories()[0] ?? "", "data/ibdata1")));
        assert.deepEqual(Object.keys((await stack.preview()).changes), ["same"]);
    });

    it("refuses to point a volume elsewhere, at preview, with the remedy", async () => {
        configure({ volumes: [{ ...list.reserved, path: "/export/other" }, list.spare] });
        const { error } = await stack.preview();
        assert.match(
            error ?? "",
            /volumes\.reserved\.path = "\/export\/other": it is "\/export\/static-mysql-reserved" now; bring the old value back: Kubernetes can't point a volume at another directory\. Add a volume of another name for that one/,
        );
    });

    it("refuses to let go of a volume and to destroy the stack, and changes nothing", async () => {
        configure({ volumes: [list.reserved] });
        const less = await stack.up();
        assert.match(less.error ?? "", /protect/);
        configure();
        const gone = await stack.destroy();
        assert.match(gone.error ?? "", /protect/);
        assert.deepEqual(Object.keys((await stack.preview()).changes), ["same"]);
        assert.equal(await sql(session, "SELECT n FROM app.kept"), "42");
    });

    it("changes what can change in place, under a bound claim and on a Released volume alike", async () => {
        const { kubectl } = testCluster();
        const wish = { storageClassName, mode: "ReadWriteOnce", size: "1Gi" };
        await applyClaim(namespace, "passing", { ...wish, volumeName: long("spare") });
        await untilPhase(long("spare"), "Bound");
        await kubectl.run(["delete", "pvc", "-n", namespace, "passing"]);
        await untilPhase(long("spare"), "Released");

        const other = { namespace, name: "other" };
        configure({
            labels: { rack: "r1" },
            volumes: [
                {
                    ...list.reserved,
                    capacity: "3Gi",
                    accessModes: ["ReadWriteOnce", "ReadOnlyMany"],
                    claimRef: { namespace, name: "nobody" },
                },
                { ...list.spare, mountOptions: ["noatime"], claimRef: other },
            ],
        });
        const run = await stack.mustUp();
        assert.deepEqual(changed(run), [
            "update kubernetes:core/v1:PersistentVolume volumes-reserved",
            "update kubernetes:core/v1:PersistentVolume volumes-spare",
            "update kubernetes:storage.k8s.io/v1:StorageClass volumes",
        ]);
        const spare = await kubectl.get("pv", long("spare"));
        assert.equal(spare?.metadata.labels?.["rack"], "r1");
        assert.deepEqual(spare.spec["mountOptions"], ["hard", "nfsvers=4.1", "noatime"]);
        await untilPhase(long("spare"), "Released");

        // In use, so whom it is reserved for doesn't count.
        const reserved = await untilPhase(long("reserved"), "Bound");
        assert.deepEqual(reserved.spec["capacity"], { storage: "3Gi" });
        const { name } = reserved.spec["claimRef"] as unknown as { name: string };
        assert.equal(name, "data-mysql-0");
        assert.equal(await untilBound(namespace, "data-mysql-0"), long("reserved"));
        assert.equal(await sql(session, "SELECT n FROM app.kept"), "42");

        // Released, so it does, as soon as the volume is freed.
        const freed = await free(long("spare"), "for the same claim");
        assert.equal(freed.code, 0, freed.stderr);
        await applyClaim(namespace, "other", wish);
        assert.equal(await untilBound(namespace, "other"), long("spare"));
    });

    it("leaves volumes, claim and data when it is destroyed, and takes them over when it comes again", async () => {
        // For nobody now, but in use: the claim keeps it.
        const { claimRef, ...unreserved } = list.reserved;
        assert.equal(claimRef.name, "data-mysql-0");
        configure({ protect: false, volumes: [unreserved, list.spare] });
        await stack.mustUp();
        await untilPhase(long("reserved"), "Bound");
        assert.equal((await stack.destroy()).error, undefined);
        const { kubectl } = testCluster();
        assert.equal(await kubectl.get("sc", storageClassName), undefined);
        await untilPhase(long("reserved"), "Bound");
        await untilPhase(long("spare"), "Bound");
        configure({ protect: false });
        await stack.mustUp();
        assert.equal(await untilBound(namespace, "data-mysql-0"), long("reserved"));
        await untilSql(session, "SELECT n FROM app.kept", "42", 30);
    });

    it("finds its data on the Released volume of a claim deleted by hand, once that is given back", async () => {
        const { kubectl } = testCluster();
        const inNamespace = ["-n", namespace, "--wait=false"];
        await kubectl.run(["delete", "pvc", "data-mysql-0", ...inNamespace]);
        await kubectl.run(["delete", "pod", "mysql-0", ...inNamespace]);
        await untilPhase(long("reserved"), "Released");
        const freed = await free(long("reserved"), "for the same claim");
        assert.equal(freed.code, 0, freed.stderr);
        assert.equal(await untilBound(namespace, "data-mysql-0"), long("reserved"));
        await untilSql(session, "SELECT n FROM app.kept", "42", 60);
        assert.deepEqual(Object.keys((await stack.preview()).changes), ["same"]);
    });
});
