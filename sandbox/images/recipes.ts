import { join } from "node:path";
import type { DebianTreeOptions } from "../build/debian";
import type { GoTool } from "../build/goTools";

/** One image of the sandbox, and how it is had. */
export interface ImageRecipe {
    /** As Pods on the sandbox name it. */
    name: string;
    /** The image of a registry that it stands for. */
    official: string;
    /** How it is built where no registry answers. */
    content: DebianContent | GoContent;
    environment?: Record<string, string>;
    entrypoint?: string[];
    command?: string[];
}

/** Debian packages, less what a server in a container never reads. */
export interface DebianContent {
    kind: "debian";
    tree: Omit<DebianTreeOptions, "progress">;
    /** The package whose version tells what is in the image. */
    mainPackage: string;
    /** Left out of the image: paths of the tree, with shell wildcards. */
    without: string[];
    files: ExtraFile[];
}

/** A static program and nothing else. */
export interface GoContent {
    kind: "go";
    tool: GoTool;
    /** The program among the tool's, and where it goes. */
    program: string;
    path: string;
}

/** What maintainer scripts would have made. */
export type ExtraFile =
    | { kind: "file"; path: string; content: string }
    | { kind: "link"; path: string; target: string }
    | { kind: "directory"; path: string; mode: number; owner: number };

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The official image has user and group mysql under this number. */
const mysqlUser = 999;

const documentation = ["bug", "doc", "info", "lintian", "locale", "man"].map(
    (name) => `./usr/share/${name}`,
);

// mysql-server-core wants perl for mysqldumpslow, which is left out as well.
const perl = [
    "./usr/bin/perl*",
    "./usr/lib/*/libperl.so*",
    "./usr/lib/*/perl*",
    "./usr/share/perl*",
];

// As in the official image, but for mysqlbinlog, which that lacks.
const mysqlTools = [
    "ibd2sdi",
    "innochecksum",
    "myisam*",
    "mysql_migrate_keyring",
    "mysql_secure_installation",
    "mysqlcheck",
    "mysqld_multi",
    "mysqld_safe",
    "mysqldumpslow",
    "mysqlimport",
    "mysqlshow",
    "mysqlslap",
    "perror",
].map((name) => `./usr/bin/${name}`);

const mysqlClientPlugins = ["kerberos", "oci", "openid_connect", "webauthn"].map(
    (name) => `./usr/lib/mysql/plugin/authentication_${name}_client.so`,
);

const mysql: ImageRecipe = {
    name: "sandbox.local/mysql:9.7",
    official: "docker.io/library/mysql:9.7.1",
    content: {
        kind: "debian",
        tree: {
            name: "mysql",
            suite: "sid",
            packages: [
                "base-files",
                "bash",
                "coreutils",
                "mysql-client-core",
                "mysql-server-core",
                "openssl",
            ],
        },
        mainPackage: "mysql-server-core",
        without: [
            ...documentation,
            ...perl,
            ...mysqlTools,
            ...mysqlClientPlugins,
            "./usr/lib/*/gconv",
            "./usr/lib/mysql/plugin/*telemetry*",
            "./var/cache/*",
            "./var/lock",
            "./var/run",
        ],
        files: [
            {
                kind: "file",
                path: "etc/passwd",
                content: lines(
                    "root:x:0:0:root:/root:/bin/bash",
                    `mysql:x:${mysqlUser}:${mysqlUser}:mysql:/var/lib/mysql:/usr/sbin/nologin`,
                    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
                ),
            },
            {
                kind: "file",
                path: "etc/group",
                content: lines("root:x:0:", `mysql:x:${mysqlUser}:`, "nogroup:x:65534:"),
            },
            { kind: "file", path: "etc/nsswitch.conf", content: lines("hosts: files dns") },
            { kind: "link", path: "usr/bin/sh", target: "bash" },
            { kind: "link", path: "var/run", target: "/run" },
            { kind: "link", path: "var/lock", target: "/run/lock" },
            { kind: "directory", path: "etc/mysql/conf.d", mode: 0o755, owner: 0 },
            { kind: "directory", path: "run/mysqld", mode: 0o1777, owner: mysqlUser },
            { kind: "directory", path: "var/lib/mysql", mode: 0o1777, owner: mysqlUser },
        ],
    },
    environment: { PATH: defaultPath },
    command: ["mysqld"],
};

const provisioner: ImageRecipe = {
    name: "sandbox.local/nfs-subdir-external-provisioner:v4.0.2",
    official: "registry.k8s.io/sig-storage/nfs-subdir-external-provisioner:v4.0.2",
    content: {
        kind: "go",
        tool: {
            name: "provisioner",
            directory: join(__dirname, "..", "provisioner"),
            packages: ["."],
        },
        program: "provisioner",
        path: "app/main",
    },
    environment: { PATH: defaultPath },
    entrypoint: ["/app/main"],
};

const pause: ImageRecipe = {
    name: "sandbox.local/pause:3.10",
    official: "registry.k8s.io/pause:3.10",
    content: {
        kind: "go",
        tool: { name: "pause", directory: join(__dirname, "pause"), packages: ["."] },
        program: "pause",
        path: "pause",
    },
    environment: { PATH: defaultPath },
    entrypoint: ["/pause"],
};

/** Every image the sandbox has; a further one is a further row. */
export const imageRecipes: ImageRecipe[] = [pause, provisioner, mysql];

function lines(...each: string[]): string {
    return `${each.join("\n")}\n`;
}
