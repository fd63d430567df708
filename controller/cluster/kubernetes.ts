import { ApiException } from "@kubernetes/client-node/dist/gen/apis/exception.js";
import type { CoreV1Event } from "@kubernetes/client-node/dist/gen/models/CoreV1Event.js";
import type { V1ConfigMap } from "@kubernetes/client-node/dist/gen/models/V1ConfigMap.js";
import type { V1Lease } from "@kubernetes/client-node/dist/gen/models/V1Lease.js";
import type { V1Pod } from "@kubernetes/client-node/dist/gen/models/V1Pod.js";
import type { V1StatefulSet } from "@kubernetes/client-node/dist/gen/models/V1StatefulSet.js";
import { V1MicroTime } from "@kubernetes/client-node/dist/types.js";
import type { ClusterWriter } from "../acting";
import type { ClusterReader } from "../observing";
import type { Event } from "../plan";
import type { LeaseState, LeaseStore } from "./lease";
import { leaseDurationMs } from "./lease";
import type { ConfigMapObject, PodObject, StatefulSetObject } from "./objects";
import type { ObjectApi } from "./objectApi";
import { connectApi, inClusterUrl } from "./transport";

const timeoutMs = 3_000;
const fieldManager = "mysql-controller";

const configMap = { apiVersion: "v1", kind: "ConfigMap" };
const pod = { apiVersion: "v1", kind: "Pod" };
const event = { apiVersion: "v1", kind: "Event" };
const statefulSet = { apiVersion: "apps/v1", kind: "StatefulSet" };
const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" };

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
        private readonly api: ObjectApi = connectApi(inClusterUrl(process.env), timeoutMs),
    ) {}

    readTopology(): Promise<ConfigMapObject> {
        return this.api.read<V1ConfigMap>({ ...configMap, ...this.called("topology") });
    }

    readDeclared(): Promise<ConfigMapObject> {
        return this.api.read<V1ConfigMap>({ ...configMap, ...this.called("declared") });
    }

    async readStatefulSet(): Promise<StatefulSetObject | undefined> {
        const { cluster: name, namespace } = this.names;
        try {
            this.statefulSet = await this.api.read<V1StatefulSet>({
                ...statefulSet,
                metadata: { name, namespace },
            });
        } catch (error) {
            if (!(error instanceof ApiException && error.code === 404)) {
                throw error;
            }
            this.statefulSet = undefined;
        }
        return this.statefulSet;
    }

    listPods(): Promise<readonly PodObject[]> {
        const { namespace, selector } = this.names;
        return this.api.listSelected<V1Pod>(pod, namespace, selector);
    }

    /** With the version that was read in it, a merge patch is refused when the object has another one by now. */
    patchTopology(
        data: Record<string, string | null>,
        { metadata: { resourceVersion } = {} }: ConfigMapObject,
    ): Promise<ConfigMapObject> {
        const { metadata } = this.called("topology");
        return this.api.mergePatch<V1ConfigMap>(
            { ...configMap, metadata: { ...metadata, resourceVersion }, data },
            fieldManager,
        );
    }

    async patchDeclared(data: Record<string, string>): Promise<void> {
        await this.api.mergePatch<V1ConfigMap>(
            { ...configMap, ...this.called("declared"), data },
            fieldManager,
        );
    }

    patchLabels(
        labels: Record<string, string | null>,
        { metadata: { name = "", uid, resourceVersion } = {} }: PodObject,
    ): Promise<PodObject> {
        const { namespace } = this.names;
        return this.api.mergePatch<V1Pod>(
            { ...pod, metadata: { name, namespace, uid, resourceVersion, labels } },
            fieldManager,
        );
    }

    async deletePod(name: string, uid: string): Promise<void> {
        const { namespace } = this.names;
        await this.api.deleteIf({ ...pod, metadata: { name, namespace } }, { uid });
    }

    async read(): Promise<LeaseState> {
        const { metadata, spec } = await this.api.read<V1Lease>({
            ...lease,
            ...this.called("controller"),
        });
        return {
            resourceVersion: metadata?.resourceVersion ?? "",
            holderIdentity: spec?.holderIdentity ?? "",
        };
    }

    async write(holderIdentity: string, { resourceVersion }: LeaseState): Promise<void> {
        const { metadata } = this.called("controller");
        const spec = {
            holderIdentity,
            leaseDurationSeconds: leaseDurationMs / 1_000,
            renewTime: new V1MicroTime(),
        };
        await this.api.mergePatch<V1Lease>(
            { ...lease, metadata: { ...metadata, resourceVersion }, spec },
            fieldManager,
        );
    }

    /** Told of the StatefulSet, where people look first. */
    async tell({ type, reason, message }: Event): Promise<void> {
        const { namespace, cluster: name, identity } = this.names;
        const now = new Date();
        const uid = this.statefulSet?.metadata?.uid;
        await this.api.create<CoreV1Event>({
            ...event,
            metadata: { generateName: `${name}-`, namespace },
            involvedObject: { ...statefulSet, name, namespace, uid },
            type,
            reason,
            // Longer ones are refused.
            message: message.slice(0, 1_000),
            source: { component: fieldManager, host: identity },
            firstTimestamp: now,
            lastTimestamp: now,
            count: 1,
        });
    }

    private called(part: string): { metadata: { name: string; namespace: string } } {
        const { cluster, namespace } = this.names;
        return { metadata: { name: `${cluster}-${part}`, namespace } };
    }
}
