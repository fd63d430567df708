import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { utimes } from "node:fs/promises";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { run } from "../../sandbox/build/run";
import {
    goArchitecture,
    imageConfiguration,
    writeDockerArchive,
} from "../../sandbox/images/archive";
import { expandingClass } from "../../sandbox/expandingClass";
import { imageRecipes, recipesFor } from "../../sandbox/images/recipes";
import { parseReference, pullImage, tokenUrl } from "../../sandbox/images/registry";

let directory: string;

beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "sandbox-images-"));
});

afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
});

function folder(name: string): string {
    const path = join(directory, name);
    mkdirSync(path, { recursive: true });
    return path;
}

function digest(content: string | Buffer): string {
    return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

async function unpack(file: string): Promise<string> {
    const target = folder("unpacked");
    await run("tar", ["-xf", file, "-C", target]);
    return target;
}

describe("an image built here", () => {
    async function build(output: string, settings = { name: "sandbox.local/app:1" }) {
        const lower = folder("lower");
        mkdirSync(join(lower, "bin"), { recursive: true });
        mkdirSync(join(lower, "share", "doc", "app"), { recursive: true });
        writeFileSync(join(lower, "bin", "app"), "#!/bin/sh\n", { mode: 0o755 });
        writeFileSync(join(lower, "share", "doc", "app", "README"), "text");
        const upper = folder("upper");
        mkdirSync(join(upper, "share"), { recursive: true });
        writeFileSync(join(upper, "share", "doc"), "instead of the folder");
        const sources = [{ directory: lower, without: ["./share/doc"] }, { directory: upper }];
        const target = folder(output);
        return join(target, await writeDockerArchive(target, { sources }, settings));
    }

    it("holds one layer with both folders, less what was left out of the first", async () => {
        const unpacked = await unpack(await build("out"));
        const layer = await run("tar", ["-tf", join(unpacked, "layer.tar")]);
        assert.deepEqual(layer.trim().split("\n"), [
            "./",
            "./bin/",
            "./bin/app",
            "./share/",
            "./",
            "./share/",
            "./share/doc",
        ]);
    });

    it("names itself, its configuration and its layer as docker save does", async () => {
        const unpacked = await unpack(await build("out"));
        const manifest = JSON.parse(readFileSync(join(unpacked, "manifest.json"), "utf8")) as {
            Config: string;
        }[];
        const configuration = readFileSync(join(unpacked, manifest[0]?.Config ?? ""));
        assert.deepEqual(manifest, [
            {
                Config: `${digest(configuration).slice(7)}.json`,
                RepoTags: ["sandbox.local/app:1"],
                Layers: ["layer.tar"],
            },
        ]);
        assert.deepEqual(JSON.parse(configuration.toString()).rootfs, {
            type: "layers",
            diff_ids: [digest(readFileSync(join(unpacked, "layer.tar")))],
        });
    });

    it("has the same bytes, and so the same file name, whenever it is built", async () => {
        const first = await build("first");
        await utimes(join(directory, "lower", "bin", "app"), 1, 1);
        const second = await build("second");
        assert.deepEqual(readdirSync(folder("second")), readdirSync(folder("first")));
        assert.ok(readFileSync(first).equals(readFileSync(second)));
    });

    it("says what runs in it", () => {
        const configuration = imageConfiguration(
            { name: "x", environment: { PATH: "/bin" }, entrypoint: ["/app"], command: ["-v"] },
            "ab",
        );
        assert.deepEqual(configuration, {
            architecture: goArchitecture(),
            os: "linux",
            created: "1970-01-01T00:00:00.000Z",
            config: { Env: ["PATH=/bin"], Entrypoint: ["/app"], Cmd: ["-v"] },
            rootfs: { type: "layers", diff_ids: ["sha256:ab"] },
        });
    });
});

describe("the table of images", () => {
    it("gives each image a name of the sandbox and an official image with an exact tag", () => {
        for (const { name, official } of imageRecipes) {
            assert.match(name, /^sandbox\.local\/[a-z-]+:v?[0-9.]+$/);
            // What stands for no other image is only ever built.
            if (official !== undefined) {
                assert.match(parseReference(official).tag, /^v?\d+\.\d+(\.\d+)?(-slim)?$/);
            }
        }
    });

    it("keeps mysql to what the official image has for users and tools", () => {
        const mysql = imageRecipes.find(({ name }) => name === "sandbox.local/mysql:9.7");
        assert.ok(mysql?.content.kind === "debian");
        const passwd = mysql.content.files.find(({ path }) => path === "etc/passwd");
        assert.ok(passwd?.kind === "file");
        assert.match(passwd.content, /^mysql:x:999:999:/m);
        assert.ok(!mysql.content.without.includes("./usr/bin/mysqlbinlog"));
    });

    it("has the user node of the official image", () => {
        const node = imageRecipes.find(({ name }) => name === "sandbox.local/node:20");
        assert.ok(node?.content.kind === "debian");
        const passwd = node.content.files.find(({ path }) => path === "etc/passwd");
        assert.ok(passwd?.kind === "file");
        assert.match(passwd.content, /^node:x:1000:1000:/m);
    });
});

describe("the images of a sandbox", () => {
    const always = [
        "sandbox.local/pause:3.10",
        "sandbox.local/nfs-subdir-external-provisioner:v4.0.2",
        "sandbox.local/mysql:9.7",
        "sandbox.local/node:20",
    ];

    function names(settings: string): string[] {
        return recipesFor(settings).map(({ name }) => name);
    }

    it("are those of the stack that npm start brings up, and no example's", () => {
        assert.deepEqual(names(""), always);
        assert.deepEqual(
            names(readFileSync(join(__dirname, "../../Pulumi.sandbox.yaml"), "utf8")),
            always,
        );
    });

    it("are more for a stack that names a StorageClass with a provisioner of its own", () => {
        const settings = "config:\n    a:storageClassName: sandbox-expanding\n";
        assert.equal(expandingClass("config:\n    a:b: sandbox-expanding-not\n"), "");
        assert.deepEqual(names(expandingClass(settings)), [
            ...always,
            "sandbox.local/expanding-provisioner:1.0",
        ]);
    });

    it("are more for a stack whose settings name them", () => {
        assert.deepEqual(names("config:\n    a:image: sandbox.local/redis:8.0\n    b:c: 1\n"), [
            ...always,
            "sandbox.local/redis:8.0",
        ]);
        assert.deepEqual(names('config: { "a:image": "sandbox.local/nginx:1.26" }'), [
            ...always,
            "sandbox.local/nginx:1.26",
        ]);
    });
});

describe("a reference to an image", () => {
    it("is read in its parts", () => {
        assert.deepEqual(parseReference("registry.k8s.io/sig-storage/app:v4.0.2"), {
            host: "registry.k8s.io",
            repository: "sig-storage/app",
            tag: "v4.0.2",
        });
    });

    it("of Docker Hub is asked for at its registry", () => {
        assert.equal(parseReference("docker.io/library/mysql:9.7.1").host, "registry-1.docker.io");
    });

    it("without a tag is refused", () => {
        assert.throws(() => parseReference("docker.io/library/mysql"), /HOST\/REPOSITORY:TAG/);
    });
});

describe("a registry's challenge", () => {
    it("names where a token is had", () => {
        assert.equal(
            tokenUrl(
                'Bearer realm="https://auth.test/token",service="r",scope="repository:a:pull"',
            ),
            "https://auth.test/token?service=r&scope=repository%3Aa%3Apull",
        );
    });

    it("other than for a token is refused", () => {
        assert.throws(() => tokenUrl('Basic realm="x"'), /wants a login/);
    });
});

describe("a pull", () => {
    const layer = Buffer.from("a layer");
    const configuration = Buffer.from("{}");
    const manifest = JSON.stringify({
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: { digest: digest(configuration) },
        layers: [{ digest: digest(layer) }],
    });
    const index = JSON.stringify({
        manifests: [
            { digest: digest("other"), platform: { os: "linux", architecture: "s390x" } },
            { digest: digest(manifest), platform: { os: "linux", architecture: goArchitecture() } },
        ],
    });
    let server: Server;
    let content: Record<string, string | Buffer>;

    beforeEach(async () => {
        content = {
            "/v2/library/app/manifests/1.0": index,
            [`/v2/library/app/manifests/${digest(manifest)}`]: manifest,
            [`/v2/library/app/blobs/${digest(configuration)}`]: configuration,
            [`/v2/library/app/blobs/${digest(layer)}`]: layer,
        };
        server = createServer(answer);
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });

    afterEach(() => {
        server.close();
        server.closeAllConnections();
    });

    function host(): string {
        return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    function answer(request: IncomingMessage, response: ServerResponse): void {
        if (request.url?.startsWith("/token?scope=") === true) {
            response.end(JSON.stringify({ token: "secret" }));
        } else if (request.headers.authorization !== "Bearer secret") {
            const challenge = `Bearer realm="http://${host()}/token",scope="pull"`;
            response.writeHead(401, { "WWW-Authenticate": challenge }).end();
        } else {
            const found = content[request.url ?? ""];
            response.writeHead(found === undefined ? 404 : 200).end(found);
        }
    }

    function pull(tag = "1.0"): Promise<string> {
        const reference = { host: host(), repository: "library/app", tag };
        return pullImage(folder("out"), { name: "sandbox.local/app:1", reference, scheme: "http" });
    }

    it("fetches the image for this machine and gives it the sandbox's name", async () => {
        const unpacked = await unpack(join(directory, "out", await pull()));
        assert.deepEqual(
            readdirSync(join(unpacked, "blobs", "sha256")).sort(),
            [layer, configuration, manifest].map((part) => digest(part).slice(7)).sort(),
        );
        assert.deepEqual(JSON.parse(readFileSync(join(unpacked, "index.json"), "utf8")), {
            schemaVersion: 2,
            manifests: [
                {
                    mediaType: "application/vnd.oci.image.manifest.v1+json",
                    digest: digest(manifest),
                    size: manifest.length,
                    annotations: { "io.containerd.image.name": "sandbox.local/app:1" },
                },
            ],
        });
    });

    it("fails when the registry has no such image", async () => {
        await assert.rejects(pull("2.0"), /library\/app:2\.0: the registry answered 404/);
    });

    it("fails when a part is not what its digest says", async () => {
        content[`/v2/library/app/blobs/${digest(layer)}`] = "another layer";
        await assert.rejects(pull(), /came damaged/);
    });

    it("fails when the image is not made for this machine", async () => {
        content["/v2/library/app/manifests/1.0"] = JSON.stringify({ manifests: [] });
        await assert.rejects(pull(), /is not made for/);
    });

    it("takes no path for a digest", async () => {
        const escaping = JSON.stringify({ config: { digest: "sha256:../../etc/passwd" } });
        content["/v2/library/app/manifests/1.0"] = escaping;
        content["/v2/library/app/blobs/sha256:../../etc/passwd"] = "x";
        await assert.rejects(pull(), /which is no digest/);
    });
});
