import { debianTree } from "../build/debian";
import { buildGoTool, corednsTool, kubernetesTools } from "../build/goTools";
import type { Progress } from "../build/progress";

/** Directories in the cache that the node is made of. */
export interface Software {
    /** The node's root: a small Debian with containerd, runc, etcd and nftables. */
    tree: string;
    kubernetes: string;
    coredns: string;
    /** What it is and in which versions, for the user. */
    description: string[];
}

// A release, so that versions change with security fixes only; the machine's own may be any.
const suite = "trixie";

const packages = [
    "base-files",
    "base-passwd",
    "bash",
    "conntrack",
    "containerd",
    "containernetworking-plugins",
    "coreutils",
    "etcd-server",
    "iproute2",
    "mount",
    "netbase",
    "nftables",
    "openssl",
    "procps",
    "runc",
    "util-linux",
];

export async function prepareSoftware(progress: Progress): Promise<Software> {
    const { root, versions } = await debianTree({ name: "node", suite, packages, progress });
    const kubernetes = await buildGoTool(kubernetesTools, progress);
    const coredns = await buildGoTool(corednsTool, progress);
    const shown = ["containerd", "runc", "etcd-server"].map(
        (name) => `${name} ${versions[name] ?? "unknown"}`,
    );
    return {
        tree: root,
        kubernetes,
        coredns,
        description: [
            `${kubernetesTools.name} and ${corednsTool.name}, built from Go modules`,
            `${shown.join(", ")}, from Debian ${suite}`,
        ],
    };
}
