export function kept(kind: string, inputs: readonly string[], make: () => Buffer): Buffer;
