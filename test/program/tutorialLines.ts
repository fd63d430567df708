import type { MysqlClusterArgs, StatefulServiceArgs } from "../../components";
import { MysqlCluster, NfsProvisioner, NfsVolumes, StatefulService } from "../../components";

// The lines of the README's table for those who come from a tutorial, word for word: compiled here, run by a test.

const namespace = "tutorial";
const podSpec: StatefulServiceArgs["podSpec"] = {
    containers: [{ name: "web", image: "nginx:1.29" }],
};

export function tutorialLines(): void {
    const nfs = new NfsProvisioner("nfs", { server: "nfs.example.com", path: "/srv/volumes" });
    new NfsVolumes("disks", {
        server: "nfs.example.com",
        volumes: [{ name: "a", path: "/srv/a", capacity: "1Gi", accessModes: ["ReadWriteOnce"] }],
    });
    new StatefulService("web", {
        namespace,
        name: "web",
        replicas: 2,
        ports: [{ name: "web", port: 80 }],
        claims: [{ name: "www", size: "1Gi", accessModes: ["ReadWriteOnce"] }],
        podSpec,
    });
    new MysqlCluster("mysql", { namespace, pods: 3, storageClassName: "standard" });
    new MysqlCluster("orders", { namespace, name: "orders", storageClassName: "standard" });

    const { storageClassName } = nfs;
    const parts: Partial<StatefulServiceArgs>[] = [
        {
            claims: [
                { name: "data", storageClassName, size: "100Mi", accessModes: ["ReadWriteMany"] },
            ],
        },
        { clientService: { name: "www", type: "LoadBalancer" } },
        { podManagementPolicy: "OrderedReady", podDisruptionBudget: { maxUnavailable: 1 } },
        { spread: { antiAffinity: "required" } },
        { updateStrategy: { type: "RollingUpdate", partition: 2 } },
        { updateStrategy: { type: "OnDelete" } },
        { replicas: 5 },
        { ordinalsStart: 1 },
        { claimRetention: { whenDeleted: "Delete", whenScaled: "Retain" } },
    ];
    parts.forEach((part, index) => {
        const name = `part-${index}`;
        const ports = [{ name: "web", port: 80 }];
        new StatefulService(name, { namespace, name, replicas: 3, ports, podSpec, ...part });
    });
    const ceph: Partial<MysqlClusterArgs> = {
        storageClassName: "rook-ceph-block",
        storageExpandable: true,
    };
    new MysqlCluster("ceph", { namespace, name: "ceph", storageClassName: "standard", ...ceph });
}
