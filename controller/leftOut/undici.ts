// Stands in for `undici` in the bundle: the Kubernetes client imports it and, given a transport (cluster/transport.ts),
// never calls it. It is the largest part of that client, and from 8 on it doesn't load on Node.js 20.

export function fetch(): never {
    throw new Error("undici is left out of the controller's bundle");
}
