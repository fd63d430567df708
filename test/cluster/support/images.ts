import { runOnNode } from "../../../sandbox";
import { inNode } from "../../../sandbox/node/layout";
import { instance } from "./cluster";

/** Gives an image that the node has another name as well. */
export async function tagImage(name: string, another: string): Promise<void> {
    const ctr = ["ctr", `--address=${inNode.containerdSocket}`, "--namespace=k8s.io"];
    await runOnNode([...ctr, "images", "tag", "--force", name, another], instance);
}
