import type { V1APIResource } from "@kubernetes/client-node/dist/gen/models/V1APIResource.js";
import type { V1Preconditions } from "@kubernetes/client-node/dist/gen/models/V1Preconditions.js";
import { KubernetesObjectApi } from "@kubernetes/client-node/dist/object.js";
import { PatchStrategy } from "@kubernetes/client-node/dist/patch.js";
import type { KubernetesObject } from "@kubernetes/client-node/dist/types.js";

interface Kind {
    readonly apiVersion: string;
    readonly kind: string;
}

const paths: Readonly<Record<string, string | undefined>> = {
    ConfigMap: "configmaps",
    Event: "events",
    Lease: "leases",
    Pod: "pods",
    StatefulSet: "statefulsets",
};

const none = undefined;

/**
 * The official client's API for objects of any kind, with names for its many optional parameters. Its classes for each
 * kind would double the code of the bundle (components/mysql/controllerBundle.ts), which every preview carries.
 */
export class ObjectApi extends KubernetesObjectApi {
    async listSelected<T extends KubernetesObject>(
        { apiVersion, kind }: Kind,
        namespace: string,
        selector: string,
    ): Promise<readonly T[]> {
        const all = [none, none, none, none] as const;
        return (await this.list<T>(apiVersion, kind, namespace, ...all, selector)).items;
    }

    /** Changes what is named in a part of an object, and takes away what is null there (RFC 7386). */
    mergePatch<T extends KubernetesObject>(part: object, fieldManager: string): Promise<T> {
        const strategy = PatchStrategy.MergePatch;
        return this.patch(part as T, none, none, fieldManager, none, strategy);
    }

    async deleteIf(object: KubernetesObject, preconditions: V1Preconditions): Promise<void> {
        await this.delete(object, none, none, none, none, none, { preconditions });
    }

    /** Known here: the client would ask the API server for it, before the first request of each kind. */
    protected override resource(_: string, kind: string): Promise<V1APIResource | undefined> {
        const name = paths[kind];
        return Promise.resolve(
            name === undefined
                ? undefined
                : { kind, name, namespaced: true, singularName: "", verbs: [] },
        );
    }
}
