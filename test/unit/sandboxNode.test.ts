import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { assertInstanceName, uplinkOf } from "../../sandbox/node/addresses";
import { serverNames } from "../../sandbox/node/certificates";
import { isNodeReady } from "../../sandbox/node/checks";
import { components } from "../../sandbox/node/components";
import { exportsTable, renderConfiguration } from "../../sandbox/node/configuration";
import { isListeningInit } from "../../sandbox/node/containers";
import { missingImages } from "../../sandbox/node/images";
import { generationOf } from "../../sandbox/node/nodeProcess";
import { nodeSpec } from "../../sandbox/node/nodeSpec";
import { assertMachine } from "../../sandbox/node/preflight";
import { describeStatus } from "../../sandbox/node/status";

describe("a sandbox's name", () => {
    it("is refused when it couldn't name a folder and a cgroup", () => {
        for (const name of ["", "Upper", "-a", "a-", "a/b", "..", "a".repeat(33)]) {
            assert.throws(() => {
                assertInstanceName(name);
            }, /^Error: MYSQL_NFS_SANDBOX ".*": a sandbox's name has 1 to 32 lower-case letters/);
        }
        assertInstanceName("default");
        assertInstanceName("a".repeat(32));
    });

    it("decides the uplink's addresses, two of one /30 in the range for bench tests", () => {
        const uplink = uplinkOf("default");
        assert.deepEqual(uplink, uplinkOf("default"));
        const bytes = (address: string) => address.split(".").map(Number);
        const [a = 0, b = 0, c, d = 0] = bytes(uplink.machineAddress);
        assert.equal(a, 198);
        assert.equal(b === 18 || b === 19, true);
        assert.equal(d % 4, 1);
        assert.deepEqual(bytes(uplink.nodeAddress), [a, b, c, d + 1]);
    });

    it("decides the link's name, which fits Linux's 15 characters", () => {
        const names = ["default", "test", "a".repeat(32)].map((name) => uplinkOf(name).linkName);
        assert.equal(new Set(names).size, 3);
        assert.equal(
            names.every((name) => /^mynfs-[0-9a-f]{8}$/.test(name)),
            true,
        );
    });

    it("keeps the cgroups of two sandboxes apart", () => {
        assert.notEqual(nodeSpec("one").cgroup, nodeSpec("two").cgroup);
    });
});

describe("the node's configuration", () => {
    const node = nodeSpec("default");
    const files = renderConfiguration(node);

    it("has every file that a component is told to read", () => {
        const named = components(node)
            .flatMap(({ command }) => command)
            .flatMap((word) => /=\/etc\/mysql-nfs\/([^/]+)$/.exec(word)?.[1] ?? []);
        assert.deepEqual(
            [...new Set(named)].filter((name) => !(name in files)),
            [],
        );
    });

    it("never evicts Pods or images for a full disk of the machine", () => {
        const kubelet = JSON.parse(files["kubelet.yaml"] ?? "") as Record<string, unknown>;
        assert.equal(kubelet.imageGCHighThresholdPercent, 100);
        assert.deepEqual(kubelet.evictionHard, {
            "imagefs.available": "0%",
            "nodefs.available": "0%",
            "nodefs.inodesFree": "0%",
        });
    });

    it("lets the API server be called from the node, from Pods and from the machine", () => {
        assert.equal(
            serverNames(node),
            "DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc," +
                "DNS:kubernetes.default.svc.cluster.local,IP:127.0.0.1,IP:10.88.0.1," +
                `IP:10.96.0.1,IP:${node.uplink.nodeAddress}`,
        );
    });

    it("exports two directories, the second by another server too", () => {
        assert.equal(
            exportsTable(),
            "10.88.0.1 /export /exports/export\n10.88.0.1 /export2 /exports/export2\n" +
                "nfs2.sandbox.local /export /exports/export2\n",
        );
    });
});

describe("the stand-in mount.nfs", () => {
    let directory: string;

    before(() => {
        directory = mkdtempSync(join(tmpdir(), "mount-nfs-"));
        mkdirSync(join(directory, "one", "sub"), { recursive: true });
        mkdirSync(join(directory, "two"));
        mkdirSync(join(directory, "target"));
        writeFileSync(
            join(directory, "exports"),
            `10.88.0.1 /export ${directory}/one\n10.88.0.1 /export2 ${directory}/two\n`,
        );
    });

    after(() => {
        rmSync(directory, { recursive: true });
    });

    // -f does everything but the mount, -v says what it would be.
    const mount = (source: string, ...options: string[]) => {
        const script = join(__dirname, "..", "..", "sandbox", "node", "mountNfs.sh");
        const target = join(directory, "target");
        const { status, stdout, stderr } = spawnSync(script, [source, target, "-fv", ...options], {
            encoding: "utf8",
            env: { ...process.env, MOUNT_NFS_EXPORTS: join(directory, "exports") },
        });
        return { status, text: (stdout + stderr).trim().replaceAll(directory, "") };
    };
    const bound = (source: string, from: string) => ({
        status: 0,
        text: `mount.nfs: ${source} bound from ${from} on /target`,
    });

    it("finds the export that the path names", () => {
        assert.deepEqual(mount("10.88.0.1:/export"), bound("10.88.0.1:/export", "/one"));
        assert.deepEqual(mount("10.88.0.1:/export2"), bound("10.88.0.1:/export2", "/two"));
        assert.deepEqual(mount("10.88.0.1:/export/"), bound("10.88.0.1:/export/", "/one/"));
    });

    it("finds a directory below an export", () => {
        assert.deepEqual(
            mount("10.88.0.1:/export/sub"),
            bound("10.88.0.1:/export/sub", "/one/sub"),
        );
    });

    it("takes the options of nfs(5)", () => {
        const options = "hard,nfsvers=4.1,timeo=600,retrans=2,noresvport,ro,_netdev";
        assert.equal(mount("10.88.0.1:/export", "-o", options).status, 0);
        assert.equal(mount("10.88.0.1:/export", `-o${options}`, "-s", "-n").status, 0);
    });

    it("refuses what the real one refuses, in its words and with its code", () => {
        const refused: [string, string[], string][] = [
            [
                "10.88.0.1:/none",
                [],
                "mounting 10.88.0.1:/none failed, reason given by server: No such file or directory",
            ],
            [
                "10.88.0.1:/exporting",
                [],
                "mounting 10.88.0.1:/exporting failed, reason given by server: No such file or directory",
            ],
            [
                "10.88.0.1:/export/none",
                [],
                "mounting 10.88.0.1:/export/none failed, reason given by server: No such file or directory",
            ],
            [
                "10.88.0.1:/export/../two",
                [],
                "mounting 10.88.0.1:/export/../two failed, reason given by server: No such file or directory",
            ],
            ["10.88.0.2:/export", [], "No route to host for 10.88.0.2:/export on /target"],
            [
                "nfs.test:/export",
                [],
                "Failed to resolve server nfs.test: Name or service not known",
            ],
            ["/export", [], "remote share not in 'host:dir' format"],
            ["10.88.0.1:export", [], "remote share not in 'host:dir' format"],
            [
                "10.88.0.1:/export",
                ["-o", "hard,bogus"],
                "an incorrect mount option was specified for /target",
            ],
            [
                "10.88.0.1:/export",
                ["-o", "nfsvers"],
                "an incorrect mount option was specified for /target",
            ],
        ];
        for (const [source, options, message] of refused) {
            assert.deepEqual(mount(source, ...options), {
                status: 32,
                text: `mount.nfs: ${message}`,
            });
        }
    });
});

describe("the node's readiness", () => {
    const body = (status: string, time: string) =>
        JSON.stringify({
            status: { conditions: [{ type: "Ready", status, lastHeartbeatTime: time }] },
        });
    const startedAt = Date.parse("2026-01-02T03:04:05.900Z");

    it("counts only when the kubelet that runs now has reported it", () => {
        assert.equal(isNodeReady(body("True", "2026-01-02T03:04:05Z"), startedAt), true);
        assert.equal(isNodeReady(body("True", "2026-01-02T03:04:04Z"), startedAt), false);
        assert.equal(isNodeReady(body("False", "2026-01-02T03:04:06Z"), startedAt), false);
        assert.equal(isNodeReady(body("True", "2026-01-02T03:04:06Z"), 0), false);
        assert.equal(isNodeReady("{}", startedAt), false);
    });

    it("is told with what has ended since the start", () => {
        assert.deepEqual(describeStatus(undefined), ["it is starting"]);
        assert.deepEqual(
            describeStatus({
                ready: false,
                stopping: false,
                waitingFor: ["cluster DNS"],
                components: {
                    etcd: { pid: 7, restarts: 0 },
                    coredns: { restarts: 2, lastExit: "T SIGKILL" },
                },
            }),
            [
                "it is not ready, waiting for cluster DNS",
                "coredns is down; ended 2 times, last T SIGKILL",
            ],
        );
    });
});

describe("the node's processes", () => {
    it("are found by the state directory and generation that process 1 was started with", () => {
        const words = ["bash", "/repo/sandbox/node/init.sh", "/state/one", "abc", ""];
        assert.equal(generationOf(words, "/state/one"), "abc");
        assert.equal(generationOf(words, "/state/two"), undefined);
        assert.equal(generationOf(["unshare", "--fork", ...words], "/state/one"), undefined);
    });

    it("asks only those containers to end that can hear it", () => {
        const status = (numbers: string, caught: string) =>
            `Name:\tx\nNSpid:\t${numbers}\nSigCgt:\t${caught}\n`;
        assert.equal(isListeningInit(status("41\t1", "0000000000004000")), true);
        assert.equal(isListeningInit(status("41\t1", "0000000000000000")), false);
        assert.equal(isListeningInit(status("41\t12", "0000000000004000")), false);
        assert.equal(isListeningInit(status("1", "0000000000004000")), false);
        assert.equal(isListeningInit(""), false);
    });
});

describe("the node's images", () => {
    it("are imported when they are absent or come from another archive now", () => {
        const images = ["a", "b", "c"].map((name) => ({ name, archive: `/cache/${name}-2` }));
        const imported = { a: "/cache/a-2", b: "/cache/b-1", c: "/cache/c-2" };
        assert.deepEqual(
            missingImages(images, imported, new Set(["a", "b"])).map(({ name }) => name),
            ["b", "c"],
        );
    });
});

describe("a machine that can't run the node", () => {
    it("is told what is missing and what else works", () => {
        assert.throws(
            () => {
                assertMachine("darwin", 0);
            },
            {
                message:
                    "the sandbox's node needs Linux, this is darwin. " +
                    "Or use a cluster you have: npm start -- --context NAME",
            },
        );
        assert.throws(() => {
            assertMachine("linux", 1000);
        }, /needs root for namespaces and mounts/);
    });
});
