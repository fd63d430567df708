// Quantities ("0.5", "1024Mi") in the one form that the API server stores, so that two ways of writing the
// same amount are no difference.

const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const NANO = 1_000_000_000n;
const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E)?$/;

function binary(bytes: bigint): string {
    let exponent = 0;
    while (exponent < BINARY.length - 1 && bytes % 1024n === 0n) {
        bytes /= 1024n;
        exponent++;
    }
    return `${bytes}${BINARY[exponent]}`;
}

function decimal(nanos: bigint): string {
    let exponent = 0;
    while (exponent < DECIMAL.length - 1 && nanos % 1000n === 0n) {
        nanos /= 1000n;
        exponent++;
    }
    return `${nanos}${DECIMAL[exponent]}`;
}

/** The canonical form; text that is no quantity (or one with an exponent) comes back as it is. */
export function canonicalQuantity(value: string | number): string {
    const text = String(value);
    const [, sign = "", whole = "", fraction = "", suffix = ""] = PATTERN.exec(text) ?? [];
    if (whole + fraction === "") return text;
    const power = BINARY.indexOf(suffix);
    const scale =
        power > 0 ? NANO * 1024n ** BigInt(power) : 1000n ** BigInt(DECIMAL.indexOf(suffix));
    const divisor = 10n ** BigInt(fraction.length);
    const scaled = BigInt(whole + fraction) * scale;
    // Finer than a nano is rounded up, as the server does.
    const nanos = (scaled + divisor - 1n) / divisor;
    if (nanos === 0n) return "0";
    const prefix = sign === "-" ? "-" : "";
    if (power > 0 && nanos >= 1024n * NANO) {
        return prefix + binary((nanos + NANO - 1n) / NANO);
    }
    return prefix + decimal(nanos);
}
