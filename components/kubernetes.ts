// What this program uses of @pulumi/kubernetes, by the names that it has there. The package's own index loads all
// groups of the API, Helm and YAML with them: 121 files in place of 27, for every run of the program.

export * as apps from "@pulumi/kubernetes/apps";
export * as coordination from "@pulumi/kubernetes/coordination";
export * as core from "@pulumi/kubernetes/core";
export * as policy from "@pulumi/kubernetes/policy";
export { Provider } from "@pulumi/kubernetes/provider";
export * as rbac from "@pulumi/kubernetes/rbac";
export * as storage from "@pulumi/kubernetes/storage";
export type * as types from "@pulumi/kubernetes/types";
