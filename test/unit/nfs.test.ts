import * as assert from "node:assert/strict";
import type { NfsProvisionerArgs, NfsStorageClass } from "../../components/nfs/args";
import { mountOptions } from "../../components/nfs/args";
import { nfsProblems } from "../../components/nfs/problems";
import * as specs from "../../components/nfs/specs";
import { describeProblem } from "../../components/problem";

const minimal: NfsProvisionerArgs = { server: "10.0.0.5", path: "/export" };

function problems(args: Partial<NfsProvisionerArgs>): string[] {
    return nfsProblems({ ...minimal, ...args }).map((problem) => describeProblem(problem));
}

function classProblems(each: Partial<NfsStorageClass>): string[] {
    return problems({ classes: [{ name: "nfs", ...each }] });
}

describe("NFS arguments", () => {
    it("need no more than a server and a path", () => {
        assert.deepEqual(problems({}), []);
    });

    for (const server of ["nfs", "nfs.example.com", "NAS1", "10.0.0.5", "fd00::5"]) {
        it(`take ${server} as a server`, () => {
            assert.deepEqual(problems({ server }), []);
        });
    }

    for (const server of [
        "",
        "10.0.0.256",
        "10.0.0.5:/export",
        "nfs://nas",
        "nas_1",
        "a b",
        "-a",
    ]) {
        it(`refuse ${JSON.stringify(server)} as a server`, () => {
            assert.deepEqual(problems({ server }), [
                `server = ${server === "" ? "(empty)" : JSON.stringify(server)}: give the NFS server's host name or IP address alone, such as nfs.example.com`,
            ]);
        });
    }

    for (const path of ["/", "/export", "/srv/my-sql/data_1.2"]) {
        it(`take ${path} as a path`, () => {
            assert.deepEqual(problems({ path }), []);
        });
    }

    for (const path of [
        "",
        "export",
        "./export",
        "/export/",
        "/a/../b",
        "/a//b",
        "/a/./b",
        "/a b",
    ]) {
        it(`refuse ${JSON.stringify(path)} as a path`, () => {
            assert.deepEqual(problems({ path }), [
                `path = ${path === "" ? "(empty)" : JSON.stringify(path)}: give the exported directory as an absolute path without '..', spaces or a slash at its end, such as /srv/mysql`,
            ]);
        });
    }

    for (const version of ["3", "4", "4.0", "4.1", "4.2"]) {
        it(`take NFS version ${version}`, () => {
            assert.deepEqual(problems({ version, mountOptions: [`vers=${version}`] }), []);
        });
    }

    it("refuse other versions", () => {
        assert.deepEqual(problems({ version: "5" }), [
            'version = "5": give one of 3, 4, 4.0, 4.1, 4.2',
        ]);
    });

    const lock = "MySQL's lock on its files is all that keeps two servers off one directory";
    for (const [option, remedy] of [
        ["soft", `remove it: ${lock}, and a soft mount drops writes when the server is slow`],
        ["softerr", `remove it: ${lock}, and a soft mount drops writes when the server is slow`],
        ["nolock", `remove it: ${lock}, and nolock keeps that lock on one node`],
        ["local_lock=all", `remove it: ${lock}, and local_lock keeps that lock on one node`],
        ["local_lock=flock", `remove it: ${lock}, and local_lock keeps that lock on one node`],
        ["ro", "remove it: volumes must be writable"],
        ["bg", "remove it: a Pod must not start before its volume is mounted"],
        ["minorversion=1", "remove it and set the NFS version instead"],
        ["nfsvers=3", "remove it or make it agree with the NFS version 4.1"],
        ["vers=4.2", "remove it or make it agree with the NFS version 4.1"],
        ["v3", "remove it or make it agree with the NFS version 4.1"],
        ["hard,nolock", "give one mount option a list item, such as noatime or rsize=1048576"],
        ["", "give one mount option a list item, such as noatime or rsize=1048576"],
    ] as const) {
        it(`refuse the mount option ${JSON.stringify(option)}, of the export and of a class`, () => {
            const value = option === "" ? "(empty)" : JSON.stringify(option);
            assert.deepEqual(problems({ mountOptions: ["noatime", option] }), [
                `mountOptions[1] = ${value}: ${remedy}`,
            ]);
            assert.deepEqual(classProblems({ mountOptions: [option] }), [
                `classes[0].mountOptions[0] = ${value}: ${remedy}`,
            ]);
        });
    }

    it("take harmless mount options", () => {
        const harmless = ["hard", "noatime", "rsize=1048576", "nconnect=4", "local_lock=none"];
        assert.deepEqual(problems({ mountOptions: harmless }), []);
    });

    it("always mount hard, in the version asked for, each option once", () => {
        assert.deepEqual(mountOptions("4.2", []), ["hard", "nfsvers=4.2"]);
        assert.deepEqual(mountOptions("3", ["noatime", "hard", "nfsvers=3"]), [
            "hard",
            "nfsvers=3",
            "noatime",
        ]);
    });

    it("take a path pattern that tells claims apart", () => {
        const pathPattern = "${.PVC.namespace}/${.PVC.labels.app.kubernetes.io/name}_${.PVC.name}";
        assert.deepEqual(classProblems({ pathPattern }), []);
    });

    const both =
        "put ${.PVC.namespace} and ${.PVC.name} into it: without both, two claims share a directory";
    const apart =
        "put _ or / between the parts, such as ${.PVC.namespace}_${.PVC.name}: names can hold whatever else joins them, and two claims could share a directory";
    const plain = "give a relative path of letters, digits, '-', '_', '.' and '/' without '..'";
    for (const [pathPattern, remedy] of [
        ["data", both],
        ["${.PVC.name}", both],
        ["${.PVC.namespace}", both],
        [
            "${.PVC.namespace}-${.PVC.name}-${.PVC.annotations.dir}",
            "remove ${.PVC.annotations.dir}: an annotation can hold .. and lead out of the export",
        ],
        [
            "${.PVC.namespace}-${.PVC.name}-${.PVC.uid}",
            "use ${.PVC.name}, ${.PVC.namespace} and ${.PVC.labels.KEY} in place of ${.PVC.uid}",
        ],
        ["../${.PVC.namespace}_${.PVC.name}", plain],
        ["/${.PVC.namespace}_${.PVC.name}", plain],
        ["${.PVC.namespace} ${.PVC.name}", plain],
        ["${.PVC.namespace}-${.PVC.name}", apart],
        ["${.PVC.namespace}${.PVC.name}", apart],
        ["${.PVC.namespace}_${.PVC.labels.app}.${.PVC.name}", apart],
    ] as const) {
        it(`refuse the path pattern ${pathPattern}`, () => {
            assert.deepEqual(classProblems({ pathPattern }), [
                `classes[0].pathPattern = ${JSON.stringify(pathPattern)}: ${remedy}`,
            ]);
        });
    }

    it("refuse to delete or archive what isn't at the top of the export", () => {
        const pathPattern = "${.PVC.namespace}/${.PVC.name}";
        assert.deepEqual(classProblems({ pathPattern, reclaimPolicy: "Delete" }), [
            "classes[0].pathPattern = \"${.PVC.namespace}/${.PVC.name}\": take the '/' out, set onDelete to retain or reclaimPolicy to Retain: the provisioner can't delete or archive a directory that isn't at the top of the export",
        ]);
        assert.equal(
            classProblems({ pathPattern, reclaimPolicy: "Delete", archiveOnDelete: true }).length,
            1,
        );
        assert.deepEqual(
            classProblems({ pathPattern, reclaimPolicy: "Delete", onDelete: "retain" }),
            [],
        );
    });

    it("refuse classes without a name, of one name, and two defaults", () => {
        assert.deepEqual(problems({ classes: [] }), [
            "classes = []: give at least one class, or leave the list out",
        ]);
        assert.deepEqual(
            problems({
                classes: [
                    { name: "a", isDefault: true },
                    { name: "a", isDefault: true },
                    { name: "A_" },
                ],
            }),
            [
                'classes[2].name = "A_": give names of a-z, 0-9 and -, joined by dots, 253 characters at most',
                'classes[1].name = "a": give each class a name of its own',
                "classes[1].isDefault = true: make at most one class the default",
            ],
        );
    });

    it("keep replicas and ids within their bounds", () => {
        for (const replicas of [1, 5]) {
            assert.deepEqual(problems({ replicas }), []);
        }
        for (const replicas of [0, 6, 1.5, NaN]) {
            assert.equal(problems({ replicas }).length, 1);
        }
        assert.deepEqual(problems({ runAsUser: 0, runAsGroup: -1 }), [
            "runAsUser = 0: give a whole number from 1 to 4294967294",
            "runAsGroup = -1: give a whole number from 1 to 4294967294",
        ]);
    });

    it("refuse an image without a tag", () => {
        assert.deepEqual(problems({ image: "registry.example.com:5000/provisioner" }), [
            'image = "registry.example.com:5000/provisioner": give an image with an exact tag or digest, such as registry.example.com/mysql:9.7.1',
        ]);
    });
});

describe("The name of a provisioner", () => {
    const name = (args: Partial<NfsProvisionerArgs>) =>
        specs.provisionerName("nfs-a-dev", { ...minimal, ...args });

    it("is that of its export, however it is mounted and whatever classes it has", () => {
        assert.equal(name({}), "mysql-nfs/nfs-a-dev-1aad12cf");
        assert.equal(name({ version: "3", mountOptions: ["noatime"], replicas: 2 }), name({}));
        assert.notEqual(name({ server: "10.0.0.6" }), name({}));
        assert.notEqual(name({ path: "/export2" }), name({}));
    });
});

describe("A change to a class in use", () => {
    it("is refused with what to do instead", () => {
        assert.equal(
            specs.judgeClassChange({ field: "server" }),
            "bring the old value back: volumes that exist stay on the export they were made on. To move, set up a stack on the new export and copy the data",
        );
        assert.equal(
            specs.judgeClassChange({ field: "classes[0].reclaimPolicy" }),
            "bring the old value back: Kubernetes can't change this of a StorageClass. Add a class of another name for new volumes; those that exist keep what they were made with",
        );
    });

    it("is seen in every field that Kubernetes can't change, and in no other", () => {
        const of = (each: Partial<NfsStorageClass>, args: Partial<NfsProvisionerArgs> = {}) =>
            specs.declaredOfClass({ name: "nfs", ...each }, 0, { ...minimal, ...args });
        assert.deepEqual(
            of({ mountOptions: ["noatime"], isDefault: true }, { version: "3" }),
            of({}),
        );
        for (const change of [
            of({ reclaimPolicy: "Delete" }),
            of({ archiveOnDelete: false }),
            of({ onDelete: "retain" }),
            of({ pathPattern: "x" }),
            of({}, { server: "other" }),
            of({}, { path: "/other" }),
        ]) {
            assert.notDeepEqual(change, of({}));
        }
    });
});
