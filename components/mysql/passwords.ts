import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { NameOf } from "../declared";
import { readCredentials } from "./credentials";
import * as k8s from "../kubernetes";

/** Passwords as outputs, and the Secret that holds them. */
export interface Credentials {
    secretName: pulumi.Output<string>;
    rootPassword: pulumi.Output<string>;
    password: pulumi.Output<string>;
    /** Change when the passwords may have changed, and restart the Pods, which read them at their start. */
    podAnnotations?: Record<string, pulumi.Output<string>>;
}

interface Place {
    name: string;
    metadata: k8s.types.input.meta.v1.ObjectMeta;
    parent: pulumi.Resource;
}

/** The passwords that people and applications use: generated, or those in a Secret that someone else made. */
export function credentialsOf(
    place: Place,
    args: {
        namespace: pulumi.Input<string>;
        existingSecretName?: string;
        nameOf: NameOf;
    },
): Credentials {
    return args.existingSecretName === undefined
        ? generateCredentials(place)
        : existingCredentials(place, { ...args, secretName: args.existingSecretName });
}

/** The Secret with the passwords by which the servers and the controller know each other. */
export function internalCredentials({ name, metadata, parent }: Place): k8s.core.v1.Secret {
    return new k8s.core.v1.Secret(
        `${name}-internal`,
        {
            metadata,
            stringData: {
                "replication-password": generatePassword(`${name}-replication`, parent),
                "clone-password": generatePassword(`${name}-clone`, parent),
                "controller-password": generatePassword(`${name}-controller`, parent),
            },
        },
        { parent },
    );
}

/** As long as a password of replication can be, and strong enough for every policy of validate_password. */
function generatePassword(name: string, parent: pulumi.Resource): pulumi.Output<string> {
    return new random.RandomPassword(
        name,
        {
            length: 32,
            minLower: 1,
            minUpper: 1,
            minNumeric: 1,
            minSpecial: 1,
            // They need no quoting, neither in SQL nor in option files, shells and URLs.
            overrideSpecial: "-_.",
        },
        { parent },
    ).result;
}

function generateCredentials({ name, metadata, parent }: Place): Credentials {
    const rootPassword = generatePassword(`${name}-root`, parent);
    const password = generatePassword(`${name}-app`, parent);
    const secret = new k8s.core.v1.Secret(
        `${name}-credentials`,
        { metadata, stringData: { "root-password": rootPassword, password } },
        { parent },
    );
    return { secretName: secret.metadata.name, rootPassword, password };
}

function existingCredentials(
    { name, parent }: Place,
    {
        namespace,
        secretName,
        nameOf,
    }: { namespace: pulumi.Input<string>; secretName: string; nameOf: NameOf },
): Credentials {
    const secret = k8s.core.v1.Secret.get(
        // When there is no such Secret, this is what the error names.
        `${name}-${nameOf("existingSecretName")}`,
        pulumi.interpolate`${namespace}/${secretName}`,
        { parent },
    );
    const passwords = pulumi.secret(
        secret.data.apply((data) => readCredentials(secretName, data, nameOf)),
    );
    return {
        secretName: pulumi.output(secretName),
        rootPassword: passwords.rootPassword,
        password: passwords.password,
        // A digest of the passwords would tell something of them; this tells nothing.
        podAnnotations: { "mysqlnfs/credentials": secret.metadata.resourceVersion },
    };
}
