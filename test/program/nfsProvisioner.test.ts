import * as assert from "node:assert/strict";
import type { NfsProvisionerArgs } from "../../components/nfs/args";
import { NfsProvisioner } from "../../components/nfsProvisioner";
import type { Registered, Run, RunOptions } from "../mocks";
import { at, runUnderMocks, valueOf } from "../mocks";

const minimal: NfsProvisionerArgs = { server: "10.0.0.5", path: "/export" };

function provision(args: Partial<NfsProvisionerArgs> = {}, options?: RunOptions) {
    return runUnderMocks(() => new NfsProvisioner("nfs", { ...minimal, ...args }), options);
}

describe("NfsProvisioner", () => {
    let run: Awaited<ReturnType<typeof provision>>;
    before(async () => {
        run = await provision();
    });

    it("makes exactly these resources, and no Role without a leader to elect", () => {
        assert.deepEqual(run.childrenOf("NfsProvisioner nfs"), [
            "ClusterRole nfs-runner",
            "ClusterRoleBinding nfs-runner",
            "Deployment nfs",
            "Namespace nfs",
            "PersistentVolume nfs-export",
            "PersistentVolumeClaim nfs-export",
            "ServiceAccount nfs",
            "StorageClass nfs",
        ]);
        assert.equal(run.resources.length, 9);
    });

    it("gives the provisioner the rights it uses and no others", () => {
        assert.deepEqual(run.get("ClusterRole", "nfs-runner").inputs["rules"], [
            {
                apiGroups: [""],
                resources: ["persistentvolumes"],
                verbs: ["get", "list", "watch", "create", "delete"],
            },
            { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: ["list", "watch"] },
            {
                apiGroups: ["storage.k8s.io"],
                resources: ["storageclasses"],
                verbs: ["get", "list", "watch"],
            },
            { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
        ]);
    });

    it("binds the rights to its account in its own namespace", () => {
        assert.deepEqual(run.get("ClusterRoleBinding", "nfs-runner").inputs["subjects"], [
            { kind: "ServiceAccount", name: "nfs-provisioner", namespace: "nfs-mysql-nfs-dev" },
        ]);
        assert.deepEqual(run.get("ClusterRoleBinding", "nfs-runner").inputs["roleRef"], {
            apiGroup: "rbac.authorization.k8s.io",
            kind: "ClusterRole",
            name: "nfs-mysql-nfs-dev",
        });
    });

    it("elects a leader with several Pods, with rights on that one lock", async () => {
        const other = await provision({ replicas: 2 });
        assert.deepEqual(other.get("Role", "nfs-leader-lock").inputs["rules"], [
            { apiGroups: [""], resources: ["endpoints"], verbs: ["create"] },
            {
                apiGroups: [""],
                resources: ["endpoints"],
                resourceNames: ["mysql-nfs-nfs-mysql-nfs-dev-1aad12cf"],
                verbs: ["get", "update"],
            },
        ]);
        assert.deepEqual(other.get("RoleBinding", "nfs-leader-lock").inputs["subjects"], [
            { kind: "ServiceAccount", name: "nfs-provisioner", namespace: "nfs-mysql-nfs-dev" },
        ]);
        assert.equal(environment(other)["ENABLE_LEADER_ELECTION"], "true");
        assert.ok(other.get("Deployment", "nfs").dependsOn.includes("RoleBinding nfs-leader-lock"));
    });

    it("tells Deployment and class the same provisioner's name", async () => {
        assert.deepEqual(environment(run), {
            PROVISIONER_NAME: "mysql-nfs/nfs-mysql-nfs-dev-1aad12cf",
            NFS_SERVER: "10.0.0.5",
            NFS_PATH: "/export",
            ENABLE_LEADER_ELECTION: "false",
        });
        assert.equal(
            run.get("StorageClass", "nfs").inputs["provisioner"],
            "mysql-nfs/nfs-mysql-nfs-dev-1aad12cf",
        );
        assert.equal(
            await valueOf(run.result.provisionerName),
            "mysql-nfs/nfs-mysql-nfs-dev-1aad12cf",
        );
    });

    it("makes one class that keeps data", () => {
        const { inputs, ...options } = run.get("StorageClass", "nfs");
        assert.deepEqual(inputs, {
            apiVersion: "storage.k8s.io/v1",
            kind: "StorageClass",
            metadata: {
                name: "nfs-mysql-nfs-dev",
                annotations: {
                    "storageclass.kubernetes.io/is-default-class": "false",
                    "mysqlnfs/declared": JSON.stringify({
                        server: "10.0.0.5",
                        path: "/export",
                        "classes[0].reclaimPolicy": "Retain",
                        "classes[0].archiveOnDelete": "true",
                        "classes[0].onDelete": "",
                        "classes[0].pathPattern": "",
                    }),
                },
            },
            provisioner: "mysql-nfs/nfs-mysql-nfs-dev-1aad12cf",
            parameters: { archiveOnDelete: "true" },
            reclaimPolicy: "Retain",
            mountOptions: ["hard", "nfsvers=4.1"],
            volumeBindingMode: "Immediate",
            allowVolumeExpansion: false,
        });
        assert.deepEqual(options.ignoreChanges, [
            "provisioner",
            "parameters",
            "reclaimPolicy",
            "volumeBindingMode",
            "allowVolumeExpansion",
        ]);
        assert.deepEqual(options.beforeUpdate, ["NfsProvisioner nfs: class settings"]);
    });

    it("makes every class asked for, with its own settings", async () => {
        const other = await provision({
            version: "4.2",
            mountOptions: ["noatime"],
            classes: [
                { name: "kept" },
                {
                    name: "scratch",
                    reclaimPolicy: "Delete",
                    archiveOnDelete: false,
                    onDelete: "delete",
                    pathPattern: "${.PVC.namespace}_${.PVC.name}",
                    mountOptions: ["nconnect=4"],
                    isDefault: true,
                },
            ],
        });
        const scratch = other.get("StorageClass", "nfs-scratch").inputs;
        assert.deepEqual(scratch["parameters"], {
            archiveOnDelete: "false",
            onDelete: "delete",
            pathPattern: "${.PVC.namespace}_${.PVC.name}",
        });
        assert.equal(scratch["reclaimPolicy"], "Delete");
        assert.deepEqual(scratch["mountOptions"], ["hard", "nfsvers=4.2", "nconnect=4"]);
        assert.equal(
            at(scratch, "metadata.annotations")?.[
                "storageclass.kubernetes.io/is-default-class" as never
            ],
            "true",
        );
        assert.deepEqual(other.get("StorageClass", "nfs").inputs["mountOptions"], [
            "hard",
            "nfsvers=4.2",
            "noatime",
        ]);
        assert.deepEqual(await valueOf(other.result.storageClassNames), ["kept", "scratch"]);
        assert.equal(await valueOf(other.result.storageClassName), "kept");
    });

    it("mounts the export by a volume and a claim that no other claim is like", () => {
        const volume = run.get("PersistentVolume", "nfs-export").inputs;
        assert.equal(at(volume, "metadata.name"), undefined);
        assert.deepEqual(volume["spec"], {
            capacity: { storage: "1Mi" },
            accessModes: ["ReadWriteMany"],
            persistentVolumeReclaimPolicy: "Retain",
            storageClassName: "nfs-mysql-nfs-dev-export",
            mountOptions: ["hard", "nfsvers=4.1"],
            nfs: { server: "10.0.0.5", path: "/export" },
        });
        const claim = run.get("PersistentVolumeClaim", "nfs-export");
        assert.equal(at(claim.inputs, "metadata.name"), undefined);
        assert.deepEqual(claim.inputs["spec"], {
            volumeName: "nfs-export-auto",
            storageClassName: "nfs-mysql-nfs-dev-export",
            accessModes: ["ReadWriteMany"],
            resources: { requests: { storage: "1Mi" } },
        });
        assert.deepEqual(claim.timeouts, { create: "1m", update: "", delete: "" });
        assert.deepEqual(at(pod(run), "volumes"), [
            { name: "export", persistentVolumeClaim: { claimName: "nfs-export-auto" } },
        ]);
    });

    it("runs a Pod that Pod Security `restricted` admits, in a namespace that admits no other", () => {
        assert.deepEqual(at(run.get("Namespace", "nfs").inputs, "metadata"), {
            name: "nfs-mysql-nfs-dev",
            labels: {
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/audit": "restricted",
                "pod-security.kubernetes.io/warn": "restricted",
            },
        });
        assert.deepEqual(at(pod(run), "securityContext"), {
            runAsNonRoot: true,
            runAsUser: 65534,
            runAsGroup: 65534,
            seccompProfile: { type: "RuntimeDefault" },
        });
        assert.deepEqual(at(pod(run), "containers.0.securityContext"), {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
        });
    });

    it("mounts a token in its own Pod only, because it makes volumes", () => {
        assert.equal(
            run.get("ServiceAccount", "nfs").inputs["automountServiceAccountToken"],
            false,
        );
        assert.equal(at(pod(run), "automountServiceAccountToken"), true);
    });

    it("never runs two generations of the provisioner and gives up after minutes", () => {
        const deployment = run.get("Deployment", "nfs");
        assert.deepEqual(at(deployment.inputs, "spec.strategy"), { type: "Recreate" });
        assert.equal(at(deployment.inputs, "spec.minReadySeconds"), 2);
        assert.equal(at(deployment.inputs, "spec.progressDeadlineSeconds"), 240);
        assert.deepEqual(deployment.timeouts, { create: "5m", update: "5m", delete: "5m" });
    });

    it("takes what the Pod spec leaves to the user", async () => {
        const other = await provision({
            image: "registry.example.com/provisioner:1",
            resources: { limits: { memory: "64Mi" } },
            tolerations: [{ key: "storage", operator: "Exists" }],
            nodeSelector: { disk: "nfs" },
            affinity: { podAffinity: {} },
            imagePullSecrets: ["registry"],
            runAsUser: 999,
            runAsGroup: 998,
        });
        const spec = pod(other);
        assert.equal(at(spec, "containers.0.image"), "registry.example.com/provisioner:1");
        assert.deepEqual(at(spec, "containers.0.resources"), { limits: { memory: "64Mi" } });
        assert.deepEqual(at(spec, "tolerations"), [{ key: "storage", operator: "Exists" }]);
        assert.deepEqual(at(spec, "nodeSelector"), { disk: "nfs" });
        assert.deepEqual(at(spec, "affinity"), { podAffinity: {} });
        assert.deepEqual(at(spec, "imagePullSecrets"), [{ name: "registry" }]);
        assert.equal(at(spec, "securityContext.runAsUser"), 999);
        assert.equal(at(spec, "securityContext.runAsGroup"), 998);
    });

    it("is taken down in the order class, provisioner, rights", async () => {
        const other = await provision({ replicas: 2 });
        assert.deepEqual(other.get("StorageClass", "nfs").dependsOn, ["Deployment nfs"]);
        assert.deepEqual(other.get("Deployment", "nfs").dependsOn, [
            "ClusterRoleBinding nfs-runner",
            "Namespace nfs",
            "PersistentVolumeClaim nfs-export",
            "RoleBinding nfs-leader-lock",
            "ServiceAccount nfs",
        ]);
    });

    it("shares no name outside its namespace with another stack or another export", async () => {
        const dev = run.resources.flatMap(clusterNames);
        const prod = (await provision({}, { stack: "prod" })).resources.flatMap(clusterNames);
        assert.equal(dev.length, 5);
        assert.equal(new Set([...dev, ...prod]).size, 10);
        const other = await provision({ path: "/export2" });
        assert.notEqual(
            other.get("StorageClass", "nfs").inputs["provisioner"],
            run.get("StorageClass", "nfs").inputs["provisioner"],
        );
    });

    it("reports everything that is wrong with its arguments at once, before making anything", async () => {
        await assert.rejects(
            provision({ server: "", path: "export", mountOptions: ["soft"] }),
            /^Error: NfsProvisioner nfs:\n {2}server = .*\n {2}path = "export": .*\n {2}mountOptions\[0\] = "soft": .*$/,
        );
    });
});

function pod(run: Run<unknown>): unknown {
    return at(run.get("Deployment", "nfs").inputs, "spec.template.spec");
}

function environment(run: Run<unknown>): Record<string, string> {
    const variables = at(pod(run), "containers.0.env") as { name: string; value: string }[];
    return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

/** Names that every stack of a cluster sees. */
function clusterNames({ type, inputs }: Registered): string[] {
    const isGlobal = /:(Namespace|ClusterRole|ClusterRoleBinding|PersistentVolume|StorageClass)$/;
    const name = at(inputs, "metadata.name") as string | undefined;
    return [
        // The provider gives what has no name one with a random end.
        ...(isGlobal.test(type) && name !== undefined ? [`${type} ${name}`] : []),
        ...(type.endsWith(":StorageClass") ? [`provisioner ${String(inputs["provisioner"])}`] : []),
    ];
}
