import type { Kubectl } from "./kubectl";

/** From the Secret that was made for the cluster, or else from the one that someone made by hand. */
export async function readCredentials(
    kubectl: Kubectl,
    namespace: string,
    cluster: string,
): Promise<{ readonly rootPassword: string; readonly password: string }> {
    const secrets = await kubectl.list("secrets", "-n", namespace);
    const having = (owner: string | undefined) =>
        secrets.find(
            ({ data, metadata }) =>
                data?.["root-password"] !== undefined &&
                metadata.labels?.["mysqlnfs/service"] === owner,
        );
    const data = (having(cluster) ?? having(undefined))?.data;
    if (data === undefined) {
        throw new Error(`${namespace} has no Secret with the passwords of ${cluster}`);
    }
    const decoded = (key: string) => Buffer.from(data[key] ?? "", "base64").toString();
    return { rootPassword: decoded("root-password"), password: decoded("password") };
}
