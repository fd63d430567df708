import type { NameOf } from "../declared";
import { refusalFor } from "../problem";

/** Keys of the Secret with the passwords that people and applications use. */
export const credentialKeys = ["root-password", "password"] as const;

/** MySQL takes no longer ones. */
const longestPassword = 256;

/**
 * The passwords in a Secret that someone else made, or an error that names what it lacks; never a password.
 *
 * @param nameOf how to call existingSecretName
 */
export function readCredentials(
    secretName: string,
    data: Readonly<Record<string, string>> = {},
    nameOf?: NameOf,
): { rootPassword: string; password: string } {
    const problems = [
        ...credentialKeys
            .filter((key) => data[key] === undefined)
            .map((key) => `the Secret lacks the key ${key}; add it`),
        ...credentialKeys.flatMap((key) => passwordProblem(key, data[key])),
    ].map((message) => ({ field: "existingSecretName", value: secretName, message }));
    if (problems.length > 0) {
        throw refusalFor(problems, nameOf);
    }
    const [rootPassword = "", password = ""] = credentialKeys.map((key) =>
        decode(data[key]).toString(),
    );
    return { rootPassword, password };
}

function passwordProblem(key: string, encoded: string | undefined): string[] {
    const bytes = decode(encoded);
    const problem =
        bytes.length === 0
            ? "is empty"
            : bytes.length > longestPassword
              ? `is longer than ${longestPassword} bytes`
              : bytes.includes(0)
                ? "has a zero byte in it"
                : // The outputs are text: another password would come out.
                  bytes.equals(Buffer.from(bytes.toString()))
                  ? undefined
                  : "isn't UTF-8";
    return encoded === undefined || problem === undefined
        ? []
        : [`its ${key} ${problem}; put another password there`];
}

function decode(encoded = ""): Buffer {
    return Buffer.from(encoded, "base64");
}
