import { runOnNode } from "../../../sandbox";
import { ctrCommand } from "../../../sandbox/node/images";
import { instance } from "./cluster";

/** Gives an image that the node has another name as well. */
export async function tagImage(name: string, another: string): Promise<void> {
    await runOnNode(ctrCommand(["images", "tag", "--force", name, another]), instance);
}
