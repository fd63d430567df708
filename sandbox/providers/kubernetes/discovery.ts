// Maps apiVersion and kind to the server's paths. Asked once per group and version and process.
import { at, objectsAt, textAt } from "../plugin/json";
import type { ApiClient } from "./client";
import { isNotFound, NoMatchError } from "./errors";
import type { Identity, Kind } from "./objects";

interface Resource {
    plural: string;
    namespaced: boolean;
}

type Resources = ReadonlyMap<string, Resource>;

function basePath(apiVersion: string): string {
    return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

export class Discovery {
    private readonly known = new Map<string, Promise<Resources>>();

    constructor(private readonly client: ApiClient) {}

    /** Fails where the server can't be reached or does not accept us. */
    async probe(): Promise<void> {
        await this.resources("v1");
    }

    async isNamespaced(kind: Kind): Promise<boolean> {
        return (await this.find(kind)).namespaced;
    }

    async exists(kind: Kind): Promise<boolean> {
        try {
            await this.find(kind);
            return true;
        } catch (error) {
            if (error instanceof NoMatchError) return false;
            throw error;
        }
    }

    async collectionPath(kind: Kind, namespace: string): Promise<string> {
        const { plural, namespaced } = await this.find(kind);
        const scope = namespaced ? `/namespaces/${encodeURIComponent(namespace || "default")}` : "";
        return `${basePath(kind.apiVersion)}${scope}/${plural}`;
    }

    async objectPath(kind: Kind, { namespace, name }: Identity): Promise<string> {
        return `${await this.collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
    }

    private async find({ apiVersion, kind }: Kind): Promise<Resource> {
        const resource = (await this.resources(apiVersion)).get(kind);
        if (resource !== undefined) return resource;
        // A custom resource definition may have been created since: ask again next time.
        this.known.delete(apiVersion);
        throw new NoMatchError(apiVersion, kind);
    }

    private resources(apiVersion: string): Promise<Resources> {
        const known = this.known.get(apiVersion);
        if (known !== undefined) return known;
        const asked = this.ask(apiVersion);
        this.known.set(apiVersion, asked);
        asked.catch(() => this.known.delete(apiVersion));
        return asked;
    }

    private async ask(apiVersion: string): Promise<Resources> {
        try {
            const list = await this.client.request({ method: "GET", path: basePath(apiVersion) });
            const entries = objectsAt(list, "resources").map((entry): [string, Resource] => [
                textAt(entry, "kind"),
                { plural: textAt(entry, "name"), namespaced: at(entry, "namespaced") === true },
            ]);
            // Subresources such as `deployments/status` share the kind of the resource itself.
            return new Map(entries.filter(([, { plural }]) => !plural.includes("/")));
        } catch (error) {
            if (isNotFound(error)) return new Map();
            throw error;
        }
    }
}
