import { join } from "node:path";
import type { DebianTreeOptions } from "../build/debian";
import type { GoTool } from "../build/goTools";

/** One image of the sandbox, and how it is had. */
export interface ImageRecipe {
    /** As Pods on the sandbox name it. */
    name: string;
    /** The image of a registry that it stands for. @default none: it is always built */
    official?: string;
    /** How it is built where no registry answers. */
    content: DebianContent | GoContent;
    /** For some stacks only: the sandbox has it when the settings of a stack name it. @default false */
    onDemand?: boolean;
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

/** The official image has user and group node under this number. */
const nodeUser = 1000;

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
            ...account("mysql", mysqlUser),
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

/** What the controller runs on; Debian's node takes some of its own modules from /usr/share/nodejs. */
const node: ImageRecipe = {
    name: "sandbox.local/node:20",
    official: "docker.io/library/node:24.11.1-slim",
    content: {
        kind: "debian",
        tree: {
            name: "nodejs",
            suite: "trixie",
            packages: ["base-files", "bash", "coreutils", "nodejs"],
        },
        mainPackage: "nodejs",
        without: [...documentation, "./usr/lib/*/gconv"],
        files: account("node", nodeUser),
    },
    environment: { PATH: defaultPath },
    command: ["node"],
};

const redis: ImageRecipe = {
    name: "sandbox.local/redis:8.0",
    official: "docker.io/library/redis:8.0.2",
    onDemand: true,
    content: {
        kind: "debian",
        tree: {
            name: "redis",
            suite: "trixie",
            packages: ["base-files", "bash", "coreutils", "redis-server", "redis-tools"],
        },
        mainPackage: "redis-server",
        without: [...documentation, "./usr/lib/*/gconv"],
        files: [
            ...account("redis", 999),
            { kind: "directory", path: "data", mode: 0o1777, owner: 999 },
        ],
    },
    environment: { PATH: defaultPath },
    command: ["redis-server"],
};

const nginx: ImageRecipe = {
    name: "sandbox.local/nginx:1.26",
    official: "docker.io/library/nginx:1.26.3",
    onDemand: true,
    content: {
        kind: "debian",
        tree: {
            name: "nginx",
            suite: "trixie",
            packages: ["base-files", "bash", "coreutils", "nginx"],
        },
        mainPackage: "nginx",
        without: [...documentation, "./usr/lib/*/gconv"],
        files: account("nginx", 101),
    },
    environment: { PATH: defaultPath },
    command: ["nginx", "-g", "daemon off;"],
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

/** For a class whose volumes grow, which upstream's can't: `sandbox/expandingClass.yaml`. */
const expandingProvisioner: ImageRecipe = {
    ...provisioner,
    name: "sandbox.local/expanding-provisioner:1.0",
    official: undefined,
    onDemand: true,
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

/** Every image the sandbox can have; a further one is a further row. */
export const imageRecipes: ImageRecipe[] = [
    pause,
    provisioner,
    mysql,
    node,
    redis,
    nginx,
    expandingProvisioner,
];

/** What a sandbox needs for a stack with these settings, the text of its Pulumi.<stack>.yaml. */
export function recipesFor(settings: string): ImageRecipe[] {
    return imageRecipes.filter(({ name, onDemand = false }) => !onDemand || names(settings, name));
}

/** Whether the text of a Pulumi.<stack>.yaml has this value. */
export function names(settings: string, value: string): boolean {
    return settings.split(/[\s"']+/).includes(value);
}

/** The account that a server runs under, and what else every image needs. */
function account(name: string, id: number): ExtraFile[] {
    return [
        {
            kind: "file",
            path: "etc/passwd",
            content: lines(
                "root:x:0:0:root:/root:/bin/bash",
                `${name}:x:${id}:${id}:${name}:/var/lib/${name}:/usr/sbin/nologin`,
                "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
            ),
        },
        {
            kind: "file",
            path: "etc/group",
            content: lines("root:x:0:", `${name}:x:${id}:`, "nogroup:x:65534:"),
        },
        { kind: "file", path: "etc/nsswitch.conf", content: lines("hosts: files dns") },
        { kind: "link", path: "usr/bin/sh", target: "bash" },
    ];
}

function lines(...each: string[]): string {
    return `${each.join("\n")}\n`;
}
