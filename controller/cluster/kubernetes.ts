import { ApiException } from "@kubernetes/client-node/dist/gen/apis/exception.js";
import { setHeaderOptions } from "@kubernetes/client-node/dist/middleware.js";
import { PatchStrategy } from "@kubernetes/client-node/dist/patch.js";
import { V1MicroTime } from "@kubernetes/client-node/dist/types.js";
import type { ClusterWriter } from "../acting";
import type { ClusterReader } from "../observing";
import type { Event } from "../plan";
import type { LeaseState, LeaseStore } from "./lease";
import { leaseDurationMs } from "./lease";
import type { ConfigMapObject, PodObject, StatefulSetObject } from "./objects";
import type { Apis } from "./transport";
import { connectApis, inClusterUrl } from "./transport";

const timeoutMs = 3_000;
const fieldManager = "mysql-controller";

export interface ClusterNames {
    readonly namespace: string;
    readonly cluster: string;
    readonly selector: string;
    readonly identity: string;
}

/** All that the controller asks of the API server: what its Role allows, and nothing else. */
export class KubernetesCluster implements ClusterReader, ClusterWriter, LeaseStore {
    private statefulSet: StatefulSetObject | undefined;

    constructor(
        private readonly names: ClusterNames,
        private readonly apis: Apis = connectApis(inClusterUrl(process.env), timeoutMs),
    ) {}

    readTopology(): Promise<ConfigMapObject> {
        return this.apis.core.readNamespacedConfigMap(this.called("topology"));
    }

    readDeclared(): Promise<ConfigMapObject> {
        return this.apis.core.readNamespacedConfigMap(this.called("declared"));
    }

    async readStatefulSet(): Promise<StatefulSetObject | undefined> {
        const { cluster: name, namespace } = this.names;
        try {
            this.statefulSet = await this.apis.apps.readNamespacedStatefulSet({ name, namespace });
        } catch (error) {
            if (!(error instanceof ApiException && error.code === 404)) {
                throw error;
            }
            this.statefulSet = undefined;
        }
        return this.statefulSet;
    }

    async listPods(): Promise<readonly PodObject[]> {
        const { namespace, selector: labelSelector } = this.names;
        return (await this.apis.core.listNamespacedPod({ namespace, labelSelector })).items;
    }

    /** With the version that was read in it, a merge patch is refused when the object has another one by now. */
    patchTopology(
        data: Record<string, string | null>,
        { metadata }: ConfigMapObject,
    ): Promise<ConfigMapObject> {
        const body = { metadata: { resourceVersion: metadata?.resourceVersion }, data };
        return this.apis.core.patchNamespacedConfigMap(
            { ...this.called("topology"), body, fieldManager },
            mergePatch,
        );
    }

    async patchDeclared(data: Record<string, string>): Promise<void> {
        await this.apis.core.patchNamespacedConfigMap(
            { ...this.called("declared"), body: { data }, fieldManager },
            mergePatch,
        );
    }

    patchLabels(
        labels: Record<string, string | null>,
        { metadata }: PodObject,
    ): Promise<PodObject> {
        const { name = "", uid, resourceVersion } = metadata ?? {};
        const { namespace } = this.names;
        const body = { metadata: { uid, resourceVersion, labels } };
        return this.apis.core.patchNamespacedPod(
            { name, namespace, body, fieldManager },
            mergePatch,
        );
    }

    async deletePod(name: string, uid: string): Promise<void> {
        const { namespace } = this.names;
        const body = { preconditions: { uid } };
        await this.apis.core.deleteNamespacedPod({ name, namespace, body });
    }

    async read(): Promise<LeaseState> {
        const { metadata, spec } = await this.apis.coordination.readNamespacedLease(
            this.called("controller"),
        );
        return {
            resourceVersion: metadata?.resourceVersion ?? "",
            holderIdentity: spec?.holderIdentity ?? "",
        };
    }

    async write(holderIdentity: string, { resourceVersion }: LeaseState): Promise<void> {
        const spec = {
            holderIdentity,
            leaseDurationSeconds: leaseDurationMs / 1_000,
            renewTime: new V1MicroTime(),
        };
        const body = { metadata: { resourceVersion }, spec };
        await this.apis.coordination.patchNamespacedLease(
            { ...this.called("controller"), body, fieldManager },
            mergePatch,
        );
    }

    /** Told of the StatefulSet, where people look first. */
    async tell({ type, reason, message }: Event): Promise<void> {
        const { namespace, cluster: name, identity } = this.names;
        const now = new Date();
        const uid = this.statefulSet?.metadata?.uid;
        await this.apis.core.createNamespacedEvent({
            namespace,
            body: {
                metadata: { generateName: `${name}-`, namespace },
                involvedObject: {
                    apiVersion: "apps/v1",
                    kind: "StatefulSet",
                    name,
                    namespace,
                    uid,
                },
                type,
                reason,
                // Longer ones are refused.
                message: message.slice(0, 1_000),
                source: { component: fieldManager, host: identity },
                firstTimestamp: now,
                lastTimestamp: now,
                count: 1,
            },
        });
    }

    private called(part: string): { name: string; namespace: string } {
        return { name: `${this.names.cluster}-${part}`, namespace: this.names.namespace };
    }
}

const mergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
