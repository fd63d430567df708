import { testCluster } from "./cluster";

/** Everything that the Secrets of a namespace hold. */
export async function passwordsIn(namespace: string): Promise<string[]> {
    const secrets = await testCluster().kubectl.list("secrets", "-n", namespace);
    return secrets
        .flatMap(({ data }) => Object.values(data ?? {}))
        .map((value) => Buffer.from(value, "base64").toString());
}
