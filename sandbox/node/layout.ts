import { dirname, join } from "node:path";
import { stateDirectory } from "../build/paths";

/** Where one sandbox keeps its things on the machine. */
export interface Layout {
    state: string;
    kubeconfig: string;
    lock: string;
    /** Rendered anew at each start; inside the node it is `inNode.configuration`. */
    configuration: string;
    /** Keys and certificates, made once; a part of `configuration`. */
    keys: string;
    /** What survives a restart of the node: etcd, containerd, kubelet. */
    data: string;
    exports: string;
    logs: string;
    /** Written by the node's supervisor. */
    status: string;
    /** Which archive each imported image came from. */
    importedImages: string;
    /** Where the node's root is mounted, in the node's own mount namespace only. */
    root: string;
    overlay: string;
}

export function layoutOf(instance: string): Layout {
    const state = stateDirectory(instance);
    const configuration = join(state, "configuration");
    return {
        state,
        kubeconfig: join(state, "kubeconfig"),
        // Beside the folder, so that deleting the folder doesn't free a lock that is held.
        lock: join(dirname(state), ".locks", instance),
        configuration,
        keys: join(configuration, "keys"),
        data: join(state, "data"),
        exports: join(state, "exports"),
        logs: join(state, "logs"),
        status: join(state, "status.json"),
        importedImages: join(state, "imported-images.json"),
        root: join(state, "root"),
        overlay: join(state, "overlay"),
    };
}

/** Paths as the node's own programs see them; init.sh mounts them there. */
export const inNode = {
    configuration: "/etc/mysql-nfs",
    keys: "/etc/mysql-nfs/keys",
    kubernetes: "/opt/kubernetes",
    coredns: "/opt/coredns",
    exports: "/exports",
    containerdSocket: "/run/containerd/containerd.sock",
} as const;

/** Nobody puts a plugin there; it must be writable, as two components look for it. */
export const volumePlugins = "/var/lib/kubelet/volume-plugins";

export const exportNames = ["export", "export2"] as const;

/** The node's NFS has a second server: the second folder under its name, exported as `/export` as well. */
export const secondServer = "nfs2.sandbox.local";
