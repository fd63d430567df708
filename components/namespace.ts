/**
 * Labels of a namespace whose Pods must all meet Pod Security `restricted`.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export const restrictedNamespaceLabels: Readonly<Record<string, string>> = {
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/audit": "restricted",
    "pod-security.kubernetes.io/warn": "restricted",
};
