import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { goArchitecture, packArchive } from "./archive";

// The distribution protocol and the layout of images: https://github.com/opencontainers
// (distribution-spec, image-spec). Only what an anonymous pull of a public image takes.

interface Descriptor {
    mediaType: string;
    digest: string;
    size: number;
    platform?: { architecture: string; os: string };
}

interface Manifest {
    mediaType?: string;
    manifests?: Descriptor[];
    config?: Descriptor;
    layers?: Descriptor[];
}

export interface Reference {
    host: string;
    repository: string;
    tag: string;
}

export interface PullOptions {
    /** The name that the image gets. */
    name: string;
    reference: Reference;
    /** @default https */
    scheme?: string;
    note?: (text: string) => void;
}

/** A registry that is there answers much sooner; one that isn't must not hold up the start. */
const patience = 5000;
/** For one layer. */
const layerPatience = 300_000;

const manifestTypes = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];

/** `docker.io/library/mysql:9.7.1` in its parts; Docker Hub's registry has a host of its own. */
export function parseReference(text: string): Reference {
    const match = /^([^/]+)\/(.+):([^:/]+)$/.exec(text);
    if (match === null) {
        throw new Error(`${text} is no image reference of the form HOST/REPOSITORY:TAG`);
    }
    const [, host = "", repository = "", tag = ""] = match;
    return { host: host === "docker.io" ? "registry-1.docker.io" : host, repository, tag };
}

/** Downloads an image into the folder, as one file in the OCI layout; returns the file's name. */
export async function pullImage(directory: string, options: PullOptions): Promise<string> {
    const registry = new Registry(options);
    const { tag } = options.reference;
    const index = await registry.manifest(tag);
    const chosen = index.content.manifests === undefined ? index : await choose(registry, index);
    const { config, layers = [] } = chosen.content;
    if (config === undefined) {
        throw new Error(`${registry.describe()} is no image`);
    }
    const blobs = join(directory, "blobs", "sha256");
    await mkdir(blobs, { recursive: true });
    await writeFile(join(blobs, hex(chosen.digest)), chosen.text);
    for (const [count, blob] of [config, ...layers].entries()) {
        options.note?.(`pulling part ${count + 1} of ${layers.length + 1}`);
        await registry.download(blob.digest, join(blobs, hex(blob.digest)));
    }
    await writeFile(join(directory, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
    await writeFile(
        join(directory, "index.json"),
        JSON.stringify(layoutIndex(chosen, options.name)),
    );
    return packArchive(directory, ["blobs", "index.json", "oci-layout"]);
}

interface FoundManifest {
    content: Manifest;
    text: Buffer;
    digest: string;
    mediaType: string;
}

async function choose(registry: Registry, index: FoundManifest): Promise<FoundManifest> {
    const architecture = goArchitecture();
    const descriptor = index.content.manifests?.find(
        ({ platform }) => platform?.os === "linux" && platform.architecture === architecture,
    );
    if (descriptor === undefined) {
        throw new Error(`${registry.describe()} is not made for ${architecture}`);
    }
    return registry.manifest(descriptor.digest);
}

function layoutIndex(manifest: FoundManifest, name: string): object {
    return {
        schemaVersion: 2,
        manifests: [
            {
                mediaType: manifest.mediaType,
                digest: manifest.digest,
                size: manifest.text.length,
                // By this containerd names what it imports.
                annotations: { "io.containerd.image.name": name },
            },
        ],
    };
}

class Registry {
    private token: string | undefined;

    constructor(private readonly options: PullOptions) {}

    describe(): string {
        const { host, repository, tag } = this.options.reference;
        return `${host}/${repository}:${tag}`;
    }

    async manifest(tagOrDigest: string): Promise<FoundManifest> {
        const accept = manifestTypes.join(", ");
        const response = await this.get(`manifests/${tagOrDigest}`, accept, patience);
        const text = Buffer.from(await response.arrayBuffer());
        const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
        if (tagOrDigest.startsWith("sha256:") && tagOrDigest !== digest) {
            throw new Error(`${this.describe()}: the manifest ${tagOrDigest} came damaged`);
        }
        const content = JSON.parse(text.toString("utf8")) as Manifest;
        const mediaType = content.mediaType ?? response.headers.get("content-type") ?? "";
        return { content, text, digest, mediaType };
    }

    async download(digest: string, file: string): Promise<void> {
        const response = await this.get(`blobs/${digest}`, "*/*", layerPatience);
        if (response.body === null) {
            throw new Error(`${this.describe()}: the part ${digest} came empty`);
        }
        const hash = createHash("sha256");
        const hashing = new Transform({
            transform(chunk: Buffer, _encoding, done) {
                hash.update(chunk);
                done(null, chunk);
            },
        });
        const body = Readable.fromWeb(response.body);
        await pipeline(body, hashing, createWriteStream(file));
        if (hash.digest("hex") !== hex(digest)) {
            throw new Error(`${this.describe()}: the part ${digest} came damaged`);
        }
    }

    private async get(path: string, accept: string, timeout: number): Promise<Response> {
        const { scheme = "https", reference } = this.options;
        const url = `${scheme}://${reference.host}/v2/${reference.repository}/${path}`;
        const request = () =>
            fetch(url, {
                headers: {
                    Accept: accept,
                    ...(this.token === undefined ? {} : { Authorization: `Bearer ${this.token}` }),
                },
                signal: AbortSignal.timeout(timeout),
            });
        let response = await request();
        if (response.status === 401 && this.token === undefined) {
            this.token = await fetchToken(response.headers.get("www-authenticate") ?? "");
            response = await request();
        }
        if (!response.ok) {
            throw new Error(`${this.describe()}: the registry answered ${response.status}`);
        }
        return response;
    }
}

/** Public registries hand out a token for reading to whoever asks. */
async function fetchToken(challenge: string): Promise<string> {
    const url = tokenUrl(challenge);
    const response = await fetch(url, { signal: AbortSignal.timeout(patience) });
    const answer = (await response.json()) as { token?: string; access_token?: string };
    const token = answer.token ?? answer.access_token;
    if (!response.ok || token === undefined) {
        throw new Error(`${new URL(url).host} gives no token (${response.status})`);
    }
    return token;
}

/** From `Bearer realm="https://...",service="...",scope="..."`. */
export function tokenUrl(challenge: string): string {
    const fields = [...challenge.matchAll(/(\w+)="([^"]*)"/g)];
    const realm = fields.find(([, key]) => key === "realm")?.[2];
    if (realm === undefined || !/^bearer /i.test(challenge)) {
        throw new Error("the registry wants a login");
    }
    const url = new URL(realm);
    for (const [, key = "", value = ""] of fields) {
        if (key !== "realm") {
            url.searchParams.set(key, value);
        }
    }
    return url.href;
}

// It becomes a file's name, so it has to be what it says.
function hex(digest: string): string {
    const match = /^sha256:([0-9a-f]{64})$/.exec(digest);
    if (match?.[1] === undefined) {
        throw new Error(`the registry names a part ${JSON.stringify(digest)}, which is no digest`);
    }
    return match[1];
}
