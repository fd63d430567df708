import * as assert from "node:assert/strict";
import { restrictedNamespaceLabels } from "../../components/namespace";
import { ThrowawayNamespace } from "../../components/throwawayNamespace";
import { at, runUnderMocks, valueOf } from "../mocks";

describe("ThrowawayNamespace", () => {
    async function make() {
        const nfs = { server: "10.0.0.5", path: "/export", runAsUser: 999 };
        return runUnderMocks(() => new ThrowawayNamespace("trial", nfs));
    }

    it("makes a namespace, and a provisioner that outlives it", async () => {
        const run = await make();
        assert.deepEqual(run.childrenOf("ThrowawayNamespace trial"), [
            "Namespace trial",
            "NfsProvisioner trial",
        ]);
        const [namespace] = run.resources.filter(
            ({ parent, type }) =>
                parent === "ThrowawayNamespace trial" && type.endsWith(":Namespace"),
        );
        assert.equal(at(namespace?.inputs, "metadata.name"), undefined);
        assert.deepEqual(at(namespace?.inputs, "metadata.labels"), restrictedNamespaceLabels);
        assert.equal(namespace?.retainOnDelete, false);
        assert.equal(namespace.protect, false);
        for (const part of ["Deployment trial", "StorageClass trial"]) {
            assert.ok(namespace.dependsOn.includes(part), part);
        }
    });

    it("has one class, whose volumes are deleted with their claims", async () => {
        const run = await make();
        const { inputs } = run.get("StorageClass", "trial");
        assert.equal(at(inputs, "metadata.name"), "trial-mysql-nfs-dev");
        assert.equal(at(inputs, "reclaimPolicy"), "Delete");
        assert.equal(at(inputs, "parameters.onDelete"), "delete");
        assert.equal(run.resources.filter(({ type }) => type.endsWith(":StorageClass")).length, 1);
    });

    it("tells where to put Pods and claims", async () => {
        const { result } = await make();
        assert.equal(await valueOf(result.namespace), "trial-auto");
        assert.equal(await valueOf(result.storageClassName), "trial-mysql-nfs-dev");
    });
});
