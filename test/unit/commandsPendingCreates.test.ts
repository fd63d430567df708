import assert from "node:assert/strict";
import { settlePendingCreates } from "../../commands/pendingCreates";

function urn(type: string, name: string): string {
    return `urn:pulumi:dev::mysql-nfs::${type}::${name}`;
}

const service = {
    urn: urn("kubernetes:core/v1:Service", "primary"),
    type: "kubernetes:core/v1:Service",
    inputs: { metadata: { name: "mysql-primary", namespace: "db" } },
};
const storageClass = {
    urn: urn("kubernetes:storage.k8s.io/v1:StorageClass", "nfs"),
    type: "kubernetes:storage.k8s.io/v1:StorageClass",
    inputs: { metadata: { name: "nfs" } },
};
const password = {
    urn: urn("random:index/randomPassword:RandomPassword", "app"),
    type: "random:index/randomPassword:RandomPassword",
    inputs: { length: 32 },
};

describe("the state of a run that was killed", () => {
    it("needs nothing when no creation was under way", () => {
        const pending_operations = [{ type: "updating", resource: service }];
        const deployment = { resources: [], pending_operations };
        assert.equal(settlePendingCreates({ version: 3, deployment }), undefined);
    });

    it("gets a record with an id for each Kubernetes object, to be looked up", () => {
        const deployment = {
            resources: [{ urn: "stack" }],
            pending_operations: [
                { type: "creating", resource: service },
                { type: "updating", resource: storageClass },
                { type: "creating", resource: storageClass },
                { type: "creating", resource: password },
            ],
        };
        assert.deepEqual(settlePendingCreates({ version: 3, deployment }), {
            names: ["Service primary", "StorageClass nfs", "RandomPassword app"],
            deployment: {
                version: 3,
                deployment: {
                    resources: [
                        { urn: "stack" },
                        { ...service, id: "db/mysql-primary" },
                        { ...storageClass, id: "nfs" },
                    ],
                    pending_operations: [{ type: "updating", resource: storageClass }],
                },
            },
        });
    });

    it("keeps one record for a resource that is being replaced", () => {
        const deployment = {
            resources: [{ ...service, id: "db/old" }],
            pending_operations: [{ type: "creating", resource: service }],
        };
        const settled = settlePendingCreates({ version: 3, deployment });
        assert.deepEqual(settled?.deployment.deployment, {
            resources: [{ ...service, id: "db/old" }],
            pending_operations: [],
        });
    });
});
