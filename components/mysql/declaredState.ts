import * as pulumi from "@pulumi/pulumi";
import type { NameOf } from "../declared";
import { refusalFor } from "../problem";

/** A Pod that is asked to be the primary; another request is another switchover, even to the same Pod. */
export interface PrimaryRequest {
    pod: string;
    request: pulumi.Output<string>;
}

/** What the stack wants of the controller, as data of a ConfigMap. */
export function declaredData(
    pods: number,
    primary?: PrimaryRequest,
): Record<string, pulumi.Input<string>> & { wanted: pulumi.Input<string> } {
    return primary === undefined
        ? { pods: String(pods), wanted: String(pods) }
        : {
              pods: String(pods),
              primary: primary.pod,
              request: primary.request,
              wanted: pulumi.interpolate`${pods}-${primary.pod}-${primary.request}`,
          };
}

/** For the annotation `pulumi.com/waitFor`: the controller has done, or refused, all that is wanted. */
export function untilSettled(wanted: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.interpolate`jsonpath={.data.settled}=${wanted}`;
}

/**
 * Ends the run when the controller refused the request that stands in the data: nothing that comes after it is done then.
 *
 * @param data of the ConfigMap, with what the controller wrote into it
 */
export function assertAnswered(
    data: Readonly<Record<string, string>>,
    ordinal: number | undefined,
    nameOf: NameOf,
): void {
    const { request, answer = "" } = data;
    const [answered, verdict, why] = splitAnswer(answer);
    if (request !== undefined && answered === request && verdict === "refused") {
        const message = `${why}. Unset it: any other value, the old one too, asks for the Pod that it names. To ask again, \`npm run switchover -- ${ordinal}\``;
        throw refusalFor([{ field: "primary", value: ordinal, message }], nameOf);
    }
}

/** `<request> done: why` or `<request> refused: why`. */
function splitAnswer(answer: string): [request?: string, verdict?: string, why?: string] {
    const parts = /^(\S+) (done|refused): ([^]*)$/.exec(answer);
    return parts === null ? [] : [parts[1], parts[2], parts[3]?.trim().replace(/\.$/, "")];
}
