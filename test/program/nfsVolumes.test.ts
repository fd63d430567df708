import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import type { NfsVolumesArgs } from "../../components/nfsVolumes";
import { NfsVolumes } from "../../components/nfsVolumes";
import type { RunOptions } from "../mocks";
import { at, runUnderMocks, valueOf } from "../mocks";

const minimal: NfsVolumesArgs = {
    server: "10.0.0.5",
    volumes: [
        { name: "small", path: "/export/small", capacity: "1Gi", accessModes: ["ReadWriteOnce"] },
        {
            name: "shared",
            path: "/export/shared",
            capacity: "10Gi",
            accessModes: ["ReadWriteMany", "ReadOnlyMany"],
        },
    ],
};

function list(args: Partial<NfsVolumesArgs> = {}, options?: RunOptions) {
    return runUnderMocks(() => new NfsVolumes("volumes", { ...minimal, ...args }), options);
}

describe("NfsVolumes", () => {
    let run: Awaited<ReturnType<typeof list>>;
    before(async () => {
        run = await list();
    });

    it("makes the volumes of the list and a class that nothing provisions for", () => {
        assert.deepEqual(run.childrenOf("NfsVolumes volumes"), [
            "PersistentVolume volumes-shared",
            "PersistentVolume volumes-small",
            "StorageClass volumes",
        ]);
        assert.equal(run.resources.length, 4);
        assert.deepEqual(run.get("StorageClass", "volumes").inputs, {
            apiVersion: "storage.k8s.io/v1",
            kind: "StorageClass",
            metadata: {
                name: "volumes-mysql-nfs-dev-cdee1285",
                labels: {
                    "app.kubernetes.io/name": "nfs-volumes",
                    "app.kubernetes.io/instance": "volumes-mysql-nfs-dev-cdee1285",
                },
            },
            provisioner: "kubernetes.io/no-provisioner",
            volumeBindingMode: "WaitForFirstConsumer",
            reclaimPolicy: "Retain",
            allowVolumeExpansion: false,
        });
    });

    it("describes a volume to Kubernetes", () => {
        assert.deepEqual(run.get("PersistentVolume", "volumes-small").inputs, {
            apiVersion: "v1",
            kind: "PersistentVolume",
            metadata: {
                name: "volumes-mysql-nfs-dev-cdee1285-small",
                labels: {
                    "app.kubernetes.io/name": "nfs-volumes",
                    "app.kubernetes.io/instance": "volumes-mysql-nfs-dev-cdee1285",
                },
                annotations: {
                    "mysqlnfs/declared": JSON.stringify({
                        "volumes.small.server": "10.0.0.5",
                        "volumes.small.path": "/export/small",
                    }),
                    "pulumi.com/skipAwait": "true",
                    "pulumi.com/patchForce": "true",
                },
            },
            spec: {
                capacity: { storage: "1Gi" },
                accessModes: ["ReadWriteOnce"],
                persistentVolumeReclaimPolicy: "Retain",
                storageClassName: "volumes-mysql-nfs-dev-cdee1285",
                mountOptions: ["hard", "nfsvers=4.1"],
                nfs: { server: "10.0.0.5", path: "/export/small" },
            },
        });
    });

    it("never replaces a volume and, unless told otherwise, neither deletes it nor lets go of it", async () => {
        const volume = run.get("PersistentVolume", "volumes-small");
        assert.equal(volume.retainOnDelete, true);
        assert.equal(volume.protect, true);
        assert.deepEqual(volume.ignoreChanges, ["spec.nfs"]);
        assert.deepEqual(volume.beforeUpdate, ["NfsVolumes volumes-small: source"]);
        assert.equal(run.get("StorageClass", "volumes").protect, true);
        const lifted = await list({ protect: false });
        assert.equal(lifted.get("PersistentVolume", "volumes-small").protect, false);
        assert.equal(lifted.get("PersistentVolume", "volumes-small").retainOnDelete, true);
        assert.equal(lifted.get("StorageClass", "volumes").protect, false);
        const passing = await list({ retainOnDelete: false });
        assert.equal(passing.get("PersistentVolume", "volumes-small").retainOnDelete, false);
    });

    it("refuses another class for volumes that exist, before anything of it is made", () => {
        const component = run.get("NfsVolumes", "volumes");
        assert.deepEqual(component.beforeUpdate, ["NfsVolumes volumes: class"]);
        assert.deepEqual(component.inputs, {
            declared: JSON.stringify({ storageClassName: "volumes-mysql-nfs-dev-cdee1285" }),
        });
    });

    it("hands out the class and the volumes' names once the volumes are there", async () => {
        assert.deepEqual(run.get("StorageClass", "volumes").dependsOn, [
            "PersistentVolume volumes-shared",
            "PersistentVolume volumes-small",
        ]);
        assert.equal(await valueOf(run.result.storageClassName), "volumes-mysql-nfs-dev-cdee1285");
        assert.deepEqual(await valueOf(run.result.volumeNames), [
            "volumes-mysql-nfs-dev-cdee1285-small",
            "volumes-mysql-nfs-dev-cdee1285-shared",
        ]);
    });

    it("makes no class when only the name is wanted, and the claims come after the volumes still", async () => {
        const other = await runUnderMocks(() => {
            const { storageClassName } = new NfsVolumes("volumes", {
                ...minimal,
                storageClassName: "by-hand",
                createStorageClass: false,
            });
            new k8s.core.v1.PersistentVolumeClaim("claim", { spec: { storageClassName } });
            return storageClassName;
        });
        assert.deepEqual(other.childrenOf("NfsVolumes volumes"), [
            "PersistentVolume volumes-shared",
            "PersistentVolume volumes-small",
        ]);
        assert.equal(await valueOf(other.result), "by-hand");
        assert.deepEqual(other.get("PersistentVolumeClaim", "claim").dependsOn, [
            "PersistentVolume volumes-shared",
            "PersistentVolume volumes-small",
        ]);
    });

    it("reserves a volume for a claim and labels it as asked, its own labels last", async () => {
        const [small] = minimal.volumes;
        const other = await list({
            labels: { tier: "gold", rack: "r0" },
            volumes: small && [
                {
                    ...small,
                    claimRef: { namespace: "shop", name: "data-web-0" },
                    labels: { rack: "r1", "app.kubernetes.io/instance": "mine" },
                },
            ],
        });
        const { inputs } = other.get("PersistentVolume", "volumes-small");
        assert.deepEqual(at(inputs, "spec.claimRef"), { namespace: "shop", name: "data-web-0" });
        assert.deepEqual(at(inputs, "metadata.labels"), {
            tier: "gold",
            rack: "r1",
            "app.kubernetes.io/name": "nfs-volumes",
            "app.kubernetes.io/instance": "volumes-mysql-nfs-dev-cdee1285",
        });
    });

    it("takes over volumes by the provider that may, and nothing else", async () => {
        const other = await runUnderMocks(() => {
            const adoptingProvider = new k8s.Provider("adopting", { upsertExistingObjects: true });
            return new NfsVolumes("volumes", { ...minimal, adoptingProvider });
        });
        assert.equal(other.get("PersistentVolume", "volumes-small").provider, "adopting");
        assert.equal(other.get("StorageClass", "volumes").provider, "");
    });

    it("shares no name with another stack", async () => {
        const names = ({ resources }: typeof run) =>
            resources.flatMap(
                ({ inputs }) => (at(inputs, "metadata.name") as string | undefined) ?? [],
            );
        const prod = await list({}, { stack: "prod" });
        assert.equal(new Set([...names(run), ...names(prod)]).size, 6);
    });

    it("reports everything that is wrong with its arguments at once, before making anything", async () => {
        await assert.rejects(
            list({ server: "", volumes: [], mountOptions: ["soft"] }),
            /^Error: NfsVolumes volumes:\n {2}server = .*\n {2}mountOptions\[0\] = "soft": .*\n {2}volumes = \[\]: .*$/,
        );
    });
});
