import { assertInstanceName, podRange, uplinkOf, type Uplink } from "./addresses";

/** What tells one node of one sandbox from another. A second node would be a second one of these. */
export interface NodeSpec {
    instance: string;
    /** Its name in Kubernetes and its host name. */
    name: string;
    podRange: string;
    uplink: Uplink;
    /** Below it every container's cgroup lies, apart from the machine's and other sandboxes'. */
    cgroup: string;
}

export function nodeSpec(instance: string): NodeSpec {
    assertInstanceName(instance);
    return {
        instance,
        name: "sandbox-1",
        podRange,
        uplink: uplinkOf(instance),
        cgroup: `mysql-nfs-${instance}`,
    };
}
