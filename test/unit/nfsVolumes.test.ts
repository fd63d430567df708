import * as assert from "node:assert/strict";
import type { NfsVolume, NfsVolumesArgs } from "../../components/nfs/volumesArgs";
import { nfsVolumesProblems } from "../../components/nfs/volumesProblems";
import * as specs from "../../components/nfs/volumesSpecs";
import { refusedChanges } from "../../components/declared";
import { describeProblem } from "../../components/problem";

const small: NfsVolume = {
    name: "small",
    path: "/export/small",
    capacity: "1Gi",
    accessModes: ["ReadWriteOnce"],
};
const minimal: NfsVolumesArgs = { server: "10.0.0.5", volumes: [small] };

function problems(args: Partial<NfsVolumesArgs>): string[] {
    return nfsVolumesProblems({ ...minimal, ...args }).map((problem) => describeProblem(problem));
}

/** Problems of a list of one volume. */
function volumeProblems(volume: Partial<NfsVolume>): string[] {
    return problems({ volumes: [{ ...small, ...volume }] });
}

/** Problems of a list of two, the second with these fields in place of its own. */
function pairProblems(second: Partial<NfsVolume>, first: Partial<NfsVolume> = {}): string[] {
    const other = { ...small, name: "other", path: "/export/other" };
    return problems({
        volumes: [
            { ...small, ...first },
            { ...other, ...second },
        ],
    });
}

describe("A list of NFS volumes", () => {
    it("needs no more than a server and, for each volume, a name, a path, a size and modes", () => {
        assert.deepEqual(problems({}), []);
    });

    it("takes everything else it offers", () => {
        const args: Partial<NfsVolumesArgs> = {
            storageClassName: "static.nfs",
            createStorageClass: false,
            version: "3",
            mountOptions: ["noatime"],
            labels: { "example.com/tier": "gold" },
            protect: false,
            volumes: [
                {
                    ...small,
                    server: "nas.example.com",
                    accessModes: ["ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany"],
                    mountOptions: ["nconnect=4", "nfsvers=3"],
                    claimRef: { namespace: "shop", name: "data-web-0" },
                    labels: { rack: "r1" },
                },
            ],
        };
        assert.deepEqual(problems(args), []);
    });

    it("is refused when it is empty", () => {
        assert.deepEqual(problems({ volumes: [] }), ["volumes = []: give at least one volume"]);
    });

    it("is refused with a server, a version or a class name that can't be one", () => {
        const server =
            "give the NFS server's host name or IP address alone, such as nfs.example.com";
        assert.deepEqual(
            problems({
                server: "nas:/export",
                version: "5",
                storageClassName: "Static_NFS",
                labels: { "a b": "c" },
            }),
            [
                `server = "nas:/export": ${server}`,
                'version = "5": give one of 3, 4, 4.0, 4.1, 4.2',
                'storageClassName = "Static_NFS": give names of a-z, 0-9 and -, joined by dots, 253 characters at most',
                'labels.a b = "a b": give [prefix/]name, the name 1 to 63 of letters, digits, -, _ and .',
            ],
        );
        assert.deepEqual(volumeProblems({ server: "" }), [
            `volumes[0].server = (empty): ${server}`,
        ]);
    });

    for (const path of ["", "export/small", "./small", "/export/", "/export/../small", "/a b"]) {
        it(`refuses ${JSON.stringify(path)} as a directory`, () => {
            assert.deepEqual(volumeProblems({ path }), [
                `volumes[0].path = ${path === "" ? "(empty)" : JSON.stringify(path)}: give the exported directory as an absolute path without '..', spaces or a slash at its end, such as /srv/mysql`,
            ]);
        });
    }

    for (const [option, remedy] of [
        ["soft", "a soft mount drops writes when the server is slow"],
        ["nolock", "nolock keeps that lock on one node"],
        ["local_lock=all", "local_lock keeps that lock on one node"],
    ] as const) {
        it(`refuses the mount option ${option}, for all volumes and for one`, () => {
            const said = `remove it: MySQL's lock on its files is all that keeps two servers off one directory, and ${remedy}`;
            assert.deepEqual(problems({ mountOptions: ["noatime", option] }), [
                `mountOptions[1] = "${option}": ${said}`,
            ]);
            assert.deepEqual(volumeProblems({ mountOptions: [option] }), [
                `volumes[0].mountOptions[0] = "${option}": ${said}`,
            ]);
        });
    }

    it("refuses a mount option that doesn't agree with the version of all volumes", () => {
        assert.deepEqual(volumeProblems({ mountOptions: ["vers=3"] }), [
            'volumes[0].mountOptions[0] = "vers=3": remove it or make it agree with the NFS version 4.1',
        ]);
    });

    for (const capacity of ["", "0", "10 Gi", "-1Gi", "big"]) {
        it(`refuses ${JSON.stringify(capacity)} as a size`, () => {
            assert.deepEqual(volumeProblems({ capacity }), [
                `volumes[0].capacity = ${capacity === "" ? "(empty)" : JSON.stringify(capacity)}: give a Kubernetes quantity above 0, such as 10Gi`,
            ]);
        });
    }

    it("refuses a volume without a mode, with one twice, and with one that NFS has not", () => {
        assert.deepEqual(volumeProblems({ accessModes: [] }), [
            "volumes[0].accessModes = []: give at least one access mode",
        ]);
        assert.deepEqual(
            volumeProblems({
                accessModes: [
                    "ReadWriteOnce",
                    "ReadWriteOnce",
                    "ReadWriteOncePod" as "ReadWriteOnce",
                ],
            }),
            [
                'volumes[0].accessModes[1] = "ReadWriteOnce": give each mode once',
                'volumes[0].accessModes[2] = "ReadWriteOncePod": give one of ReadWriteOnce, ReadWriteMany, ReadOnlyMany',
            ],
        );
    });

    it("refuses a name that is no DNS label, and one given twice", () => {
        assert.deepEqual(volumeProblems({ name: "Small.1" }), [
            'volumes[0].name = "Small.1": give 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or a digit',
        ]);
        assert.deepEqual(pairProblems({ name: "small" }), [
            'volumes[1].name = "small": give each volume a name of its own',
        ]);
    });

    const shared =
        "give each volume a directory of its own: volume small has /export/small, and two claims would write into one directory";
    for (const path of ["/export/small", "/export/small/below", "/export", "/"]) {
        it(`refuses ${path} beside /export/small of the same server`, () => {
            assert.deepEqual(pairProblems({ path }), [
                `volumes[1].path = ${JSON.stringify(path)}: ${shared}`,
            ]);
        });
    }

    it("compares servers as they are reached, by name in any case or by default", () => {
        assert.deepEqual(pairProblems({ path: "/export/small", server: "10.0.0.5" }), [
            `volumes[1].path = "/export/small": ${shared}`,
        ]);
        assert.deepEqual(
            pairProblems({ path: "/export/small", server: "nas" }, { server: "NAS" }).length,
            1,
        );
        assert.deepEqual(pairProblems({ path: "/export/small", server: "10.0.0.6" }), []);
    });

    it("takes directories whose names only begin alike", () => {
        assert.deepEqual(pairProblems({ path: "/export/small-2" }), []);
    });

    it("refuses a claim that can't be one, and one that two volumes are reserved for", () => {
        const claimRef = { namespace: "shop", name: "data-web-0" };
        assert.deepEqual(volumeProblems({ claimRef: { namespace: "a.b", name: "data_0" } }), [
            'volumes[0].claimRef.namespace = "a.b": give 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or a digit',
            'volumes[0].claimRef.name = "data_0": give names of a-z, 0-9 and -, joined by dots, 253 characters at most',
        ]);
        assert.deepEqual(pairProblems({ claimRef: { ...claimRef } }, { claimRef }), [
            'volumes[1].claimRef = {"namespace":"shop","name":"data-web-0"}: reserve one volume for a claim: volume small is for it already',
        ]);
        assert.deepEqual(
            pairProblems({ claimRef: { ...claimRef, namespace: "test" } }, { claimRef }),
            [],
        );
    });

    it("refuses labels of a volume that can't be labels", () => {
        assert.deepEqual(volumeProblems({ labels: { rack: "r 1" } }), [
            'volumes[0].labels.rack = "r 1": give at most 63 of letters, digits, -, _ and ., beginning and ending with a letter or a digit',
        ]);
    });

    it("tells everything that is wrong at once", () => {
        assert.equal(
            problems({
                server: "",
                volumes: [{ name: "", path: "x", capacity: "y", accessModes: [] }],
            }).length,
            5,
        );
    });
});

describe("The spec of an NFS volume", () => {
    const specOf = (volume: Partial<NfsVolume>, args: Partial<NfsVolumesArgs> = {}) =>
        specs.volumeSpec({ ...minimal, ...args }, { ...small, ...volume }, "static");

    it("keeps the data and waits for a slow server", () => {
        assert.deepEqual(specOf({}), {
            capacity: { storage: "1Gi" },
            accessModes: ["ReadWriteOnce"],
            persistentVolumeReclaimPolicy: "Retain",
            storageClassName: "static",
            mountOptions: ["hard", "nfsvers=4.1"],
            claimRef: undefined,
            nfs: { server: "10.0.0.5", path: "/export/small" },
        });
    });

    it("takes a volume's own server, mount options and claim", () => {
        const claimRef = { namespace: "shop", name: "data-web-0" };
        const spec = specOf(
            { server: "nas", mountOptions: ["nconnect=4"], claimRef },
            { version: "4.2", mountOptions: ["noatime"] },
        );
        assert.deepEqual(spec.nfs, { server: "nas", path: "/export/small" });
        assert.deepEqual(spec.mountOptions, ["hard", "nfsvers=4.2", "nconnect=4"]);
        assert.deepEqual(spec.claimRef, claimRef);
    });

    it("is mounted read-only when that is all it is for, and else not", () => {
        assert.deepEqual(
            specOf({ accessModes: ["ReadOnlyMany"] }, { mountOptions: ["noatime"] }).mountOptions,
            ["hard", "nfsvers=4.1", "noatime", "ro"],
        );
        assert.deepEqual(specOf({ accessModes: ["ReadOnlyMany", "ReadWriteOnce"] }).mountOptions, [
            "hard",
            "nfsvers=4.1",
        ]);
    });
});

describe("The name that a list of NFS volumes goes by", () => {
    it("tells apart what reads alike", () => {
        const names = [
            specs.volumesName("volumes", "shop", "dev"),
            specs.volumesName("volumes", "shop", "prod"),
            specs.volumesName("volumes", "shop-dev", "eu"),
            specs.volumesName("volumes", "shop", "dev-eu"),
            specs.volumesName("volumes-shop", "dev", "eu"),
        ];
        assert.equal(new Set(names).size, names.length);
        assert.equal(names[0], "volumes-shop-dev-835483b3");
    });

    it("is never longer than a label may be", () => {
        const name = specs.volumesName("v".repeat(40), "p".repeat(40), "s".repeat(40));
        assert.equal(name.length, 63);
    });
});

describe("A change to volumes that exist", () => {
    const declared = specs.declaredOfVolume(minimal, small);

    it("is refused when it would point one elsewhere, with what to do instead", () => {
        const after = specs.declaredOfVolume(
            { ...minimal, server: "10.0.0.6" },
            { ...small, path: "/export/new" },
        );
        const remedy =
            "bring the old value back: Kubernetes can't point a volume at another directory. Add a volume of another name for that one";
        assert.deepEqual(
            refusedChanges(declared, after, specs.judgeVolumeChange).map((problem) =>
                describeProblem(problem),
            ),
            [
                `volumes.small.path = "/export/new": it is "/export/small" now; ${remedy}`,
                `volumes.small.server = "10.0.0.6": it is "10.0.0.5" now; ${remedy}`,
            ],
        );
    });

    it("may be anything else, and the server may be said in either place", () => {
        assert.deepEqual(
            specs.declaredOfVolume(
                { ...minimal, server: "nas", version: "3", labels: { a: "b" } },
                {
                    ...small,
                    server: "10.0.0.5",
                    capacity: "5Gi",
                    accessModes: ["ReadWriteMany"],
                    mountOptions: ["noatime"],
                    claimRef: { namespace: "shop", name: "data-web-0" },
                },
            ),
            declared,
        );
    });

    it("is refused when it would give all of them another class", () => {
        assert.deepEqual(
            refusedChanges(
                { storageClassName: "old" },
                { storageClassName: "new" },
                specs.judgeVolumesClassChange,
            ).map((problem) => describeProblem(problem)),
            [
                'storageClassName = "new": it is "old" now; bring the old value back: the claims bound to these volumes keep their class. Add another NfsVolumes for the new one',
            ],
        );
    });
});
